//! `ListCodeSigningConfigs`: <https://docs.aws.amazon.com/lambda/latest/api/API_ListCodeSigningConfigs.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::page::page;
use crate::service::LambdaService;

/// Lists signing configurations.
pub(super) struct ListCodeSigningConfigs;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    marker: Option<String>,
    max_items: Option<usize>,
}

impl Operation<LambdaService> for ListCodeSigningConfigs {
    const NAME: &'static str = "ListCodeSigningConfigs";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let all = service.store.signings.list(&context.account, &context.region).await?;
        let all = all.iter().map(|(_, record)| record.shown.clone()).collect();
        let name = |shown: &Map<String, Value>| shown["CodeSigningConfigId"].as_str().unwrap_or_default().to_owned();
        let page = page(all, name, input.marker.as_deref(), input.max_items)?;
        Ok(Answer::of(&json!({ "CodeSigningConfigs": page.items, "NextMarker": page.next })))
    }
}
