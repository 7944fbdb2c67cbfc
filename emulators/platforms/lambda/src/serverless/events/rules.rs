//! `schedule`, `eventBridge` and `cloudwatchEvent`.

use super::Event;
use crate::serverless::Service;
use crate::serverless::functions::Function;
use crate::tree::{IntoNode, Maker, Node, Object, Value};

pub(super) fn schedule(service: &mut Service<'_>, function: &Function<'_>, event: &Event<'_>) {
    let Some(rates) = event.named("rate").cloned() else {
        event.missing(service, function, "rate");
        return;
    };
    let by_scheduler = event.get("method").and_then(Node::text) == Some("scheduler");
    for rate in rates.one_or_more() {
        let number = service.next(format!("schedule {}", function.key));
        if by_scheduler {
            scheduler(service, function, event, rate, number);
            continue;
        }
        let target = target(function, event, "schedule");
        let properties = Maker::at(event.at)
            .put("ScheduleExpression", rate)
            .put("State", state(event))
            .maybe("Name", event.get("name"))
            .maybe("Description", event.get("description"))
            .put("Targets", vec![target]);
        service.add(&format!("{}EventsRuleSchedule{number}", function.normal), "AWS::Events::Rule", properties);
    }
}

fn scheduler(service: &mut Service<'_>, function: &Function<'_>, event: &Event<'_>, rate: &Node, number: usize) {
    let at = event.at;
    let target = Maker::at(at).put("Arn", &function.arn).maybe("Input", event.get("input").map(text));
    let properties = Maker::at(at)
        .put("ScheduleExpression", rate)
        .put("State", state(event))
        .maybe("Name", event.get("name"))
        .maybe("GroupName", event.get("groupName"))
        .maybe("Description", event.get("description"))
        .maybe("ScheduleExpressionTimezone", event.get("timezone"))
        .put("FlexibleTimeWindow", Maker::at(at).put("Mode", "OFF"))
        .put("Target", target);
    service.add(&format!("{}Schedule{number}", function.normal), "AWS::Scheduler::Schedule", properties);
}

fn state(event: &Event<'_>) -> &'static str {
    if event.get("enabled").and_then(Node::boolean) == Some(false) { "DISABLED" } else { "ENABLED" }
}

/// An input as text: objects as JSON.
fn text(node: &Node) -> Node {
    match &node.value {
        Value::Object(object) => {
            // `body: …` of a schedule is text already, in the framework's own way of saying so.
            let json = node.to_json().to_string();
            if object.has("Fn::Sub") || object.has("Ref") || object.has("Fn::Join") { node.clone() } else { json.into_node(node.at) }
        }
        Value::Array(_) => node.to_json().to_string().into_node(node.at),
        _ => node.clone(),
    }
}

fn target(function: &Function<'_>, event: &Event<'_>, id: &str) -> Maker {
    let at = event.at;
    let transformer = event.get("inputTransformer").and_then(Node::object).map(|transformer| {
        Maker::at(at).maybe("InputPathsMap", transformer.get("inputPathsMap")).maybe("InputTemplate", transformer.get("inputTemplate"))
    });
    let retry = event.get("retryPolicy").and_then(Node::object).map(|retry| {
        Maker::at(at)
            .maybe("MaximumEventAgeInSeconds", retry.get("maximumEventAge"))
            .maybe("MaximumRetryAttempts", retry.get("maximumRetryAttempts"))
    });
    Maker::at(at)
        .put("Arn", &function.arn)
        .put("Id", id)
        .maybe("Input", event.get("input").map(text))
        .maybe("InputPath", event.get("inputPath"))
        .maybe("InputTransformer", transformer)
        .maybe("RetryPolicy", retry)
        .maybe("DeadLetterConfig", event.get("deadLetterQueueArn").map(|arn| Maker::at(at).put("Arn", arn)))
}

pub(super) fn event_bridge(service: &mut Service<'_>, function: &Function<'_>, event: &Event<'_>) {
    let number = service.next(format!("eventBridge {}", function.key));
    if event.get("schedule").is_none() && event.get("pattern").is_none() {
        event.missing(service, function, "pattern");
        return;
    }
    let bus = event.get("eventBus").map(|bus| bus_of(service, bus));
    let properties = Maker::at(event.at)
        .maybe("EventBusName", bus)
        .maybe("ScheduleExpression", event.get("schedule"))
        .maybe("EventPattern", event.get("pattern").map(pattern))
        .maybe("Name", event.get("name"))
        .maybe("Description", event.get("description"))
        .put("State", state(event))
        .put("Targets", vec![target(function, event, "eventBridge")]);
    service.add(&format!("{}EventBridgeRule{number}", function.normal), "AWS::Events::Rule", properties);
}

/// A bus that is only named is made; an ARN or a reference means one that is there.
fn bus_of(service: &mut Service<'_>, bus: &Node) -> Node {
    let Some(name) = bus.text().filter(|name| !name.starts_with("arn:") && *name != "default") else { return bus.clone() };
    let id = format!("{}EventBus", crate::serverless::names::plain(name));
    if !service.resources.has(&id) {
        service.add(&id, "AWS::Events::EventBus", Maker::at(bus.at).put("Name", name));
    }
    Node::make_ref(bus.at, &id)
}

/// Patterns are as the vendor's; keys with dashes are written so.
fn pattern(node: &Node) -> Node {
    let mut node = node.clone();
    if let Some(object) = node.object_mut() {
        let renamed = |object: &mut Object, from: &str, to: &str| {
            if let Some(value) = object.remove(from) {
                object.set(to, value);
            }
        };
        renamed(object, "detailType", "detail-type");
    }
    node
}

pub(super) fn cloudwatch(service: &mut Service<'_>, function: &Function<'_>, event: &Event<'_>) {
    let number = service.next(format!("cloudwatchEvent {}", function.key));
    let Some(given) = event.get("event") else {
        event.missing(service, function, "event");
        return;
    };
    let properties = Maker::at(event.at)
        .put("EventPattern", pattern(given))
        .maybe("Name", event.get("name"))
        .maybe("Description", event.get("description"))
        .put("State", state(event))
        .put("Targets", vec![target(function, event, "cloudwatchEvent")]);
    service.add(&format!("{}EventsRuleCloudWatchEvent{number}", function.normal), "AWS::Events::Rule", properties);
}
