//! Event source mappings: queues and streams that call functions.

use serde::Serialize;

use super::LambdaProject;
use super::function::split_name;
use super::props::Props;
use crate::sources::Place;

/// An event source mapping, with everything that `CreateEventSourceMapping` takes.
#[derive(Debug, Clone, Serialize)]
pub struct EventSourceMapping {
    /// Its logical id.
    pub logical_id: String,
    /// Its UUID.
    pub uuid: String,
    /// The function.
    pub function_name: String,
    /// Version or alias.
    pub qualifier: Option<String>,
    /// Where the events come from; none for Kafka of one's own.
    pub event_source_arn: Option<String>,
    /// How many at most in a batch.
    pub batch_size: Option<u32>,
    /// How long a batch is gathered.
    pub maximum_batching_window_in_seconds: Option<u32>,
    /// Whether it runs.
    pub enabled: bool,
    /// `TRIM_HORIZON`, `LATEST` or `AT_TIMESTAMP`, of streams.
    pub starting_position: Option<String>,
    /// Seconds since 1970, of `AT_TIMESTAMP`.
    pub starting_position_timestamp: Option<String>,
    /// Patterns, as text; an event must match one.
    pub filters: Vec<String>,
    /// Whether the function says which items failed (`ReportBatchItemFailures`).
    pub function_response_types: Vec<String>,
    /// Whether a batch that failed is halved.
    pub bisect_batch_on_function_error: bool,
    /// How often a batch is tried again; -1 is for ever.
    pub maximum_retry_attempts: Option<i64>,
    /// How old a record may get; -1 is any age.
    pub maximum_record_age_in_seconds: Option<i64>,
    /// Batches of one shard at a time.
    pub parallelization_factor: Option<u32>,
    /// Seconds of a tumbling window.
    pub tumbling_window_in_seconds: Option<u32>,
    /// Where what failed goes.
    pub on_failure: Option<String>,
    /// How many instances a queue may use.
    pub maximum_concurrency: Option<u32>,
    /// Where it is declared.
    pub place: Place,
}

pub(super) fn read(props: &Props<'_, '_>, project: &mut LambdaProject) {
    let Some(name) = props.text("FunctionName") else {
        props.missing("FunctionName", "name a function, with `!Ref MyFunction`");
        return;
    };
    let (function_name, qualifier) = split_name(&name);
    let filters = props.object("FilterCriteria").map(|criteria| criteria.objects("Filters")).unwrap_or_default();
    let filters: Vec<String> = filters.iter().filter_map(|filter| filter.text("Pattern")).collect();
    for pattern in filters.iter().filter(|pattern| serde_json::from_str::<serde_json::Value>(pattern).is_err()) {
        props.error(
            "FilterCriteria",
            format!("a filter of `{}` is not JSON: `{pattern}`", props.id),
            "write the pattern as JSON in a string",
        );
    }
    let destination =
        props.object("DestinationConfig").and_then(|all| all.object("OnFailure")).and_then(|failure| failure.text("Destination"));
    // https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
    project.event_source_mappings.push(EventSourceMapping {
        logical_id: props.id.clone(),
        uuid: props.reference(),
        function_name,
        qualifier,
        event_source_arn: props.text("EventSourceArn"),
        batch_size: props.within("BatchSize", 1, 10_000, ""),
        maximum_batching_window_in_seconds: props.within("MaximumBatchingWindowInSeconds", 0, 300, " seconds"),
        enabled: props.flag("Enabled").unwrap_or(true),
        starting_position: props.one_of("StartingPosition", &["TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"]),
        starting_position_timestamp: props.text("StartingPositionTimestamp"),
        filters,
        function_response_types: props.texts("FunctionResponseTypes"),
        bisect_batch_on_function_error: props.flag("BisectBatchOnFunctionError").unwrap_or(false),
        maximum_retry_attempts: props.number("MaximumRetryAttempts"),
        maximum_record_age_in_seconds: props.number("MaximumRecordAgeInSeconds"),
        parallelization_factor: props.within("ParallelizationFactor", 1, 10, ""),
        tumbling_window_in_seconds: props.within("TumblingWindowInSeconds", 0, 900, " seconds"),
        on_failure: destination,
        maximum_concurrency: props.object("ScalingConfig").and_then(|scaling| scaling.within("MaximumConcurrency", 2, 1000, "")),
        place: props.place(),
    });
    props.no_effect(&["Tags", "KmsKeyArn", "MetricsConfig", "LoggingConfig"]);
    props.not_emulated(&[
        "AmazonManagedKafkaEventSourceConfig",
        "DocumentDBEventSourceConfig",
        "ProvisionedPollerConfig",
        "Queues",
        "SelfManagedEventSource",
        "SelfManagedKafkaEventSourceConfig",
        "SourceAccessConfigurations",
        "Topics",
    ]);
}
