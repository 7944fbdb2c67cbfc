//! `DeleteLayerVersion`: <https://docs.aws.amazon.com/lambda/latest/api/API_DeleteLayerVersion.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};

use super::layer::{self, OneVersion};
use crate::record::LayerRecord;
use crate::service::LambdaService;

/// Removes a version of a layer. Functions that use it keep it.
pub(super) struct DeleteLayerVersion;

impl Operation<LambdaService> for DeleteLayerVersion {
    const NAME: &'static str = "DeleteLayerVersion";
    type Input = OneVersion;

    async fn call(service: Arc<LambdaService>, context: Context, input: OneVersion) -> Result<Answer, ApiError> {
        let (key, number) = (layer::key(&context, &input.layer_name), layer::number(input.version_number)?);
        let change = |known: &mut Option<LayerRecord>| {
            if let Some(record) = known {
                record.versions.remove(&number);
            }
            Ok(())
        };
        service.store.layers.change(&key, change).await?;
        Ok(Answer::empty())
    }
}
