//! `ChangeMessageVisibilityBatch`: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibilityBatch.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;

use super::batch;
use crate::key::QueueKey;
use crate::service::Queues;

/// Changes it for several messages.
pub(super) struct ChangeMessageVisibilityBatch;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    queue_url: String,
    #[serde(default)]
    entries: Vec<Entry>,
}

impl Operation<Queues> for ChangeMessageVisibilityBatch {
    const NAME: &'static str = "ChangeMessageVisibilityBatch";
    type Input = Input;

    async fn call(service: Arc<Queues>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let queue = QueueKey::of_url(&context, &input.queue_url)?;
        batch::check("ChangeMessageVisibilityBatchRequestEntry", input.entries.iter().map(|entry| entry.id.as_str()))?;
        let (ids, wanted): (Vec<_>, Vec<_>) =
            input.entries.into_iter().map(|entry| (entry.id, (entry.receipt_handle, entry.visibility_timeout.unwrap_or_default()))).unzip();
        let results = service.change_visibility(&queue, &wanted).await?;
        Ok(batch::answer_done(ids, results))
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Entry {
    id: String,
    receipt_handle: String,
    visibility_timeout: Option<i64>,
}
