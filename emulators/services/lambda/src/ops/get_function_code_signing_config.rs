//! `GetFunctionCodeSigningConfig`: <https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionCodeSigningConfig.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde_json::json;

use super::names::OneFunction;
use crate::arn::Named;
use crate::service::LambdaService;

/// Shows the signing configuration of a function.
pub(super) struct GetFunctionCodeSigningConfig;

impl Operation<LambdaService> for GetFunctionCodeSigningConfig {
    const NAME: &'static str = "GetFunctionCodeSigningConfig";
    type Input = OneFunction;

    async fn call(service: Arc<LambdaService>, context: Context, input: OneFunction) -> Result<Answer, ApiError> {
        let named = Named::read(&context, &input.function_name, None)?;
        let record = service.existing(&named).await?;
        let shown = record.signing.as_ref().map(|arn| json!({ "CodeSigningConfigArn": arn, "FunctionName": named.key.name }));
        Ok(Answer::of(&shown.unwrap_or_else(|| json!({}))))
    }
}
