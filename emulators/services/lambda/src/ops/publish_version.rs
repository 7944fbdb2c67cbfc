//! `PublishVersion`: <https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;

use crate::arn::Named;
use crate::service::LambdaService;
use crate::versions::Publish;

/// Makes a version of what a function is now.
pub(super) struct PublishVersion;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    function_name: String,
    #[serde(rename = "CodeSha256")]
    code_sha256: Option<String>,
    description: Option<String>,
    revision_id: Option<String>,
}

impl Operation<LambdaService> for PublishVersion {
    const NAME: &'static str = "PublishVersion";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let named = Named::read(&context, &input.function_name, None)?;
        let wanted = Publish { code_sha256: input.code_sha256, revision_id: input.revision_id, description: input.description };
        Ok(Answer::of(&service.publish(&named, Some(wanted)).await?))
    }
}
