//! `ListLayerVersions`: <https://docs.aws.amazon.com/lambda/latest/api/API_ListLayerVersions.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;
use serde_json::{Value, json};

use super::layer;
use super::page::page;
use crate::service::LambdaService;

/// Lists the versions of a layer, the newest first.
pub(super) struct ListLayerVersions;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    layer_name: String,
    compatible_runtime: Option<String>,
    compatible_architecture: Option<String>,
    marker: Option<String>,
    max_items: Option<usize>,
}

impl Operation<LambdaService> for ListLayerVersions {
    const NAME: &'static str = "ListLayerVersions";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let key = layer::key(&context, &input.layer_name);
        let record = service.store.layers.get(&key).await?;
        let versions = record
            .iter()
            .flat_map(|record| record.versions.iter().rev())
            .filter(|(_, version)| version.fits(input.compatible_runtime.as_deref(), input.compatible_architecture.as_deref()));
        let all = versions.map(|(number, version)| layer::listed(&key, *number, version)).collect();
        let name = |shown: &Value| shown["Version"].to_string();
        let page = page(all, name, input.marker.as_deref(), input.max_items)?;
        Ok(Answer::of(&json!({ "LayerVersions": page.items, "NextMarker": page.next })))
    }
}
