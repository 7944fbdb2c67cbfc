//! `InvokeAsync`, which was there before `Invoke`: <https://docs.aws.amazon.com/lambda/latest/api/API_InvokeAsync.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde_json::json;

use super::invoke::{self, Input};
use crate::service::LambdaService;

/// Calls a function; nobody waits.
pub(super) struct InvokeAsync;

impl Operation<LambdaService> for InvokeAsync {
    const NAME: &'static str = "InvokeAsync";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let call = invoke::call(&service, &context, &input, true)?;
        service.enqueue(call).await?;
        Ok(Answer::of(&json!({ "Status": 202 })).with_status(202))
    }
}
