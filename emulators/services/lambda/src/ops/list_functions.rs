//! `ListFunctions`: <https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;
use serde_json::json;

use super::page::page;
use crate::record::Configuration;
use crate::service::LambdaService;

/// Lists functions, or all their versions.
pub(super) struct ListFunctions;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    function_version: Option<String>,
    marker: Option<String>,
    max_items: Option<usize>,
}

impl Operation<LambdaService> for ListFunctions {
    const NAME: &'static str = "ListFunctions";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let all_versions = input.function_version.as_deref() == Some("ALL");
        let functions = service.store.functions.list(&context.account, &context.region).await?;
        let configurations = functions.iter().flat_map(|(_, record)| {
            let versions = record.versions.values().filter(|_| all_versions);
            std::iter::once(&record.latest).chain(versions).map(|version| {
                let arn = format!("{}:$LATEST", version.configuration.function_arn);
                let function_arn = if all_versions && version.configuration.version == "$LATEST" {
                    arn
                } else {
                    version.configuration.function_arn.clone()
                };
                Configuration { function_arn, state: None, last_update_status: None, ..version.configuration.clone() }
            })
        });
        let name = |configuration: &Configuration| configuration.function_arn.clone();
        let page = page(configurations.collect(), name, input.marker.as_deref(), input.max_items)?;
        Ok(Answer::of(&json!({ "Functions": page.items, "NextMarker": page.next })))
    }
}
