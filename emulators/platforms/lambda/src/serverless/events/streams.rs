//! `sqs` and `stream`: event source mappings.

use super::Event;
use crate::serverless::functions::Function;
use crate::serverless::{Service, names};
use crate::tree::{IntoNode, Maker, Node};

pub(super) fn sqs(service: &mut Service<'_>, function: &Function<'_>, event: &Event<'_>) {
    let Some(arn) = event.named("arn").cloned() else {
        event.missing(service, function, "arn");
        return;
    };
    let properties = mapping(function, event, &arn, 10)
        .maybe("MaximumBatchingWindowInSeconds", event.get("maximumBatchingWindow"))
        .maybe("ScalingConfig", event.get("maximumConcurrency").map(|most| Maker::at(event.at).put("MaximumConcurrency", most)));
    let id = format!("{}EventSourceMappingSQS{}", function.normal, source_name(&arn));
    service.add(&id, "AWS::Lambda::EventSourceMapping", properties);
}

pub(super) fn stream(service: &mut Service<'_>, function: &Function<'_>, event: &Event<'_>) {
    let Some(arn) = event.named("arn").cloned() else {
        event.missing(service, function, "arn");
        return;
    };
    let kind = event.get("type").and_then(Node::text).map(str::to_owned);
    let kind =
        kind.or_else(|| arn.text().and_then(|arn| arn.split(':').nth(2)).map(str::to_owned)).unwrap_or_else(|| "dynamodb".to_owned());
    let failure = event.get("destinations").and_then(Node::object).and_then(|all| all.get("onFailure"));
    let failure = failure.map(|node| node.object().and_then(|object| object.get("arn")).unwrap_or(node).clone());
    let failure = failure.map(|arn| Maker::at(event.at).put("OnFailure", Maker::at(event.at).put("Destination", arn)));
    let position = event.get("startingPosition").cloned().unwrap_or_else(|| "TRIM_HORIZON".into_node(event.at));
    let properties = mapping(function, event, &arn, 10)
        .put("StartingPosition", position)
        .maybe("StartingPositionTimestamp", event.get("startingPositionTimestamp"))
        .maybe("MaximumBatchingWindowInSeconds", event.get("batchWindow"))
        .maybe("ParallelizationFactor", event.get("parallelizationFactor"))
        .maybe("MaximumRetryAttempts", event.get("maximumRetryAttempts"))
        .maybe("MaximumRecordAgeInSeconds", event.get("maximumRecordAgeInSeconds"))
        .maybe("BisectBatchOnFunctionError", event.get("bisectBatchOnFunctionError"))
        .maybe("TumblingWindowInSeconds", event.get("tumblingWindowInSeconds"))
        .maybe("DestinationConfig", failure);
    let id = format!("{}EventSourceMapping{}{}", function.normal, names::capital(&kind), source_name(&arn));
    service.add(&id, "AWS::Lambda::EventSourceMapping", properties);
}

/// What all mappings have.
fn mapping(function: &Function<'_>, event: &Event<'_>, arn: &Node, size: i64) -> Maker {
    let at = event.at;
    let patterns = event.get("filterPatterns").map(|patterns| {
        let one = |pattern: &Node| {
            let text = pattern.text().map_or_else(|| pattern.to_json().to_string(), str::to_owned);
            Maker::at(pattern.at).put("Pattern", text)
        };
        Maker::at(at).put("Filters", patterns.one_or_more().iter().map(one).collect::<Vec<_>>())
    });
    Maker::at(at)
        .put("FunctionName", &function.arn)
        .put("EventSourceArn", arn)
        .put("BatchSize", event.get("batchSize").cloned().unwrap_or_else(|| size.into_node(at)))
        .put("Enabled", event.get("enabled").cloned().unwrap_or_else(|| true.into_node(at)))
        .maybe("FunctionResponseTypes", event.get("functionResponseType").map(|kind| vec![kind.clone()]))
        .maybe("FilterCriteria", patterns)
}

/// The source's name, or the resource that it is taken from, as a part of a logical id.
fn source_name(arn: &Node) -> String {
    match arn.text() {
        Some(text) if text.contains(":dynamodb:") || text.contains(":kinesis:") => names::plain(text.split('/').nth(1).unwrap_or_default()),
        Some(text) => names::plain(text.rsplit(':').next().unwrap_or_default()),
        None => {
            let inside = arn.intrinsic().map(|(_, argument)| argument);
            let first = inside.and_then(|argument| argument.items().and_then(<[Node]>::first).or(Some(argument)));
            names::plain(first.and_then(Node::text).unwrap_or("Source"))
        }
    }
}
