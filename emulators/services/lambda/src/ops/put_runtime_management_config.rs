//! `PutRuntimeManagementConfig`: <https://docs.aws.amazon.com/lambda/latest/api/API_PutRuntimeManagementConfig.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;
use serde_json::json;

use crate::arn::Named;
use crate::error::no_function;
use crate::record::FunctionRecord;
use crate::service::LambdaService;

/// Says how runtimes are updated. It is kept and shown; the machine's own interpreters stay what they are.
pub(super) struct PutRuntimeManagementConfig;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    function_name: String,
    qualifier: Option<String>,
    update_runtime_on: String,
    runtime_version_arn: Option<String>,
}

impl Operation<LambdaService> for PutRuntimeManagementConfig {
    const NAME: &'static str = "PutRuntimeManagementConfig";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let named = Named::read(&context, &input.function_name, input.qualifier.as_deref())?;
        let qualifier = named.qualifier.clone().unwrap_or_else(|| "$LATEST".to_owned());
        let mut made = json!({ "UpdateRuntimeOn": input.update_runtime_on, "FunctionArn": named.key.qualified(Some(&qualifier)) });
        if let Some(arn) = input.runtime_version_arn {
            made["RuntimeVersionArn"] = arn.into();
        }
        let change = |known: &mut Option<FunctionRecord>| {
            let record = known.as_mut().ok_or_else(|| no_function(&named.arn()))?;
            record.version(Some(&qualifier)).ok_or_else(|| no_function(&named.arn()))?;
            record.runtime_management.insert(qualifier, made.clone());
            Ok(())
        };
        service.store.functions.change(&named.key, change).await?;
        Ok(Answer::of(&made))
    }
}
