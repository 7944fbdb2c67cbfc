//! `GetPolicy`: <https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde_json::json;

use super::get_function_url_config::none;
use super::names::Qualified;
use crate::arn::Named;
use crate::service::LambdaService;

/// Shows who may use a function.
pub(super) struct GetPolicy;

impl Operation<LambdaService> for GetPolicy {
    const NAME: &'static str = "GetPolicy";
    type Input = Qualified;

    async fn call(service: Arc<LambdaService>, context: Context, input: Qualified) -> Result<Answer, ApiError> {
        let named = Named::read(&context, &input.function_name, input.qualifier.as_deref())?;
        let record = service.store.functions.get(&named.key).await?.ok_or_else(none)?;
        let policy = record.policies.get(named.qualifier.as_deref().unwrap_or_default());
        let policy = policy.filter(|policy| !policy.statements.is_empty()).ok_or_else(none)?;
        Ok(Answer::of(&json!({ "Policy": policy.text(), "RevisionId": policy.revision })))
    }
}
