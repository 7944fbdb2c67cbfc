//! `ListTags`: <https://docs.aws.amazon.com/lambda/latest/api/API_ListTags.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;
use serde_json::json;

use super::tags;
use crate::service::LambdaService;

/// Shows tags.
pub(super) struct ListTags;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    resource: String,
}

impl Operation<LambdaService> for ListTags {
    const NAME: &'static str = "ListTags";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, _: Context, input: Input) -> Result<Answer, ApiError> {
        let tags = tags::of(&service, &input.resource, |_| Ok(())).await?;
        Ok(Answer::of(&json!({ "Tags": tags })))
    }
}
