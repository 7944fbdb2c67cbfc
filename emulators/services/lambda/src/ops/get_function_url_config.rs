//! `GetFunctionUrlConfig`: <https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionUrlConfig.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};

use super::names::Qualified;
use crate::arn::Named;
use crate::error::not_found;
use crate::service::LambdaService;

/// Shows a function's URL.
pub(super) struct GetFunctionUrlConfig;

/// There is none, or no such function.
pub(super) fn none() -> ApiError {
    not_found("The resource you requested does not exist.")
}

impl Operation<LambdaService> for GetFunctionUrlConfig {
    const NAME: &'static str = "GetFunctionUrlConfig";
    type Input = Qualified;

    async fn call(service: Arc<LambdaService>, context: Context, input: Qualified) -> Result<Answer, ApiError> {
        let named = Named::read(&context, &input.function_name, input.qualifier.as_deref())?;
        let record = service.store.functions.get(&named.key).await?.ok_or_else(none)?;
        Ok(Answer::of(record.urls.get(named.qualifier.as_deref().unwrap_or_default()).ok_or_else(none)?))
    }
}
