//! `GetFunctionConfiguration`: <https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};

use super::names::Qualified;
use crate::arn::Named;
use crate::service::LambdaService;

/// Shows the settings of a version.
pub(super) struct GetFunctionConfiguration;

impl Operation<LambdaService> for GetFunctionConfiguration {
    const NAME: &'static str = "GetFunctionConfiguration";
    type Input = Qualified;

    async fn call(service: Arc<LambdaService>, context: Context, input: Qualified) -> Result<Answer, ApiError> {
        let named = Named::read(&context, &input.function_name, input.qualifier.as_deref())?;
        let (_, version) = service.shown(&named).await?;
        Ok(Answer::of(&version.configuration))
    }
}
