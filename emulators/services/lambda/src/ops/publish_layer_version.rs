//! `PublishLayerVersion`: <https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;

use super::layer;
use super::upload::Upload;
use crate::error::invalid;
use crate::record::{CodePlace, LayerRecord, LayerVersion, Policy};
use crate::service::LambdaService;

/// Makes a version of a layer.
pub(super) struct PublishLayerVersion;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    layer_name: String,
    #[serde(default)]
    description: String,
    content: Upload,
    #[serde(default)]
    compatible_runtimes: Vec<String>,
    #[serde(default)]
    compatible_architectures: Vec<String>,
    license_info: Option<String>,
}

impl Operation<LambdaService> for PublishLayerVersion {
    const NAME: &'static str = "PublishLayerVersion";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let key = layer::key(&context, &input.layer_name);
        let uploaded = input.content.take(&service, Self::NAME).await?;
        let CodePlace::Archive(archive) = uploaded.place else {
            return Err(invalid("greenroom takes layers as zip files; a folder is declared in the project's template"));
        };
        let version = LayerVersion {
            description: input.description,
            created: service.now(),
            runtimes: input.compatible_runtimes,
            architectures: input.compatible_architectures,
            license: input.license_info,
            archive,
            code_sha256: uploaded.sha256,
            code_size: uploaded.size,
            policy: Policy::default(),
        };
        let made = version.clone();
        let change = |known: &mut Option<LayerRecord>| {
            let record = known.get_or_insert_default();
            record.last_version += 1;
            record.versions.insert(record.last_version, version);
            Ok(record.last_version)
        };
        let number = service.store.layers.change(&key, change).await?;
        Ok(Answer::of(&layer::shown(&context, &key, number, &made)))
    }
}
