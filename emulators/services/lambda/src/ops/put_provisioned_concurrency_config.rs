//! `PutProvisionedConcurrencyConfig`: <https://docs.aws.amazon.com/lambda/latest/api/API_PutProvisionedConcurrencyConfig.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;

use super::provisioned;
use crate::arn::Named;
use crate::error::{conflict, invalid, no_function};
use crate::limits;
use crate::record::{FunctionRecord, Provisioned};
use crate::service::LambdaService;

/// Keeps instances ready.
pub(super) struct PutProvisionedConcurrencyConfig;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    function_name: String,
    qualifier: String,
    provisioned_concurrent_executions: u32,
}

impl Operation<LambdaService> for PutProvisionedConcurrencyConfig {
    const NAME: &'static str = "PutProvisionedConcurrencyConfig";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        if input.qualifier == "$LATEST" {
            Named::read(&context, &input.function_name, Some(&input.qualifier))?;
            return Err(invalid("Provisioned Concurrency Configs cannot be applied to unpublished function versions."));
        }
        let (named, qualifier, record) = provisioned::target(&service, &context, &input.function_name, &input.qualifier).await?;
        let wanted = Provisioned { requested: input.provisioned_concurrent_executions, last_modified: service.now() };
        taken(&record, &qualifier)?;
        let shared = service.shared_concurrency(&context.account, &context.region).await?;
        room(&record, &qualifier, wanted.requested, shared)?;
        let change = |known: &mut Option<FunctionRecord>| {
            let record = known.as_mut().ok_or_else(|| no_function(&named.arn()))?;
            record.provisioned.insert(qualifier, wanted.clone());
            Ok(())
        };
        service.store.functions.change(&named.key, change).await?;
        service.keep_ready(&named.key).await?;
        Ok(Answer::of(&provisioned::shown(&wanted, false)))
    }
}

/// A version has it once, by its number or by an alias.
fn taken(record: &FunctionRecord, qualifier: &str) -> Result<(), ApiError> {
    if let Some(alias) = record.aliases.get(qualifier) {
        if record.provisioned.contains_key(&alias.function_version) {
            let message = "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version";
            return Err(conflict(message));
        }
        return Ok(());
    }
    let by_alias = record.provisioned.keys().filter_map(|name| record.aliases.get(name));
    if by_alias.into_iter().any(|alias| alias.means(qualifier)) {
        return Err(conflict("Version is pointed by a Provisioned Concurrency alias"));
    }
    Ok(())
}

fn room(record: &FunctionRecord, qualifier: &str, wanted: u32, shared: u32) -> Result<(), ApiError> {
    let before = record.provisioned.get(qualifier).map_or(0, |provisioned| provisioned.requested);
    if let Some(reserved) = record.reserved {
        if record.provisioned_total() - before + wanted > reserved {
            let rule = "should not be greater than the reservedConcurrentExecution for function";
            return Err(invalid(format!("Requested Provisioned Concurrency {rule}")));
        }
        return Ok(());
    }
    let free = shared + before;
    let plain = |message: String| Err(ApiError::new("InvalidParameterValueException", 400, message));
    if wanted > free {
        let what = "Specified ConcurrentExecutions for function is greater than account's unreserved concurrency";
        return plain(format!("{what} [{free}]."));
    }
    if free - wanted < limits::UNRESERVED {
        let what = "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value";
        return plain(format!("{what} of [{}].", limits::UNRESERVED));
    }
    Ok(())
}
