//! `ChangeMessageVisibility`: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;

use crate::key::QueueKey;
use crate::service::Queues;

/// Changes for how long nobody else sees a message.
pub(super) struct ChangeMessageVisibility;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    queue_url: String,
    receipt_handle: String,
    visibility_timeout: i64,
}

impl Operation<Queues> for ChangeMessageVisibility {
    const NAME: &'static str = "ChangeMessageVisibility";
    type Input = Input;

    async fn call(service: Arc<Queues>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let queue = QueueKey::of_url(&context, &input.queue_url)?;
        let mut results = service.change_visibility(&queue, &[(input.receipt_handle, input.visibility_timeout)]).await?;
        results.pop().unwrap_or(Ok(()))?;
        Ok(Answer::empty())
    }
}
