//! `ListFunctionEventInvokeConfigs`: <https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionEventInvokeConfigs.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde_json::json;

use super::page::{OfFunction, page};
use crate::arn::Named;
use crate::error::not_found;
use crate::record::EventInvoke;
use crate::service::LambdaService;

/// Lists what becomes of asynchronous events, by version and alias.
pub(super) struct ListFunctionEventInvokeConfigs;

impl Operation<LambdaService> for ListFunctionEventInvokeConfigs {
    const NAME: &'static str = "ListFunctionEventInvokeConfigs";
    type Input = OfFunction;

    async fn call(service: Arc<LambdaService>, context: Context, input: OfFunction) -> Result<Answer, ApiError> {
        let named = Named::read(&context, &input.function_name, None)?;
        let record = service.store.functions.get(&named.key).await?.ok_or_else(|| not_found("The function doesn't exist."))?;
        let all = record.event_invoke.values().cloned().collect();
        let page = page(all, |config: &EventInvoke| config.function_arn.clone(), input.marker.as_deref(), input.max_items)?;
        Ok(Answer::of(&json!({ "FunctionEventInvokeConfigs": page.items, "NextMarker": page.next })))
    }
}
