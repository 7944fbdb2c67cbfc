//! `CreateAlias`: <https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;

use super::routing;
use crate::arn::Named;
use crate::error::{conflict, no_function};
use crate::record::{Alias, FunctionRecord, Routing};
use crate::service::LambdaService;

/// Gives a version a name.
pub(super) struct CreateAlias;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    function_name: String,
    name: String,
    function_version: String,
    #[serde(default)]
    description: String,
    routing_config: Option<Routing>,
}

impl Operation<LambdaService> for CreateAlias {
    const NAME: &'static str = "CreateAlias";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let named = Named::read(&context, &input.function_name, None)?;
        let alias = Alias {
            arn: named.key.qualified(Some(&input.name)),
            name: input.name,
            function_version: input.function_version,
            description: input.description,
            routing_config: input.routing_config.filter(|routing| !routing.additional_version_weights.is_empty()),
            revision_id: service.revision(),
        };
        let made = alias.clone();
        let change = |known: &mut Option<FunctionRecord>| {
            let missing = || no_function(&named.key.qualified(Some(&alias.function_version)));
            let record = known.as_mut().ok_or_else(missing)?;
            if record.version(Some(&alias.function_version)).is_none() {
                return Err(missing());
            }
            routing::check(record, &alias)?;
            if record.aliases.contains_key(&alias.name) {
                return Err(conflict(format!("Alias already exists: {}", alias.arn)));
            }
            record.aliases.insert(alias.name.clone(), alias);
            Ok(())
        };
        service.store.functions.change(&named.key, change).await?;
        Ok(Answer::of(&made))
    }
}
