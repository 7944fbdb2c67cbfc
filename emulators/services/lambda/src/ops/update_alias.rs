//! `UpdateAlias`: <https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;

use super::routing;
use crate::arn::Named;
use crate::error::{no_function, not_found, wrong_revision};
use crate::record::{Alias, FunctionRecord, Routing};
use crate::service::LambdaService;

/// Lets an alias mean something else.
pub(super) struct UpdateAlias;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    function_name: String,
    name: String,
    function_version: Option<String>,
    description: Option<String>,
    routing_config: Option<Routing>,
    revision_id: Option<String>,
}

impl Operation<LambdaService> for UpdateAlias {
    const NAME: &'static str = "UpdateAlias";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let named = Named::read(&context, &input.function_name, None)?;
        let revision = service.revision();
        let change = |known: &mut Option<FunctionRecord>| {
            let missing = || not_found(format!("Alias not found: {}", named.key.qualified(Some(&input.name))));
            let record = known.as_mut().ok_or_else(missing)?;
            let alias = record.aliases.get(&input.name).ok_or_else(missing)?.clone();
            if input.revision_id.is_some_and(|wanted| wanted != alias.revision_id) {
                return Err(wrong_revision("GetFunction/GetAlias"));
            }
            let routing_config = input.routing_config.or(alias.routing_config);
            let changed = Alias {
                function_version: input.function_version.unwrap_or(alias.function_version),
                description: input.description.unwrap_or(alias.description),
                routing_config: routing_config.filter(|routing| !routing.additional_version_weights.is_empty()),
                revision_id: revision,
                ..alias
            };
            if record.version(Some(&changed.function_version)).is_none() {
                return Err(no_function(&named.key.qualified(Some(&changed.function_version))));
            }
            routing::check(record, &changed)?;
            record.aliases.insert(input.name, changed.clone());
            Ok(changed)
        };
        let changed = service.store.functions.change(&named.key, change).await?;
        service.keep_ready(&named.key).await?;
        Ok(Answer::of(&changed))
    }
}
