//! `UpdateFunctionUrlConfig`: <https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionUrlConfig.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;
use serde_json::Value;

use super::get_function_url_config::none;
use crate::arn::Named;
use crate::record::FunctionRecord;
use crate::service::LambdaService;

/// Changes a function's URL.
pub(super) struct UpdateFunctionUrlConfig;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    function_name: String,
    qualifier: Option<String>,
    auth_type: Option<String>,
    cors: Option<Value>,
    invoke_mode: Option<String>,
}

impl Operation<LambdaService> for UpdateFunctionUrlConfig {
    const NAME: &'static str = "UpdateFunctionUrlConfig";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let named = Named::read(&context, &input.function_name, input.qualifier.as_deref())?;
        let now = service.now();
        let change = |known: &mut Option<FunctionRecord>| {
            let urls = known.as_mut().map(|record| &mut record.urls).ok_or_else(none)?;
            let url = urls.get_mut(named.qualifier.as_deref().unwrap_or_default()).ok_or_else(none)?;
            url.auth_type = input.auth_type.unwrap_or_else(|| url.auth_type.clone());
            url.invoke_mode = input.invoke_mode.unwrap_or_else(|| url.invoke_mode.clone());
            url.cors = input.cors.or(url.cors.take());
            url.last_modified_time = now;
            Ok(url.clone())
        };
        let changed = service.store.functions.change(&named.key, change).await?;
        Ok(Answer::of(&changed))
    }
}
