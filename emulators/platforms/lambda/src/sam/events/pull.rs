//! Queues and streams: event source mappings.

use super::Event;
use crate::sam::Sam;
use crate::tree::{Maker, Node, Object};

const SAME: &[&str] = &[
    "StartingPosition",
    "StartingPositionTimestamp",
    "BatchSize",
    "Enabled",
    "MaximumBatchingWindowInSeconds",
    "MaximumRetryAttempts",
    "BisectBatchOnFunctionError",
    "MaximumRecordAgeInSeconds",
    "ParallelizationFactor",
    "Topics",
    "Queues",
    "SourceAccessConfigurations",
    "TumblingWindowInSeconds",
    "FunctionResponseTypes",
    "FilterCriteria",
    "KmsKeyArn",
    "ScalingConfig",
    "ProvisionedPollerConfig",
    "MetricsConfig",
    "LoggingConfig",
];

/// The property that names where the events come from.
const SOURCES: &[(&str, &str)] =
    &[("SQS", "Queue"), ("Kinesis", "Stream"), ("DynamoDB", "Stream"), ("MSK", "Stream"), ("MQ", "Broker"), ("DocumentDB", "Cluster")];

pub(super) fn transform(sam: &mut Sam<'_, '_>, event: &Event<'_>) {
    let at = event.at;
    let mut properties = Maker::at(at).put("FunctionName", &event.target.name);
    if let Some((_, property)) = SOURCES.iter().find(|(kind, _)| *kind == event.kind) {
        let Some(source) = event.get(property) else {
            event.missing(sam, property);
            return;
        };
        properties = properties.put("EventSourceArn", source);
    }
    let present = SAME.iter().copied().filter(|key| event.get(key).is_some()).collect::<Vec<_>>();
    properties = properties.copy(&event.properties, &present);
    if let Some(destinations) = event.get("DestinationConfig") {
        properties = properties.put("DestinationConfig", without_type(destinations));
    }
    properties = kafka(event, properties);
    if event.kind == "DocumentDB" {
        let names = Maker::at(at).copy(&event.properties, &["CollectionName", "DatabaseName", "FullDocument"]);
        properties = properties.put("DocumentDBEventSourceConfig", names);
    }
    sam.add(&event.id, "AWS::Lambda::EventSourceMapping", properties, &event.target.passed);
}

/// `Type` tells the vendor's transform what to permit; the mapping does not have it.
fn without_type(destinations: &Node) -> Node {
    let mut destinations = destinations.clone();
    if let Some(failure) = destinations.object_mut().and_then(|all| all.get_mut("OnFailure")).and_then(Node::object_mut) {
        failure.remove("Type");
    }
    destinations
}

fn kafka(event: &Event<'_>, mut properties: Maker) -> Maker {
    let at = event.at;
    if let Some(servers) = event.get("KafkaBootstrapServers") {
        let endpoints = Maker::at(at).put("KafkaBootstrapServers", servers);
        properties = properties.put("SelfManagedEventSource", Maker::at(at).put("Endpoints", endpoints));
    }
    let config = Maker::at(at)
        .maybe("ConsumerGroupId", event.get("ConsumerGroupId"))
        .maybe("SchemaRegistryConfig", event.get("SchemaRegistryConfig"));
    let key = match event.kind {
        "MSK" => "AmazonManagedKafkaEventSourceConfig",
        "SelfManagedKafka" => "SelfManagedKafkaEventSourceConfig",
        _ => return properties,
    };
    if config.clone().object() == Object::default() { properties } else { properties.put(key, config) }
}
