//! `ListFunctionUrlConfigs`: <https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionUrlConfigs.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde_json::json;

use super::page::{OfFunction, page};
use crate::arn::Named;
use crate::record::UrlConfig;
use crate::service::LambdaService;

/// Lists the URLs of a function.
pub(super) struct ListFunctionUrlConfigs;

impl Operation<LambdaService> for ListFunctionUrlConfigs {
    const NAME: &'static str = "ListFunctionUrlConfigs";
    type Input = OfFunction;

    async fn call(service: Arc<LambdaService>, context: Context, input: OfFunction) -> Result<Answer, ApiError> {
        let named = Named::read(&context, &input.function_name, None)?;
        let record = service.existing(&named).await?;
        let all = record.urls.values().cloned().collect();
        let page = page(all, |url: &UrlConfig| url.function_arn.clone(), input.marker.as_deref(), input.max_items)?;
        Ok(Answer::of(&json!({ "FunctionUrlConfigs": page.items, "NextMarker": page.next })))
    }
}
