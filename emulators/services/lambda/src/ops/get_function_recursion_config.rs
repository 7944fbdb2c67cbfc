//! `GetFunctionRecursionConfig`: <https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionRecursionConfig.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde_json::json;

use super::names::OneFunction;
use crate::arn::Named;
use crate::service::LambdaService;

/// Shows whether loops are ended.
pub(super) struct GetFunctionRecursionConfig;

impl Operation<LambdaService> for GetFunctionRecursionConfig {
    const NAME: &'static str = "GetFunctionRecursionConfig";
    type Input = OneFunction;

    async fn call(service: Arc<LambdaService>, context: Context, input: OneFunction) -> Result<Answer, ApiError> {
        let named = Named::read(&context, &input.function_name, None)?;
        let record = service.existing(&named).await?;
        Ok(Answer::of(&json!({ "RecursiveLoop": if record.may_recurse { "Allow" } else { "Terminate" } })))
    }
}
