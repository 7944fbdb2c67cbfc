//! `UntagResource`: <https://docs.aws.amazon.com/lambda/latest/api/API_UntagResource.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;

use super::tags;
use crate::service::LambdaService;

/// Removes tags.
pub(super) struct UntagResource;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    resource: String,
    tag_keys: Vec<String>,
}

impl Operation<LambdaService> for UntagResource {
    const NAME: &'static str = "UntagResource";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, _: Context, input: Input) -> Result<Answer, ApiError> {
        tags::of(&service, &input.resource, |tags| {
            tags.retain(|name, _| !input.tag_keys.contains(name));
            Ok(())
        })
        .await?;
        Ok(Answer::empty())
    }
}
