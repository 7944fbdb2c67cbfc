//! `SetQueueAttributes`: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html>

use std::collections::BTreeMap;
use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;

use crate::error::missing;
use crate::key::QueueKey;
use crate::service::Queues;

/// Sets attributes of a queue.
pub(super) struct SetQueueAttributes;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    queue_url: String,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
}

impl Operation<Queues> for SetQueueAttributes {
    const NAME: &'static str = "SetQueueAttributes";
    type Input = Input;

    async fn call(service: Arc<Queues>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let queue = QueueKey::of_url(&context, &input.queue_url)?;
        if input.attributes.is_empty() {
            return Err(missing("Attribute.Name"));
        }
        service.set_attributes(&queue, &input.attributes).await?;
        Ok(Answer::empty())
    }
}
