//! `UntagQueue`: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_UntagQueue.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;

use crate::error::tag_key;
use crate::key::QueueKey;
use crate::service::Queues;

/// Takes tags away.
pub(super) struct UntagQueue;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    queue_url: String,
    #[serde(default)]
    tag_keys: Vec<String>,
}

impl Operation<Queues> for UntagQueue {
    const NAME: &'static str = "UntagQueue";
    type Input = Input;

    async fn call(service: Arc<Queues>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let queue = QueueKey::of_url(&context, &input.queue_url)?;
        if input.tag_keys.is_empty() {
            return Err(tag_key());
        }
        service.untag(&queue, &input.tag_keys).await?;
        Ok(Answer::empty())
    }
}
