//! `PurgeQueue`: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;

use crate::key::QueueKey;
use crate::service::Queues;

/// Takes all messages out of a queue.
pub(super) struct PurgeQueue;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    queue_url: String,
}

impl Operation<Queues> for PurgeQueue {
    const NAME: &'static str = "PurgeQueue";
    type Input = Input;

    async fn call(service: Arc<Queues>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let queue = QueueKey::of_url(&context, &input.queue_url)?;
        service.purge(&queue).await?;
        Ok(Answer::empty())
    }
}
