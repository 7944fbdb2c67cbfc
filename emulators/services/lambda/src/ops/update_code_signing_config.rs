//! `UpdateCodeSigningConfig`: <https://docs.aws.amazon.com/lambda/latest/api/API_UpdateCodeSigningConfig.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde_json::{Map, Value, json};

use super::signing;
use crate::record::SigningRecord;
use crate::service::LambdaService;

/// Changes a signing configuration.
pub(super) struct UpdateCodeSigningConfig;

impl Operation<LambdaService> for UpdateCodeSigningConfig {
    const NAME: &'static str = "UpdateCodeSigningConfig";
    type Input = Map<String, Value>;

    async fn call(service: Arc<LambdaService>, _: Context, input: Map<String, Value>) -> Result<Answer, ApiError> {
        let arn = input["CodeSigningConfigArn"].as_str().unwrap_or_default();
        let now = service.now();
        let change = |known: &mut Option<SigningRecord>| {
            let shown = &mut known.as_mut().ok_or_else(|| signing::none(arn))?.shown;
            for name in ["Description", "AllowedPublishers", "CodeSigningPolicies"] {
                shown.extend(input.get(name).filter(|value| !value.is_null()).map(|value| (name.to_owned(), value.clone())));
            }
            shown.insert("LastModified".to_owned(), now.into());
            Ok(shown.clone())
        };
        let shown = service.store.signings.change(&signing::key(arn)?, change).await?;
        Ok(Answer::of(&json!({ "CodeSigningConfig": shown })))
    }
}
