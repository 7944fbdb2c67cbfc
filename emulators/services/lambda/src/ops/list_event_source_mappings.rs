//! `ListEventSourceMappings`: <https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::page::page;
use crate::arn::Named;
use crate::service::LambdaService;

/// Lists mappings.
pub(super) struct ListEventSourceMappings;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    event_source_arn: Option<String>,
    function_name: Option<String>,
    marker: Option<String>,
    max_items: Option<usize>,
}

impl Operation<LambdaService> for ListEventSourceMappings {
    const NAME: &'static str = "ListEventSourceMappings";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let function = input.function_name.as_deref().map(|name| Named::read(&context, name, None)).transpose()?;
        let function = function.map(|named| named.arn());
        let is = |shown: &Map<String, Value>, name: &str, wanted: Option<&str>| wanted.is_none_or(|wanted| shown[name] == wanted);
        let all = service.store.mappings.list(&context.account, &context.region).await?;
        let mut all: Vec<_> = all.iter().map(|(_, record)| record.shown.clone()).collect();
        all.retain(|shown| {
            let by_source =
                input.event_source_arn.as_deref().is_none_or(|wanted| shown.get("EventSourceArn").is_some_and(|arn| arn == wanted));
            by_source && is(shown, "FunctionArn", function.as_deref())
        });
        let name = |shown: &Map<String, Value>| shown["UUID"].as_str().unwrap_or_default().to_owned();
        let page = page(all, name, input.marker.as_deref(), input.max_items)?;
        Ok(Answer::of(&json!({ "EventSourceMappings": page.items, "NextMarker": page.next })))
    }
}
