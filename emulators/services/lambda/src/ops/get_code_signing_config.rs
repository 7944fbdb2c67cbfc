//! `GetCodeSigningConfig`: <https://docs.aws.amazon.com/lambda/latest/api/API_GetCodeSigningConfig.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;
use serde_json::json;

use super::signing;
use crate::service::LambdaService;

/// Shows a signing configuration.
pub(super) struct GetCodeSigningConfig;

/// A signing configuration.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    pub(super) code_signing_config_arn: String,
}

impl Operation<LambdaService> for GetCodeSigningConfig {
    const NAME: &'static str = "GetCodeSigningConfig";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, _: Context, input: Input) -> Result<Answer, ApiError> {
        let arn = &input.code_signing_config_arn;
        let record = service.store.signings.get(&signing::key(arn)?).await?.ok_or_else(|| signing::none(arn))?;
        Ok(Answer::of(&json!({ "CodeSigningConfig": record.shown })))
    }
}
