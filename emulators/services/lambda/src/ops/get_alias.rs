//! `GetAlias`: <https://docs.aws.amazon.com/lambda/latest/api/API_GetAlias.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;

use crate::arn::Named;
use crate::error::not_found;
use crate::service::LambdaService;

/// Shows an alias.
pub(super) struct GetAlias;

/// An alias of a function.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    pub(super) function_name: String,
    pub(super) name: String,
}

impl Operation<LambdaService> for GetAlias {
    const NAME: &'static str = "GetAlias";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let named = Named::read(&context, &input.function_name, None)?;
        let record = service.store.functions.get(&named.key).await?;
        let missing = || not_found(format!("Cannot find alias arn: {}", named.key.qualified(Some(&input.name))));
        let record = record.ok_or_else(missing)?;
        Ok(Answer::of(record.aliases.get(&input.name).ok_or_else(missing)?))
    }
}
