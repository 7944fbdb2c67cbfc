//! `DeleteMessageBatch`: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;

use super::batch;
use crate::key::QueueKey;
use crate::service::Queues;

/// Deletes several messages.
pub(super) struct DeleteMessageBatch;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    queue_url: String,
    #[serde(default)]
    entries: Vec<Entry>,
}

impl Operation<Queues> for DeleteMessageBatch {
    const NAME: &'static str = "DeleteMessageBatch";
    type Input = Input;

    async fn call(service: Arc<Queues>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let queue = QueueKey::of_url(&context, &input.queue_url)?;
        batch::check("DeleteMessageBatchRequestEntry", input.entries.iter().map(|entry| entry.id.as_str()))?;
        let (ids, handles): (Vec<_>, Vec<_>) = input.entries.into_iter().map(|entry| (entry.id, entry.receipt_handle)).unzip();
        let results = service.delete(&queue, &handles, context.cause).await?;
        Ok(batch::answer_done(ids, results))
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Entry {
    id: String,
    receipt_handle: String,
}
