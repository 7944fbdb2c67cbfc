//! `GetFunctionConcurrency`: <https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConcurrency.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde_json::json;

use super::names::OneFunction;
use crate::arn::Named;
use crate::service::LambdaService;

/// Shows what is reserved for a function.
pub(super) struct GetFunctionConcurrency;

impl Operation<LambdaService> for GetFunctionConcurrency {
    const NAME: &'static str = "GetFunctionConcurrency";
    type Input = OneFunction;

    async fn call(service: Arc<LambdaService>, context: Context, input: OneFunction) -> Result<Answer, ApiError> {
        let named = Named::read(&context, &input.function_name, None)?;
        let record = service.existing(&named).await?;
        let shown = record.reserved.map_or_else(|| json!({}), |reserved| json!({ "ReservedConcurrentExecutions": reserved }));
        Ok(Answer::of(&shown))
    }
}
