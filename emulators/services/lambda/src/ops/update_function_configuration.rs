//! `UpdateFunctionConfiguration`: <https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;

use super::settings::Settings;
use crate::arn::Named;
use crate::error::{no_function, wrong_revision};
use crate::record::FunctionRecord;
use crate::service::LambdaService;

/// Gives a function other settings.
pub(super) struct UpdateFunctionConfiguration;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    function_name: String,
    revision_id: Option<String>,
    #[serde(flatten)]
    settings: Settings,
}

impl Operation<LambdaService> for UpdateFunctionConfiguration {
    const NAME: &'static str = "UpdateFunctionConfiguration";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let named = Named::read(&context, &input.function_name, None)?;
        let record = service.existing(&named).await?;
        let before = record.latest.configuration.revision_id.clone();
        if input.revision_id.is_some_and(|wanted| wanted != before) {
            return Err(wrong_revision("GetFunction/GetAlias"));
        }
        let mut latest = record.latest.clone();
        input.settings.apply(&service, &context, &mut latest.configuration, &mut latest.layers).await?;
        latest.configuration.revision_id = service.revision();
        latest.configuration.last_modified = service.now();
        let shown = latest.configuration.updating();
        let change = |known: &mut Option<FunctionRecord>| {
            let record = known.as_mut().ok_or_else(|| no_function(&named.arn()))?;
            // Somebody else was quicker, between the reading and here.
            if record.latest.configuration.revision_id != before {
                return Err(wrong_revision("GetFunction/GetAlias"));
            }
            record.latest = latest;
            Ok(())
        };
        service.store.functions.change(&named.key, change).await?;
        service.runtime.retire(&named.key.arn(), Some("$LATEST"));
        Ok(Answer::of(&shown))
    }
}
