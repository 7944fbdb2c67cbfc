//! `DeleteFunctionEventInvokeConfig`: <https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionEventInvokeConfig.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};

use super::names::Qualified;
use super::put_function_event_invoke_config::none;
use crate::arn::Named;
use crate::record::FunctionRecord;
use crate::service::LambdaService;

/// Lets the defaults count again for asynchronous events.
pub(super) struct DeleteFunctionEventInvokeConfig;

impl Operation<LambdaService> for DeleteFunctionEventInvokeConfig {
    const NAME: &'static str = "DeleteFunctionEventInvokeConfig";
    type Input = Qualified;

    async fn call(service: Arc<LambdaService>, context: Context, input: Qualified) -> Result<Answer, ApiError> {
        let named = Named::read(&context, &input.function_name, input.qualifier.as_deref())?;
        let qualifier = named.qualifier.as_deref().unwrap_or("$LATEST");
        let change = |known: &mut Option<FunctionRecord>| {
            let removed = known.as_mut().and_then(|record| record.event_invoke.remove(qualifier));
            removed.map(drop).ok_or_else(|| none(&named.key, qualifier))
        };
        service.store.functions.change(&named.key, change).await?;
        Ok(Answer::empty())
    }
}
