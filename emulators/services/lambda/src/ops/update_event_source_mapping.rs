//! `UpdateEventSourceMapping`: <https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde_json::{Map, Value};

use super::mapping;
use crate::record::MappingRecord;
use crate::service::LambdaService;

/// Changes a mapping.
pub(super) struct UpdateEventSourceMapping;

impl Operation<LambdaService> for UpdateEventSourceMapping {
    const NAME: &'static str = "UpdateEventSourceMapping";
    type Input = Map<String, Value>;

    async fn call(service: Arc<LambdaService>, context: Context, input: Map<String, Value>) -> Result<Answer, ApiError> {
        let key = mapping::key(&context, input["UUID"].as_str().unwrap_or_default());
        let function = match input.get("FunctionName").and_then(Value::as_str) {
            Some(name) => Some(mapping::function(&service, &context, name).await?),
            None => None,
        };
        let seconds = service.seconds();
        let change = |known: &mut Option<MappingRecord>| {
            let shown = &mut known.as_mut().ok_or_else(mapping::none)?.shown;
            let source = mapping::source(shown)?;
            mapping::take(shown, &input);
            mapping::check(&source, &given(shown))?;
            if let Some((arn, timeout)) = function {
                service.source_fits(shown, timeout)?;
                shown.insert("FunctionArn".to_owned(), arn.into());
            }
            if let Some(enabled) = input.get("Enabled").and_then(Value::as_bool) {
                shown.insert("State".to_owned(), if enabled { "Enabled" } else { "Disabled" }.into());
            }
            shown.insert("LastModified".to_owned(), seconds.into());
            Ok(shown.clone())
        };
        let shown = service.store.mappings.change(&key, change).await?;
        service.mappings_changed();
        Ok(Answer::of(&mapping::in_state(&shown, "Updating")))
    }
}

/// Without what is there by default.
fn given(shown: &Map<String, Value>) -> Map<String, Value> {
    let mut given = shown.clone();
    given.retain(|name, value| name != "DestinationConfig" || value["OnFailure"]["Destination"].is_string());
    given
}
