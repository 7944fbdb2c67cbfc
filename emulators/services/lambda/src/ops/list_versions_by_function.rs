//! `ListVersionsByFunction`: <https://docs.aws.amazon.com/lambda/latest/api/API_ListVersionsByFunction.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde_json::json;

use super::page::{OfFunction, page};
use crate::arn::Named;
use crate::record::Configuration;
use crate::service::LambdaService;

/// Lists the versions of a function.
pub(super) struct ListVersionsByFunction;

impl Operation<LambdaService> for ListVersionsByFunction {
    const NAME: &'static str = "ListVersionsByFunction";
    type Input = OfFunction;

    async fn call(service: Arc<LambdaService>, context: Context, input: OfFunction) -> Result<Answer, ApiError> {
        let named = Named::read(&context, &input.function_name, None)?;
        let record = service.existing(&named).await?;
        let versions = std::iter::once(&record.latest).chain(record.versions.values()).map(|version| {
            let function_arn = named.key.qualified(Some(&version.configuration.version));
            Configuration { function_arn, state: None, last_update_status: None, ..version.configuration.clone() }
        });
        let name = |configuration: &Configuration| configuration.version.clone();
        let page = page(versions.collect(), name, input.marker.as_deref(), input.max_items)?;
        Ok(Answer::of(&json!({ "Versions": page.items, "NextMarker": page.next })))
    }
}
