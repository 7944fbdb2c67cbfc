//! `TagResource`: <https://docs.aws.amazon.com/lambda/latest/api/API_TagResource.html>

use std::collections::BTreeMap;
use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;

use super::tags;
use crate::error::invalid;
use crate::service::LambdaService;

/// Adds tags.
pub(super) struct TagResource;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    resource: String,
    tags: BTreeMap<String, String>,
}

impl Operation<LambdaService> for TagResource {
    const NAME: &'static str = "TagResource";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, _: Context, input: Input) -> Result<Answer, ApiError> {
        if input.tags.is_empty() {
            return Err(invalid("An error occurred and the request cannot be processed."));
        }
        tags::of(&service, &input.resource, |tags| {
            tags.extend(input.tags);
            Ok(())
        })
        .await?;
        Ok(Answer::empty())
    }
}
