//! `EventInvokeConfig`: destinations of asynchronous invocations, with queues and topics that are made where none is named.

use super::function::Target;
use super::{Sam, Source};
use crate::tree::{IntoNode, Maker, Node, Object};

pub(super) fn transform(sam: &mut Sam<'_, '_>, source: &Source, target: &Target, alias: Option<&str>) {
    let Some(config) = source.get("EventInvokeConfig").map(|node| sam.resolved(node)) else { return };
    let Some(config) = config.object().filter(|config| !config.entries.is_empty()) else { return };
    let at = source.at;
    let id = format!("{}EventInvokeConfig", source.id);
    let mut destinations = Maker::at(at);
    for name in ["OnSuccess", "OnFailure"] {
        if let Some(wanted) = config.object("DestinationConfig").and_then(|all| all.object(name)) {
            let destination = destination(sam, source, &format!("{id}{name}"), wanted, name);
            destinations = destinations.put(name, Maker::at(at).maybe("Destination", destination));
        }
    }
    let properties = Maker::at(at)
        .put("FunctionName", Node::make_ref(at, &source.id))
        .put("Qualifier", alias.unwrap_or("$LATEST"))
        .put("DestinationConfig", destinations)
        .copy(config, &["MaximumEventAgeInSeconds", "MaximumRetryAttempts"]);
    let mut attributes = source.attributes.clone();
    attributes.remove("Metadata");
    attributes.remove("DependsOn");
    if alias.is_some() {
        attributes.set("DependsOn", vec![target.name.reference().unwrap_or_default()].into_node(at));
    }
    sam.add(&id, "AWS::Lambda::EventInvokeConfig", properties, &attributes);
}

fn destination(sam: &mut Sam<'_, '_>, source: &Source, id: &str, wanted: &Object, name: &str) -> Option<Node> {
    let given = wanted.get("Destination");
    let condition = given.and_then(|node| missing_if(sam, source, node));
    if given.is_some() && condition.is_none() {
        return given.cloned();
    }
    let (suffix, kind) = match wanted.text("Type") {
        Some("SQS") => ("Queue", "AWS::SQS::Queue"),
        Some("SNS") => ("Topic", "AWS::SNS::Topic"),
        _ => {
            let message = format!("function `{}`: `EventInvokeConfig.DestinationConfig.{name}` has no `Destination`", source.id);
            sam.cx.error(source.at, message, "name one, or set `Type` to `SQS` or `SNS`");
            return None;
        }
    };
    let at = source.at;
    let made = format!("{id}{suffix}");
    let mut attributes = source.passed();
    if let Some(own) = &condition {
        let combined = match source.condition() {
            Some(outer) => combine(sam, source, outer, own),
            None => own.clone(),
        };
        attributes.set("Condition", combined.into_node(at));
    }
    sam.add(&made, kind, Maker::at(at), &attributes);
    sam.renamed.push((format!("{}.Destination{suffix}", source.id), made.as_str().into_node(at)));
    let arn = if suffix == "Queue" { Node::make_att(at, &made, "Arn") } else { Node::make_ref(at, &made) };
    Some(match (condition, given.and_then(given_branch)) {
        (Some(condition), Some(other)) => Maker::at(at).put("Fn::If", vec![condition.into_node(at), arn, other]).node(),
        _ => arn,
    })
}

/// The condition under which a destination written with `Fn::If` is none.
fn missing_if(sam: &mut Sam<'_, '_>, source: &Source, node: &Node) -> Option<String> {
    let ("Fn::If", argument) = node.intrinsic()? else { return None };
    let [condition, then, otherwise] = argument.items()? else { return None };
    let none = |node: &Node| node.reference() == Some("AWS::NoValue");
    let name = condition.text()?;
    if none(then) {
        return Some(name.to_owned());
    }
    if !none(otherwise) {
        return None;
    }
    let not = format!("{}EventInvokeConfigNOT{name}", source.id);
    let at = source.at;
    let id = format!("NOT{name}");
    let made = if sam.conditions.has(&id) { not } else { id };
    let value = Maker::at(at).put("Fn::Not", vec![Maker::at(at).put("Condition", name)]).node();
    sam.conditions.set(&made, value);
    Some(made)
}

fn given_branch(node: &Node) -> Option<Node> {
    let ("Fn::If", argument) = node.intrinsic()? else { return None };
    argument.items()?.iter().skip(1).find(|node| node.reference() != Some("AWS::NoValue")).cloned()
}

fn combine(sam: &mut Sam<'_, '_>, source: &Source, outer: &str, own: &str) -> String {
    let at = source.at;
    let name = format!("{outer}AND{own}");
    let both = vec![Maker::at(at).put("Condition", outer), Maker::at(at).put("Condition", own)];
    sam.conditions.set(&name, Maker::at(at).put("Fn::And", both).node());
    name
}
