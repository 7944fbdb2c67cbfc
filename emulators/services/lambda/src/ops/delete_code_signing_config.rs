//! `DeleteCodeSigningConfig`: <https://docs.aws.amazon.com/lambda/latest/api/API_DeleteCodeSigningConfig.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};

use super::get_code_signing_config::Input;
use super::signing;
use crate::record::SigningRecord;
use crate::service::LambdaService;

/// Removes a signing configuration.
pub(super) struct DeleteCodeSigningConfig;

impl Operation<LambdaService> for DeleteCodeSigningConfig {
    const NAME: &'static str = "DeleteCodeSigningConfig";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, _: Context, input: Input) -> Result<Answer, ApiError> {
        let arn = &input.code_signing_config_arn;
        let change = |known: &mut Option<SigningRecord>| known.take().map(drop).ok_or_else(|| signing::none(arn));
        service.store.signings.change(&signing::key(arn)?, change).await?;
        Ok(Answer::empty())
    }
}
