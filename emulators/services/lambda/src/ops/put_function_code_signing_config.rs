//! `PutFunctionCodeSigningConfig`: <https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionCodeSigningConfig.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;
use serde_json::json;

use super::signing;
use crate::arn::Named;
use crate::error::no_function;
use crate::record::FunctionRecord;
use crate::service::LambdaService;

/// Gives a function a signing configuration.
pub(super) struct PutFunctionCodeSigningConfig;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    function_name: String,
    code_signing_config_arn: String,
}

impl Operation<LambdaService> for PutFunctionCodeSigningConfig {
    const NAME: &'static str = "PutFunctionCodeSigningConfig";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let (named, arn) = (Named::read(&context, &input.function_name, None)?, input.code_signing_config_arn);
        if service.store.signings.get(&signing::key(&arn)?).await?.is_none() {
            return Err(signing::gone(&arn));
        }
        let shown = json!({ "CodeSigningConfigArn": arn, "FunctionName": named.key.name });
        let change = |known: &mut Option<FunctionRecord>| {
            known.as_mut().ok_or_else(|| no_function(&named.arn()))?.signing = Some(arn);
            Ok(())
        };
        service.store.functions.change(&named.key, change).await?;
        Ok(Answer::of(&shown))
    }
}
