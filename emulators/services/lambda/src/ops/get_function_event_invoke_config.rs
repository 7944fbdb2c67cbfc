//! `GetFunctionEventInvokeConfig`: <https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionEventInvokeConfig.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};

use super::names::Qualified;
use super::put_function_event_invoke_config::none;
use crate::arn::Named;
use crate::service::LambdaService;

/// Shows what becomes of asynchronous events.
pub(super) struct GetFunctionEventInvokeConfig;

impl Operation<LambdaService> for GetFunctionEventInvokeConfig {
    const NAME: &'static str = "GetFunctionEventInvokeConfig";
    type Input = Qualified;

    async fn call(service: Arc<LambdaService>, context: Context, input: Qualified) -> Result<Answer, ApiError> {
        let named = Named::read(&context, &input.function_name, input.qualifier.as_deref())?;
        let qualifier = named.qualifier.as_deref().unwrap_or("$LATEST");
        let record = service.store.functions.get(&named.key).await?;
        let found = record.as_ref().and_then(|record| record.event_invoke.get(qualifier));
        Ok(Answer::of(found.ok_or_else(|| none(&named.key, qualifier))?))
    }
}
