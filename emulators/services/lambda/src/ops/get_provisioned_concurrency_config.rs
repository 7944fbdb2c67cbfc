//! `GetProvisionedConcurrencyConfig`: <https://docs.aws.amazon.com/lambda/latest/api/API_GetProvisionedConcurrencyConfig.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;

use super::provisioned;
use crate::service::LambdaService;

/// Shows how many instances are kept ready.
pub(super) struct GetProvisionedConcurrencyConfig;

/// A version or alias, which has to be named.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    pub(super) function_name: String,
    pub(super) qualifier: String,
}

impl Operation<LambdaService> for GetProvisionedConcurrencyConfig {
    const NAME: &'static str = "GetProvisionedConcurrencyConfig";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let (_, qualifier, record) = provisioned::target(&service, &context, &input.function_name, &input.qualifier).await?;
        let found = record.provisioned.get(&qualifier).ok_or_else(provisioned::none)?;
        Ok(Answer::of(&provisioned::shown(found, true)))
    }
}
