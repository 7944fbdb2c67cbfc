//! Event source mappings that a project declares.

use greenroom_host::Diagnostic;
use greenroom_lambda::{Key, MappingDecl};
use greenroom_lambda_projects as projects;
use serde_json::{Map, Value, json};

use super::Functions;
use crate::aws::is_read;

impl Functions {
    /// Makes the project's mappings known. Gives what is wrong with them, and which cannot be worked off.
    pub(super) async fn declare_mappings(&self) -> Vec<Diagnostic> {
        let mappings = &self.project.event_source_mappings;
        let key = |mapping: &projects::EventSourceMapping| Key {
            account: self.project.account.clone(),
            region: self.project.region.clone(),
            name: mapping.uuid.clone(),
        };
        let decls = mappings.iter().map(|mapping| MappingDecl { key: key(mapping), input: input(mapping) }).collect();
        let mut problems: Vec<_> = mappings.iter().filter_map(unread).collect();
        match self.aws.lambda.declare_mappings(&self.project.stack_name, decls).await {
            Err(error) => problems.push(Diagnostic::error(format!("the event source mappings cannot be declared: {}", error.message))),
            Ok(refused) => problems.extend(refused.into_iter().map(|(key, error)| {
                let mapping = mappings.iter().find(|mapping| mapping.uuid == key.name);
                let name = mapping.map_or(key.name.as_str(), |mapping| mapping.logical_id.as_str());
                Diagnostic::error(format!("the event source mapping `{name}` is not as it is declared: {}", error.message))
            })),
        }
        problems
    }
}

/// A warning, where nothing reads the source.
fn unread(mapping: &projects::EventSourceMapping) -> Option<Diagnostic> {
    let arn = mapping.event_source_arn.as_deref().unwrap_or_default();
    let warning = || Diagnostic::warning(format!("`{}` takes events from `{arn}`, which is not emulated", mapping.logical_id));
    (!is_read(arn)).then(|| warning().hint("its function runs when it is invoked: `greenroom lambda invoke`"))
}

/// What `CreateEventSourceMapping` would be told.
fn input(mapping: &projects::EventSourceMapping) -> Map<String, Value> {
    let function = match &mapping.qualifier {
        Some(qualifier) => format!("{}:{qualifier}", mapping.function_name),
        None => mapping.function_name.clone(),
    };
    let filters: Vec<_> = mapping.filters.iter().map(|pattern| json!({ "Pattern": pattern })).collect();
    let all = json!({
        "FunctionName": function,
        "EventSourceArn": mapping.event_source_arn,
        "Enabled": mapping.enabled,
        "BatchSize": mapping.batch_size,
        "MaximumBatchingWindowInSeconds": mapping.maximum_batching_window_in_seconds,
        "StartingPosition": mapping.starting_position,
        "StartingPositionTimestamp": mapping.starting_position_timestamp,
        "FilterCriteria": (!filters.is_empty()).then(|| json!({ "Filters": filters })),
        "FunctionResponseTypes": mapping.function_response_types,
        "BisectBatchOnFunctionError": mapping.bisect_batch_on_function_error.then_some(true),
        "MaximumRetryAttempts": mapping.maximum_retry_attempts,
        "MaximumRecordAgeInSeconds": mapping.maximum_record_age_in_seconds,
        "ParallelizationFactor": mapping.parallelization_factor,
        "TumblingWindowInSeconds": mapping.tumbling_window_in_seconds,
        "DestinationConfig": mapping.on_failure.as_ref().map(|arn| json!({ "OnFailure": { "Destination": arn } })),
        "ScalingConfig": mapping.maximum_concurrency.map(|most| json!({ "MaximumConcurrency": most })),
    });
    all.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name.clone(), value.clone())).collect()
}
