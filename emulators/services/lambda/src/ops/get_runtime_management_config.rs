//! `GetRuntimeManagementConfig`: <https://docs.aws.amazon.com/lambda/latest/api/API_GetRuntimeManagementConfig.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde_json::json;

use super::names::Qualified;
use crate::arn::Named;
use crate::error::no_function;
use crate::service::LambdaService;

/// Shows how runtimes are updated.
pub(super) struct GetRuntimeManagementConfig;

impl Operation<LambdaService> for GetRuntimeManagementConfig {
    const NAME: &'static str = "GetRuntimeManagementConfig";
    type Input = Qualified;

    async fn call(service: Arc<LambdaService>, context: Context, input: Qualified) -> Result<Answer, ApiError> {
        let named = Named::read(&context, &input.function_name, input.qualifier.as_deref())?;
        let record = service.existing(&named).await?;
        let qualifier = named.qualifier.as_deref().unwrap_or("$LATEST");
        record.version(Some(qualifier)).ok_or_else(|| no_function(&named.arn()))?;
        let automatic = || json!({ "UpdateRuntimeOn": "Auto", "FunctionArn": named.key.qualified(Some(qualifier)) });
        Ok(Answer::of(&record.runtime_management.get(qualifier).cloned().unwrap_or_else(automatic)))
    }
}
