//! `ListAliases`: <https://docs.aws.amazon.com/lambda/latest/api/API_ListAliases.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;
use serde_json::json;

use super::page::{OfFunction, page};
use crate::arn::Named;
use crate::record::Alias;
use crate::service::LambdaService;

/// Lists the aliases of a function.
pub(super) struct ListAliases;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    function_version: Option<String>,
    #[serde(flatten)]
    of: OfFunction,
}

impl Operation<LambdaService> for ListAliases {
    const NAME: &'static str = "ListAliases";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let named = Named::read(&context, &input.of.function_name, None)?;
        let record = service.existing(&named).await?;
        let means = |alias: &&Alias| input.function_version.as_deref().is_none_or(|version| alias.means(version));
        let aliases = record.aliases.values().filter(means).cloned().collect();
        let page = page(aliases, |alias: &Alias| alias.name.clone(), input.of.marker.as_deref(), input.of.max_items)?;
        Ok(Answer::of(&json!({ "Aliases": page.items, "NextMarker": page.next })))
    }
}
