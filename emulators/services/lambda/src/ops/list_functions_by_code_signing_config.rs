//! `ListFunctionsByCodeSigningConfig`: <https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionsByCodeSigningConfig.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde_json::json;

use super::get_code_signing_config::Input;
use super::signing;
use crate::service::LambdaService;

/// Lists the functions that have a signing configuration.
pub(super) struct ListFunctionsByCodeSigningConfig;

impl Operation<LambdaService> for ListFunctionsByCodeSigningConfig {
    const NAME: &'static str = "ListFunctionsByCodeSigningConfig";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let arn = &input.code_signing_config_arn;
        service.store.signings.get(&signing::key(arn)?).await?.ok_or_else(|| signing::none(arn))?;
        let functions = service.store.functions.list(&context.account, &context.region).await?;
        let with = functions.iter().filter(|(_, record)| record.signing.as_ref() == Some(arn));
        let arns: Vec<_> = with.map(|(key, _)| key.arn()).collect();
        Ok(Answer::of(&json!({ "FunctionArns": arns })))
    }
}
