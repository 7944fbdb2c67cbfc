//! `GetLayerVersionPolicy`: <https://docs.aws.amazon.com/lambda/latest/api/API_GetLayerVersionPolicy.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde_json::json;

use super::layer::{self, OneVersion};
use crate::error::not_found;
use crate::service::LambdaService;

/// Shows who may use a version of a layer.
pub(super) struct GetLayerVersionPolicy;

impl Operation<LambdaService> for GetLayerVersionPolicy {
    const NAME: &'static str = "GetLayerVersionPolicy";
    type Input = OneVersion;

    async fn call(service: Arc<LambdaService>, context: Context, input: OneVersion) -> Result<Answer, ApiError> {
        let (key, number) = (layer::key(&context, &input.layer_name), layer::number(input.version_number)?);
        let record = service.store.layers.get(&key).await?;
        let version = record.as_ref().and_then(|record| record.versions.get(&number)).ok_or_else(|| layer::none(&key, number))?;
        if version.policy.statements.is_empty() {
            return Err(not_found("No policy is associated with the given resource."));
        }
        Ok(Answer::of(&json!({ "Policy": version.policy.text(), "RevisionId": version.policy.revision })))
    }
}
