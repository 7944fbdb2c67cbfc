//! `ListLayers`: <https://docs.aws.amazon.com/lambda/latest/api/API_ListLayers.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;
use serde_json::{Value, json};

use super::layer;
use super::page::page;
use crate::service::LambdaService;

/// Lists layers, each with its newest version that fits.
pub(super) struct ListLayers;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    compatible_runtime: Option<String>,
    compatible_architecture: Option<String>,
    marker: Option<String>,
    max_items: Option<usize>,
}

impl Operation<LambdaService> for ListLayers {
    const NAME: &'static str = "ListLayers";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let layers = service.store.layers.list(&context.account, &context.region).await?;
        let (runtime, architecture) = (input.compatible_runtime.as_deref(), input.compatible_architecture.as_deref());
        let all = layers.iter().filter_map(|(key, record)| {
            let (number, version) = record.versions.iter().rev().find(|(_, version)| version.fits(runtime, architecture))?;
            let newest = layer::listed(key, *number, version);
            Some(json!({ "LayerName": key.name, "LayerArn": key.layer_arn(), "LatestMatchingVersion": newest }))
        });
        let name = |shown: &Value| shown["LayerName"].as_str().unwrap_or_default().to_owned();
        let page = page(all.collect(), name, input.marker.as_deref(), input.max_items)?;
        Ok(Answer::of(&json!({ "Layers": page.items, "NextMarker": page.next })))
    }
}
