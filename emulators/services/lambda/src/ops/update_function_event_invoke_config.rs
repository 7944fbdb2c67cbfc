//! `UpdateFunctionEventInvokeConfig`: <https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionEventInvokeConfig.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};

use super::put_function_event_invoke_config::{Input, put};
use crate::service::LambdaService;

/// Changes what becomes of asynchronous events.
pub(super) struct UpdateFunctionEventInvokeConfig;

impl Operation<LambdaService> for UpdateFunctionEventInvokeConfig {
    const NAME: &'static str = "UpdateFunctionEventInvokeConfig";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        put(&service, &context, input, true).await
    }
}
