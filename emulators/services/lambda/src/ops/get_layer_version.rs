//! `GetLayerVersion`: <https://docs.aws.amazon.com/lambda/latest/api/API_GetLayerVersion.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};

use super::layer::{self, OneVersion};
use crate::service::LambdaService;

/// Shows a version of a layer.
pub(super) struct GetLayerVersion;

impl Operation<LambdaService> for GetLayerVersion {
    const NAME: &'static str = "GetLayerVersion";
    type Input = OneVersion;

    async fn call(service: Arc<LambdaService>, context: Context, input: OneVersion) -> Result<Answer, ApiError> {
        let key = layer::key(&context, &input.layer_name);
        Ok(Answer::of(&layer::get(&service, &context, &key, layer::number(input.version_number)?).await?))
    }
}
