//! `DeleteEventSourceMapping`: <https://docs.aws.amazon.com/lambda/latest/api/API_DeleteEventSourceMapping.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};

use super::get_event_source_mapping::Input;
use super::mapping;
use crate::record::MappingRecord;
use crate::service::LambdaService;

/// Removes a mapping.
pub(super) struct DeleteEventSourceMapping;

impl Operation<LambdaService> for DeleteEventSourceMapping {
    const NAME: &'static str = "DeleteEventSourceMapping";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let change = |known: &mut Option<MappingRecord>| known.take().ok_or_else(mapping::none);
        let removed = service.store.mappings.change(&mapping::key(&context, &input.id), change).await?;
        service.mappings_changed();
        Ok(Answer::of(&mapping::in_state(&removed.shown, "Deleting")))
    }
}
