//! `DeleteMessage`: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;

use crate::error::missing;
use crate::key::QueueKey;
use crate::service::Queues;

/// Deletes a message.
pub(super) struct DeleteMessage;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    queue_url: String,
    receipt_handle: Option<String>,
}

impl Operation<Queues> for DeleteMessage {
    const NAME: &'static str = "DeleteMessage";
    type Input = Input;

    async fn call(service: Arc<Queues>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let queue = QueueKey::of_url(&context, &input.queue_url)?;
        // So it is called in what SQS says: <https://github.com/aws/aws-sdk-js-v3/issues/5478>
        let handle = input.receipt_handle.ok_or_else(|| missing("MessageHandle"))?;
        let mut results = service.delete(&queue, &[handle], context.cause).await?;
        results.pop().unwrap_or(Ok(()))?;
        Ok(Answer::empty())
    }
}
