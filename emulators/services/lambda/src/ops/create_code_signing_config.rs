//! `CreateCodeSigningConfig`: <https://docs.aws.amazon.com/lambda/latest/api/API_CreateCodeSigningConfig.html>

use std::collections::BTreeMap;
use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::signing;
use crate::record::SigningRecord;
use crate::service::LambdaService;

/// Makes a signing configuration.
pub(super) struct CreateCodeSigningConfig;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    #[serde(default)]
    description: String,
    allowed_publishers: Value,
    code_signing_policies: Option<Value>,
    #[serde(default)]
    tags: BTreeMap<String, String>,
}

impl Operation<LambdaService> for CreateCodeSigningConfig {
    const NAME: &'static str = "CreateCodeSigningConfig";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let id = format!("csc-{}", &service.revision().replace('-', "")[..17]);
        let arn = format!("arn:aws:lambda:{}:{}:code-signing-config:{id}", context.region, context.account);
        let mut shown = Map::new();
        shown.insert("CodeSigningConfigId".to_owned(), id.into());
        shown.insert("CodeSigningConfigArn".to_owned(), arn.as_str().into());
        shown.insert("Description".to_owned(), input.description.into());
        shown.insert("AllowedPublishers".to_owned(), input.allowed_publishers);
        let policies = input.code_signing_policies.unwrap_or_else(|| json!({ "UntrustedArtifactOnDeployment": "Warn" }));
        shown.insert("CodeSigningPolicies".to_owned(), policies);
        shown.insert("LastModified".to_owned(), service.now().into());
        let record = SigningRecord { shown: shown.clone(), tags: input.tags };
        service.store.signings.put(&signing::key(&arn)?, record).await?;
        Ok(Answer::of(&json!({ "CodeSigningConfig": shown })))
    }
}
