//! `ListProvisionedConcurrencyConfigs`: <https://docs.aws.amazon.com/lambda/latest/api/API_ListProvisionedConcurrencyConfigs.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde_json::{Value, json};

use super::page::{OfFunction, page};
use super::provisioned;
use crate::arn::Named;
use crate::service::LambdaService;

/// Lists what of a function is kept ready.
pub(super) struct ListProvisionedConcurrencyConfigs;

impl Operation<LambdaService> for ListProvisionedConcurrencyConfigs {
    const NAME: &'static str = "ListProvisionedConcurrencyConfigs";
    type Input = OfFunction;

    async fn call(service: Arc<LambdaService>, context: Context, input: OfFunction) -> Result<Answer, ApiError> {
        let named = Named::read(&context, &input.function_name, None)?;
        let record = service.existing(&named).await?;
        let all = record.provisioned.iter().map(|(qualifier, found)| {
            let mut shown = provisioned::shown(found, true);
            shown["FunctionArn"] = named.key.qualified(Some(qualifier)).into();
            shown
        });
        let name = |shown: &Value| shown["FunctionArn"].as_str().unwrap_or_default().to_owned();
        let page = page(all.collect(), name, input.marker.as_deref(), input.max_items)?;
        Ok(Answer::of(&json!({ "ProvisionedConcurrencyConfigs": page.items, "NextMarker": page.next })))
    }
}
