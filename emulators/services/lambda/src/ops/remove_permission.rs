//! `RemovePermission`: <https://docs.aws.amazon.com/lambda/latest/api/API_RemovePermission.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;

use super::add_permission::{check_revision, touch};
use crate::arn::Named;
use crate::error::not_found;
use crate::record::FunctionRecord;
use crate::service::LambdaService;

/// Takes a permission back.
pub(super) struct RemovePermission;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    function_name: String,
    statement_id: String,
    qualifier: Option<String>,
    revision_id: Option<String>,
}

impl Operation<LambdaService> for RemovePermission {
    const NAME: &'static str = "RemovePermission";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let named = Named::read(&context, &input.function_name, input.qualifier.as_deref())?;
        let (revision, of_function) = (service.revision(), service.revision());
        let change = |known: &mut Option<FunctionRecord>| {
            let record = known.as_mut().ok_or_else(|| not_found(format!("No policy found for: {}", named.arn())))?;
            let qualifier = named.qualifier.clone().unwrap_or_default();
            check_revision(record, &qualifier, input.revision_id.as_deref())?;
            record.policies.entry(qualifier.clone()).or_default().remove(&input.statement_id, revision)?;
            touch(record, &qualifier, of_function);
            Ok(())
        };
        service.store.functions.change(&named.key, change).await?;
        Ok(Answer::empty())
    }
}
