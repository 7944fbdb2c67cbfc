//! `GetAccountSettings`: <https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;
use serde_json::json;

use crate::arn::Key;
use crate::limits;
use crate::record::{FunctionRecord, LayerRecord};
use crate::service::LambdaService;

/// Shows what an account has in a region, and how much of it is used.
pub(super) struct GetAccountSettings;

#[derive(Debug, Deserialize)]
pub(super) struct Input {}

impl Operation<LambdaService> for GetAccountSettings {
    const NAME: &'static str = "GetAccountSettings";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, _: Input) -> Result<Answer, ApiError> {
        let functions = service.store.functions.list(&context.account, &context.region).await?;
        let layers = service.store.layers.list(&context.account, &context.region).await?;
        let code = code_size(&functions, &layers);
        let unreserved = service.shared_concurrency(&context.account, &context.region).await?;
        Ok(Answer::of(&json!({
            "AccountLimit": {
                "TotalCodeSize": limits::CODE_STORAGE,
                "CodeSizeUnzipped": limits::UNZIPPED,
                "CodeSizeZipped": limits::ZIPPED,
                "ConcurrentExecutions": limits::CONCURRENCY,
                "UnreservedConcurrentExecutions": unreserved,
            },
            "AccountUsage": { "TotalCodeSize": code, "FunctionCount": functions.len() },
        })))
    }
}

/// The zip files of all versions.
fn code_size(functions: &[(Key, Arc<FunctionRecord>)], layers: &[(Key, Arc<LayerRecord>)]) -> u64 {
    let versions = functions.iter().flat_map(|(_, record)| std::iter::once(&record.latest).chain(record.versions.values()));
    let layers = layers.iter().flat_map(|(_, layer)| layer.versions.values());
    versions.map(|version| version.configuration.code_size).chain(layers.map(|version| version.code_size)).sum()
}
