//! `DeleteFunctionCodeSigningConfig`: <https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionCodeSigningConfig.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};

use super::names::OneFunction;
use crate::arn::Named;
use crate::error::no_function;
use crate::record::FunctionRecord;
use crate::service::LambdaService;

/// Takes the signing configuration of a function away.
pub(super) struct DeleteFunctionCodeSigningConfig;

impl Operation<LambdaService> for DeleteFunctionCodeSigningConfig {
    const NAME: &'static str = "DeleteFunctionCodeSigningConfig";
    type Input = OneFunction;

    async fn call(service: Arc<LambdaService>, context: Context, input: OneFunction) -> Result<Answer, ApiError> {
        let named = Named::read(&context, &input.function_name, None)?;
        let change = |known: &mut Option<FunctionRecord>| {
            known.as_mut().ok_or_else(|| no_function(&named.arn()))?.signing = None;
            Ok(())
        };
        service.store.functions.change(&named.key, change).await?;
        Ok(Answer::empty())
    }
}
