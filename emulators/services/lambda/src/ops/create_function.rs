//! `CreateFunction`: <https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html>

use std::collections::BTreeMap;
use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;

use super::settings::Settings;
use super::upload::Upload;
use crate::arn::Named;
use crate::error::{conflict, invalid};
use crate::limits;
use crate::record::{FunctionRecord, Version};
use crate::service::LambdaService;

/// Makes a function.
pub(super) struct CreateFunction;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    function_name: String,
    code: Upload,
    #[serde(default)]
    publish: bool,
    package_type: Option<String>,
    architectures: Option<Vec<String>>,
    #[serde(default)]
    tags: BTreeMap<String, String>,
    code_signing_config_arn: Option<String>,
    #[serde(flatten)]
    settings: Settings,
}

impl Operation<LambdaService> for CreateFunction {
    const NAME: &'static str = "CreateFunction";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let named = Named::read(&context, &input.function_name, None)?;
        check_name(&named.key.name)?;
        let package = input.package_type.unwrap_or_else(|| "Zip".to_owned());
        let (mut configuration, layers) = input.settings.make(&service, &context, &named.key, &package).await?;
        super::tags::check(&input.tags)?;
        let exists = || conflict(format!("Function already exist: {}", named.key.name));
        if service.store.functions.get(&named.key).await?.is_some() {
            return Err(exists());
        }
        let uploaded = input.code.take(&service, Self::NAME).await?;
        uploaded.describe(&mut configuration);
        if let Some(architectures) = input.architectures {
            configuration.architectures = architectures;
        }
        configuration.revision_id = service.revision();
        configuration.last_modified = service.now();
        let latest = Version { configuration: configuration.clone(), code: uploaded.place, layers };
        let record = FunctionRecord { tags: input.tags, signing: input.code_signing_config_arn, ..FunctionRecord::new(latest) };
        let change = |known: &mut Option<FunctionRecord>| match known {
            Some(_) => Err(exists()),
            None => {
                *known = Some(record);
                Ok(())
            }
        };
        service.store.functions.change(&named.key, change).await?;
        service.introduce().await?;
        if input.publish {
            configuration = service.publish(&named, None).await?;
        }
        Ok(Answer::of(&configuration.pending()))
    }
}

/// The pattern of names lets through what is longer.
fn check_name(name: &str) -> Result<(), ApiError> {
    if name.len() <= limits::NAME {
        return Ok(());
    }
    let constraint = format!("Member must have length less than or equal to {}", limits::NAME);
    Err(invalid(format!("1 validation error detected: Value '{name}' at 'functionName' failed to satisfy constraint: {constraint}")))
}
