//! `DeleteQueue`: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;

use crate::key::QueueKey;
use crate::service::Queues;

/// Deletes a queue.
pub(super) struct DeleteQueue;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    queue_url: String,
}

impl Operation<Queues> for DeleteQueue {
    const NAME: &'static str = "DeleteQueue";
    type Input = Input;

    async fn call(service: Arc<Queues>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let queue = QueueKey::of_url(&context, &input.queue_url)?;
        service.delete_queue(&queue).await?;
        Ok(Answer::empty())
    }
}
