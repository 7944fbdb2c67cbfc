//! `DeleteFunctionUrlConfig`: <https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionUrlConfig.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};

use super::get_function_url_config::none;
use super::names::Qualified;
use crate::arn::Named;
use crate::record::FunctionRecord;
use crate::service::LambdaService;

/// Takes a function's URL away.
pub(super) struct DeleteFunctionUrlConfig;

impl Operation<LambdaService> for DeleteFunctionUrlConfig {
    const NAME: &'static str = "DeleteFunctionUrlConfig";
    type Input = Qualified;

    async fn call(service: Arc<LambdaService>, context: Context, input: Qualified) -> Result<Answer, ApiError> {
        let named = Named::read(&context, &input.function_name, input.qualifier.as_deref())?;
        let change = |known: &mut Option<FunctionRecord>| {
            let urls = known.as_mut().map(|record| &mut record.urls).ok_or_else(none)?;
            urls.remove(named.qualifier.as_deref().unwrap_or_default()).map(drop).ok_or_else(none)
        };
        service.store.functions.change(&named.key, change).await?;
        Ok(Answer::empty())
    }
}
