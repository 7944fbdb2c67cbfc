//! `CreateEventSourceMapping`: <https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde_json::{Map, Value};

use super::mapping;
use crate::service::LambdaService;

/// Feeds a function from a source.
pub(super) struct CreateEventSourceMapping;

impl Operation<LambdaService> for CreateEventSourceMapping {
    const NAME: &'static str = "CreateEventSourceMapping";
    type Input = Map<String, Value>;

    async fn call(service: Arc<LambdaService>, context: Context, input: Map<String, Value>) -> Result<Answer, ApiError> {
        let id = service.revision();
        let record = mapping::made(&service, &context, &id, &input).await?;
        mapping::taken(&service, &context, &record.shown).await?;
        let shown = mapping::in_state(&record.shown, "Creating");
        service.store.mappings.put(&mapping::key(&context, &id), record).await?;
        service.mappings_changed();
        Ok(Answer::of(&shown))
    }
}
