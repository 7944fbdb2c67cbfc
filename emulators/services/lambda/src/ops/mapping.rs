//! Event source mappings as the operations see them: checked, given their defaults, kept. What reads the sources comes with the services
//! that have them.

use std::time::Duration;

use greenroom_aws_wire::{ApiError, Context};
use greenroom_event_patterns::EventPattern;
use serde_json::{Map, Value, json};

use crate::arn::{Key, Named};
use crate::error::{conflict, invalid, not_found};
use crate::ops::tags;
use crate::record::MappingRecord;
use crate::service::LambdaService;

/// Members of an input that a mapping takes over as they are.
const KEPT: &[&str] = &[
    "BatchSize",
    "FilterCriteria",
    "KMSKeyArn",
    "MaximumBatchingWindowInSeconds",
    "ParallelizationFactor",
    "StartingPosition",
    "StartingPositionTimestamp",
    "DestinationConfig",
    "MaximumRecordAgeInSeconds",
    "BisectBatchOnFunctionError",
    "MaximumRetryAttempts",
    "TumblingWindowInSeconds",
    "Topics",
    "Queues",
    "SourceAccessConfigurations",
    "SelfManagedEventSource",
    "FunctionResponseTypes",
    "AmazonManagedKafkaEventSourceConfig",
    "SelfManagedKafkaEventSourceConfig",
    "ScalingConfig",
    "DocumentDBEventSourceConfig",
    "MetricsConfig",
    "LoggingConfig",
    "ProvisionedPollerConfig",
];

/// There is no such mapping.
pub(super) fn none() -> ApiError {
    not_found("The resource you requested does not exist.")
}

/// The mapping that `input` asks for.
///
/// # Errors
/// What AWS refuses of it.
pub(crate) async fn made(
    service: &LambdaService,
    context: &Context,
    id: &str,
    input: &Map<String, Value>,
) -> Result<MappingRecord, ApiError> {
    let source = source(input)?;
    let mut shown = Map::new();
    shown.extend(input.get("EventSourceArn").map(|arn| ("EventSourceArn".to_owned(), arn.clone())));
    take(&mut shown, input);
    check(&source, &shown)?;
    defaults(&source, &mut shown);
    let (function, timeout) = function(service, context, input["FunctionName"].as_str().unwrap_or_default()).await?;
    service.source_fits(&shown, timeout)?;
    let arn = format!("arn:aws:lambda:{}:{}:event-source-mapping:{id}", context.region, context.account);
    let enabled = input.get("Enabled").and_then(Value::as_bool).unwrap_or(true);
    shown.insert("FunctionArn".to_owned(), function.into());
    shown.insert("UUID".to_owned(), id.into());
    shown.insert("EventSourceMappingArn".to_owned(), arn.into());
    shown.insert("LastModified".to_owned(), service.seconds().into());
    shown.insert("State".to_owned(), if enabled { "Enabled" } else { "Disabled" }.into());
    // Queues say it in capitals, streams do not.
    shown.insert("StateTransitionReason".to_owned(), if source == "sqs" { "USER_INITIATED" } else { "User action" }.into());
    let tags = input.get("Tags").and_then(|tags| serde_json::from_value(tags.clone()).ok()).unwrap_or_default();
    tags::check(&tags)?;
    Ok(MappingRecord { shown, tags, app: None })
}

/// The key of a mapping.
pub(super) fn key(context: &Context, id: &str) -> Key {
    Key { account: context.account.clone(), region: context.region.clone(), name: id.to_owned() }
}

/// Takes what `input` says into `shown`.
pub(super) fn take(shown: &mut Map<String, Value>, input: &Map<String, Value>) {
    for name in KEPT {
        if let Some(value) = input.get(*name).filter(|value| !value.is_null()) {
            shown.insert((*name).to_owned(), value.clone());
        }
    }
}

/// The service that events come from: `sqs`, `kinesis`; `kafka` for what is the user's own.
pub(super) fn source(input: &Map<String, Value>) -> Result<String, ApiError> {
    if input.contains_key("SelfManagedEventSource") {
        return match input.get("SourceAccessConfigurations") {
            Some(_) => Ok("kafka".to_owned()),
            None => Err(invalid("Required 'sourceAccessConfigurations' parameter is missing.")),
        };
    }
    let arn = input.get("EventSourceArn").and_then(Value::as_str).ok_or_else(|| invalid("Unrecognized event source."))?;
    Ok(arn.split(':').nth(2).unwrap_or_default().to_owned())
}

/// What AWS asks of a mapping from that service.
pub(super) fn check(source: &str, shown: &Map<String, Value>) -> Result<(), ApiError> {
    let number = |name: &str| shown.get(name).and_then(Value::as_i64);
    let is_queue = source == "sqs";
    if is_queue && shown.contains_key("DestinationConfig") {
        return Err(invalid("Unsupported DestinationConfig parameter for given event source mapping type."));
    }
    if ["kinesis", "dynamodb", "kafka"].contains(&source) && !shown.contains_key("StartingPosition") {
        return Err(invalid(
            "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
        ));
    }
    let arn = shown.get("EventSourceArn").and_then(Value::as_str).unwrap_or_default();
    if source == "dynamodb" && shown.get("StartingPosition").is_some_and(|position| position == "AT_TIMESTAMP") {
        return Err(invalid(format!("Unsupported starting position for arn type: {arn}")));
    }
    if is_queue && number("BatchSize").unwrap_or(10) > 10 && number("MaximumBatchingWindowInSeconds").unwrap_or(0) < 1 {
        let rule = "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10";
        return Err(invalid(rule));
    }
    if is_queue && arn.strip_suffix(".fifo").is_some() && number("MaximumBatchingWindowInSeconds").unwrap_or(0) > 0 {
        return Err(invalid("Batching window is not supported for FIFO queues"));
    }
    let mut filters = shown.get("FilterCriteria").and_then(|criteria| criteria["Filters"].as_array()).into_iter().flatten();
    if filters.any(|filter| EventPattern::parse(filter["Pattern"].as_str().unwrap_or_default()).is_err()) {
        return Err(invalid("Invalid filter pattern definition."));
    }
    Ok(())
}

/// What counts where nothing is said.
pub(super) fn defaults(source: &str, shown: &mut Map<String, Value>) {
    let all: Value = match source {
        "sqs" => json!({ "BatchSize": 10, "MaximumBatchingWindowInSeconds": 0, "FunctionResponseTypes": [] }),
        "kinesis" | "dynamodb" => json!({
            "BatchSize": 100,
            "MaximumBatchingWindowInSeconds": 0,
            "ParallelizationFactor": 1,
            "MaximumRecordAgeInSeconds": -1,
            "BisectBatchOnFunctionError": false,
            "MaximumRetryAttempts": -1,
            "TumblingWindowInSeconds": 0,
            "FunctionResponseTypes": [],
            "LastProcessingResult": "No records processed",
            "DestinationConfig": { "OnFailure": {} },
        }),
        _ => json!({ "BatchSize": 100, "LastProcessingResult": "No records processed" }),
    };
    for (name, value) in all.as_object().into_iter().flatten() {
        shown.entry(name.clone()).or_insert_with(|| value.clone());
    }
}

/// The ARN of the function that a mapping is for, and how long it may take.
pub(super) async fn function(service: &LambdaService, context: &Context, name: &str) -> Result<(String, Duration), ApiError> {
    let named = Named::read(context, name, None)?;
    let record = service.store.functions.get(&named.key).await?;
    let version = record.as_ref().and_then(|record| record.resolved(named.qualifier.as_deref()));
    let version = version.ok_or_else(|| invalid("Function does not exist"))?;
    Ok((named.arn(), Duration::from_secs(version.configuration.timeout)))
}

/// One source feeds one function once.
pub(super) async fn taken(service: &LambdaService, context: &Context, shown: &Map<String, Value>) -> Result<(), ApiError> {
    let Some(source) = shown.get("EventSourceArn") else { return Ok(()) };
    let all = service.store.mappings.list(&context.account, &context.region).await?;
    let same = |known: &MappingRecord| {
        known.shown.get("EventSourceArn") == Some(source) && known.shown.get("FunctionArn") == shown.get("FunctionArn")
    };
    let Some((key, _)) = all.iter().find(|(_, known)| same(known)) else { return Ok(()) };
    let arn = source.as_str().unwrap_or_default();
    let function = shown.get("FunctionArn").and_then(Value::as_str).and_then(|arn| arn.split(':').nth(6)).unwrap_or_default();
    // Recorded from AWS: localstack/localstack tests/aws/services/lambda_/event_source_mapping/*.snapshot.json
    let what = if self::source(shown)? == "sqs" {
        format!("An event source mapping with SQS arn (\" {arn} \") and function (\" {function} \") already exists.")
    } else {
        format!("The event source arn (\" {arn} \") and function (\" {function} \") provided mapping already exists.")
    };
    Err(conflict(format!("{what} Please update or delete the existing mapping with UUID {}", key.name)))
}

/// The same mapping in a state that passes.
pub(super) fn in_state(shown: &Map<String, Value>, state: &str) -> Map<String, Value> {
    let mut shown = shown.clone();
    shown.insert("State".to_owned(), state.into());
    shown
}
