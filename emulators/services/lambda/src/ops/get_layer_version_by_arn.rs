//! `GetLayerVersionByArn`: <https://docs.aws.amazon.com/lambda/latest/api/API_GetLayerVersionByArn.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;

use super::layer;
use crate::error::not_found;
use crate::layers::parse;
use crate::service::LambdaService;

/// Shows the version of a layer that an ARN names.
pub(super) struct GetLayerVersionByArn;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    arn: String,
}

impl Operation<LambdaService> for GetLayerVersionByArn {
    const NAME: &'static str = "GetLayerVersionByArn";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let (key, number) = parse(&input.arn).ok_or_else(|| not_found("The resource you requested does not exist."))?;
        Ok(Answer::of(&layer::get(&service, &context, &key, number).await?))
    }
}
