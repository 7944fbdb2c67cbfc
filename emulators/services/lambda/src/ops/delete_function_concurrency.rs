//! `DeleteFunctionConcurrency`: <https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionConcurrency.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};

use super::names::OneFunction;
use crate::arn::Named;
use crate::error::no_function;
use crate::record::FunctionRecord;
use crate::service::LambdaService;

/// Takes a reservation back.
pub(super) struct DeleteFunctionConcurrency;

impl Operation<LambdaService> for DeleteFunctionConcurrency {
    const NAME: &'static str = "DeleteFunctionConcurrency";
    type Input = OneFunction;

    async fn call(service: Arc<LambdaService>, context: Context, input: OneFunction) -> Result<Answer, ApiError> {
        let named = Named::read(&context, &input.function_name, None)?;
        let change = |known: &mut Option<FunctionRecord>| {
            known.as_mut().ok_or_else(|| no_function(&named.arn()))?.reserved = None;
            Ok(())
        };
        service.store.functions.change(&named.key, change).await?;
        Ok(Answer::empty())
    }
}
