//! `CreateFunctionUrlConfig`: <https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunctionUrlConfig.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;
use serde_json::Value;

use crate::arn::Named;
use crate::error::{conflict, not_found};
use crate::record::{FunctionRecord, UrlConfig};
use crate::service::LambdaService;
use crate::url::url_address;

/// Gives a function a URL.
pub(super) struct CreateFunctionUrlConfig;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    function_name: String,
    qualifier: Option<String>,
    auth_type: String,
    cors: Option<Value>,
    invoke_mode: Option<String>,
}

impl Operation<LambdaService> for CreateFunctionUrlConfig {
    const NAME: &'static str = "CreateFunctionUrlConfig";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let named = Named::read(&context, &input.function_name, input.qualifier.as_deref())?;
        let qualifier = named.qualifier.clone().unwrap_or_default();
        let now = service.now();
        // The vendor's are 32 letters and digits, of which nobody knows more.
        let id = service.revision().replace('-', "");
        let port = context.origin.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).unwrap_or(80);
        let made = UrlConfig {
            function_url: url_address(&id, &context.region, port),
            function_arn: named.arn(),
            auth_type: input.auth_type,
            cors: input.cors,
            creation_time: now.clone(),
            last_modified_time: now,
            invoke_mode: input.invoke_mode.unwrap_or_else(|| "BUFFERED".to_owned()),
        };
        let change = |known: &mut Option<FunctionRecord>| {
            let missing = || not_found("Function does not exist");
            let record = known.as_mut().ok_or_else(missing)?;
            if !qualifier.is_empty() && !record.aliases.contains_key(&qualifier) {
                return Err(missing());
            }
            if record.urls.contains_key(&qualifier) {
                let what = format!("Failed to create function url config for [functionArn = {}].", named.arn());
                return Err(conflict(format!("{what} Error message:  FunctionUrlConfig exists for this Lambda function")));
            }
            record.urls.insert(qualifier, made.clone());
            Ok(made)
        };
        let made = service.store.functions.change(&named.key, change).await?;
        Ok(Answer::of(&made))
    }
}
