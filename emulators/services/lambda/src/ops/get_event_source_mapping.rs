//! `GetEventSourceMapping`: <https://docs.aws.amazon.com/lambda/latest/api/API_GetEventSourceMapping.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;

use super::mapping;
use crate::service::LambdaService;

/// Shows a mapping.
pub(super) struct GetEventSourceMapping;

/// A mapping.
#[derive(Debug, Deserialize)]
pub(super) struct Input {
    #[serde(rename = "UUID")]
    pub(super) id: String,
}

impl Operation<LambdaService> for GetEventSourceMapping {
    const NAME: &'static str = "GetEventSourceMapping";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let record = service.store.mappings.get(&mapping::key(&context, &input.id)).await?.ok_or_else(mapping::none)?;
        Ok(Answer::of(&record.shown))
    }
}
