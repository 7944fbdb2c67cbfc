//! `UpdateFunctionCode`: <https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;

use super::upload::Upload;
use crate::arn::Named;
use crate::error::{invalid, no_function, wrong_revision};
use crate::record::FunctionRecord;
use crate::service::LambdaService;

/// Gives a function other code.
pub(super) struct UpdateFunctionCode;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    function_name: String,
    #[serde(default)]
    publish: bool,
    #[serde(default)]
    dry_run: bool,
    revision_id: Option<String>,
    architectures: Option<Vec<String>>,
    #[serde(flatten)]
    code: Upload,
}

impl Operation<LambdaService> for UpdateFunctionCode {
    const NAME: &'static str = "UpdateFunctionCode";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let named = Named::read(&context, &input.function_name, None)?;
        let record = service.existing(&named).await?;
        let is_image = record.latest.configuration.package_type == "Image";
        match (is_image, input.code.image_uri.is_some()) {
            (true, false) => return Err(invalid("Please provide ImageUri when updating a function with packageType Image.")),
            (false, true) => return Err(invalid("Please don't provide ImageUri when updating a function with packageType Zip.")),
            _ => {}
        }
        let uploaded = input.code.take(&service, Self::NAME).await?;
        let (revision, now) = (service.revision(), service.now());
        let change = |known: &mut Option<FunctionRecord>| {
            let record = known.as_mut().ok_or_else(|| no_function(&named.arn()))?;
            let mut latest = record.latest.clone();
            if input.revision_id.is_some_and(|wanted| wanted != latest.configuration.revision_id) {
                return Err(wrong_revision("GetFunction/GetAlias"));
            }
            uploaded.describe(&mut latest.configuration);
            latest.code = uploaded.place;
            latest.configuration.architectures = input.architectures.unwrap_or(latest.configuration.architectures);
            (latest.configuration.revision_id, latest.configuration.last_modified) = (revision, now);
            if !input.dry_run {
                record.latest = latest.clone();
            }
            Ok(latest.configuration)
        };
        let configuration = service.store.functions.change(&named.key, change).await?;
        if input.publish && !input.dry_run {
            return Ok(Answer::of(&service.publish(&named, None).await?));
        }
        service.runtime.retire(&named.key.arn(), Some("$LATEST"));
        Ok(Answer::of(&configuration.updating()))
    }
}
