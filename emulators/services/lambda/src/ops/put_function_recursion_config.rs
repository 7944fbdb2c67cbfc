//! `PutFunctionRecursionConfig`: <https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionRecursionConfig.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;
use serde_json::json;

use crate::arn::Named;
use crate::error::no_function;
use crate::record::FunctionRecord;
use crate::service::LambdaService;

/// Says whether loops are ended.
pub(super) struct PutFunctionRecursionConfig;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    function_name: String,
    recursive_loop: String,
}

impl Operation<LambdaService> for PutFunctionRecursionConfig {
    const NAME: &'static str = "PutFunctionRecursionConfig";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let named = Named::read(&context, &input.function_name, None)?;
        let may_recurse = input.recursive_loop == "Allow";
        let change = |known: &mut Option<FunctionRecord>| {
            known.as_mut().ok_or_else(|| no_function(&named.arn()))?.may_recurse = may_recurse;
            Ok(())
        };
        service.store.functions.change(&named.key, change).await?;
        Ok(Answer::of(&json!({ "RecursiveLoop": input.recursive_loop })))
    }
}
