//! Buckets, topics and logs.

use super::Event;
use crate::sam::{Sam, only_if};
use crate::tree::{IntoNode, Maker, Node, Object};

/// A bucket's notifications, written into the bucket, which must be of the same template.
pub(super) fn s3(sam: &mut Sam<'_, '_>, event: &Event<'_>) {
    let at = event.at;
    let bucket = event.get("Bucket").and_then(Node::reference).filter(|id| sam.resources.has(id)).map(str::to_owned);
    let Some(bucket) = bucket else {
        let message = format!("event `{}` of function `{}`: `Bucket` must name a bucket of this template", event.name, event.target.id);
        sam.cx.error(event.get("Bucket").map_or(at, |node| node.at), message, "use `!Ref` with the logical id of an `AWS::S3::Bucket`");
        return;
    };
    let kinds: Vec<Node> = event.get("Events").map_or(&[][..], Node::one_or_more).to_vec();
    let Some(properties) = sam.properties_of(&bucket) else { return };
    let notifications = properties.object_at("NotificationConfiguration", at);
    let mut list = notifications.get("LambdaConfigurations").and_then(Node::items).map(<[Node]>::to_vec).unwrap_or_default();
    for kind in kinds {
        let made = Maker::at(at).put("Function", &event.target.arn).maybe("Filter", event.get("Filter")).put("Event", kind).node();
        let made = match event.target.condition() {
            Some(condition) => only_if(condition, made),
            None => made,
        };
        if !list.iter().any(|known| known.to_json() == made.to_json()) {
            list.push(made);
        }
    }
    notifications.set("LambdaConfigurations", list.into_node(at));
}

/// A subscription to a topic: of the function, or of a queue that the function takes from.
pub(super) fn sns(sam: &mut Sam<'_, '_>, event: &Event<'_>) {
    let at = event.at;
    let Some(topic) = event.get("Topic") else {
        event.missing(sam, "Topic");
        return;
    };
    let subscription = |protocol: &str, endpoint: Node| {
        Maker::at(at)
            .put("Protocol", protocol)
            .put("Endpoint", endpoint)
            .put("TopicArn", topic)
            .copy(&event.properties, &["Region", "FilterPolicy", "FilterPolicyScope", "RedrivePolicy"])
    };
    let through = event.get("SqsSubscription").filter(|node| !node.is_nothing());
    let Some(through) = through else {
        let properties = subscription("lambda", event.target.arn.clone());
        sam.add(&event.id, "AWS::SNS::Subscription", properties, &event.target.passed);
        return;
    };
    let own = through.object();
    let queue = match own {
        Some(own) => own.get("QueueArn").cloned().unwrap_or_else(|| "".into_node(at)),
        None => new_queue(sam, event, topic),
    };
    let size = own.and_then(|own| own.get("BatchSize")).filter(|node| !node.is_nothing()).cloned().unwrap_or_else(|| 10_i64.into_node(at));
    let mapping =
        Maker::at(at).put("FunctionName", &event.target.name).put("EventSourceArn", &queue).put("BatchSize", size).put("Enabled", true);
    sam.add(&format!("{}EventSourceMapping", event.id), "AWS::Lambda::EventSourceMapping", mapping, &event.target.passed);
    sam.add(&event.id, "AWS::SNS::Subscription", subscription("sqs", queue), &event.target.passed);
}

fn new_queue(sam: &mut Sam<'_, '_>, event: &Event<'_>, topic: &Node) -> Node {
    let id = format!("{}Queue", event.id);
    let declared = topic.reference().and_then(|id| sam.resources.object(id)).and_then(|body| body.object("Properties"));
    let fifo = declared.and_then(|properties| properties.get("FifoTopic")).map(|node| sam.resolved(node)).filter(|node| !node.is_nothing());
    let properties = Maker::at(event.at).maybe("FifoQueue", fifo);
    sam.add(&id, "AWS::SQS::Queue", properties, &event.target.passed);
    Node::make_att(event.at, &id, "Arn")
}

pub(super) fn logs(sam: &mut Sam<'_, '_>, event: &Event<'_>) {
    let properties =
        Maker::at(event.at).copy(&event.properties, &["LogGroupName", "FilterPattern"]).put("DestinationArn", &event.target.arn);
    let attributes: Object = event.target.passed.clone();
    sam.add(&event.id, "AWS::Logs::SubscriptionFilter", properties, &attributes);
}

pub(super) fn not_emulated(sam: &mut Sam<'_, '_>, event: &Event<'_>) {
    let message = format!("events of type `{}` are not emulated", event.kind);
    sam.cx.not_emulated(event.at, message, "the function runs, and nothing of that kind calls it");
}
