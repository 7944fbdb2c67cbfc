//! `PutFunctionConcurrency`: <https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;
use serde_json::json;

use crate::arn::Named;
use crate::error::{invalid, no_function};
use crate::limits;
use crate::record::FunctionRecord;
use crate::service::LambdaService;

/// Reserves concurrency for a function.
pub(super) struct PutFunctionConcurrency;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    function_name: String,
    reserved_concurrent_executions: u32,
}

impl Operation<LambdaService> for PutFunctionConcurrency {
    const NAME: &'static str = "PutFunctionConcurrency";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let named = Named::read(&context, &input.function_name, None)?;
        if named.qualifier.is_some() {
            return Err(invalid(
                "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify \
                 either a function name or an unqualified function ARN.",
            ));
        }
        let missing = || no_function(&named.key.qualified(Some("$LATEST")));
        let record = service.store.functions.get(&named.key).await?.ok_or_else(missing)?;
        let wanted = input.reserved_concurrent_executions;
        let plain = |message: String| ApiError::new("InvalidParameterValueException", 400, message);
        let provisioned = record.provisioned_total();
        if wanted < provisioned {
            let rule = format!("should not be lower than function's total provisioned concurrency [{provisioned}].");
            return Err(plain(format!(" ReservedConcurrentExecutions  {wanted} {rule}")));
        }
        let others = service.shared_concurrency(&context.account, &context.region).await? + record.reserved.unwrap_or(provisioned);
        if others.saturating_sub(wanted) < limits::UNRESERVED {
            let what = "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution";
            return Err(plain(format!("{what} below its minimum value of [{}].", limits::UNRESERVED)));
        }
        let change = |known: &mut Option<FunctionRecord>| {
            known.as_mut().ok_or_else(missing)?.reserved = Some(wanted);
            Ok(())
        };
        service.store.functions.change(&named.key, change).await?;
        Ok(Answer::of(&json!({ "ReservedConcurrentExecutions": wanted })))
    }
}
