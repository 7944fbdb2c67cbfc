//! `RemovePermission`: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_RemovePermission.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;

use crate::key::QueueKey;
use crate::service::Queues;

/// Takes a statement out of a queue's policy.
pub(super) struct RemovePermission;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    queue_url: String,
    label: String,
}

impl Operation<Queues> for RemovePermission {
    const NAME: &'static str = "RemovePermission";
    type Input = Input;

    async fn call(service: Arc<Queues>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let queue = QueueKey::of_url(&context, &input.queue_url)?;
        service.remove_permission(&queue, &input.label).await?;
        Ok(Answer::empty())
    }
}
