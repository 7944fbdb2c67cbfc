//! `RemoveLayerVersionPermission`: <https://docs.aws.amazon.com/lambda/latest/api/API_RemoveLayerVersionPermission.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;

use super::layer::{self, OneVersion};
use crate::error::wrong_revision;
use crate::record::LayerRecord;
use crate::service::LambdaService;

/// Takes a permission for a version of a layer back.
pub(super) struct RemoveLayerVersionPermission;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    #[serde(flatten)]
    of: OneVersion,
    statement_id: String,
    revision_id: Option<String>,
}

impl Operation<LambdaService> for RemoveLayerVersionPermission {
    const NAME: &'static str = "RemoveLayerVersionPermission";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let (key, number) = (layer::key(&context, &input.of.layer_name), layer::number(input.of.version_number)?);
        let revision = service.revision();
        let change = |known: &mut Option<LayerRecord>| {
            let version = layer::version(known.as_mut(), &key, number)?;
            if input.revision_id.is_some_and(|wanted| wanted != version.policy.revision) {
                return Err(wrong_revision("GetLayerPolicy"));
            }
            version.policy.remove(&input.statement_id, revision)
        };
        service.store.layers.change(&key, change).await?;
        Ok(Answer::empty())
    }
}
