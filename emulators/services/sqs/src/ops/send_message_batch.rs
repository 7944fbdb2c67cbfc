//! `SendMessageBatch`: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;

use super::batch;
use super::outgoing::Said;
use super::send_message::members;
use crate::key::QueueKey;
use crate::message::{self, Outgoing};
use crate::service::Queues;
use crate::{error, limits};

/// Sends several messages.
pub(super) struct SendMessageBatch;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    queue_url: String,
    #[serde(default)]
    entries: Vec<Entry>,
}

impl Operation<Queues> for SendMessageBatch {
    const NAME: &'static str = "SendMessageBatch";
    type Input = Input;

    async fn call(service: Arc<Queues>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let queue = QueueKey::of_url(&context, &input.queue_url)?;
        batch::check("SendMessageBatchRequestEntry", input.entries.iter().map(|entry| entry.id.as_str()))?;
        let mut ids = Vec::new();
        let mut messages = Vec::new();
        for Entry { id, said } in input.entries {
            ids.push(id);
            messages.push(said.outgoing(Self::NAME, &context)?);
        }
        check_fifo(&service, &queue, &messages)?;
        let size = messages.iter().map(message::size).sum();
        if size > limits::MESSAGE {
            return Err(error::batch::too_long(size));
        }
        let results = service.send(&queue, messages).await?;
        let results = results.into_iter().map(|result| result.map(members).map_err(in_batch));
        Ok(batch::answer(ids.into_iter().zip(results)))
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Entry {
    id: String,
    #[serde(flatten)]
    said: Said,
}

/// What FIFO queues ask of each message is missing: that is said of the whole batch.
fn check_fifo(service: &Queues, queue: &QueueKey, messages: &[Outgoing]) -> Result<(), ApiError> {
    if !queue.is_fifo() {
        return Ok(());
    }
    let by_content = service.attributes(queue, &["ContentBasedDeduplication".to_owned()])?.values().any(|value| value == "true");
    if !by_content && messages.iter().any(|message| message.deduplication.is_none()) {
        let text = "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly";
        return Err(error::invalid(text));
    }
    if messages.iter().any(|message| message.group.is_none()) {
        return Err(error::invalid("The request must contain the parameter MessageGroupId."));
    }
    Ok(())
}

/// Of a message that is too long something else is said in batches.
fn in_batch(error: ApiError) -> ApiError {
    let message = error.message.replace("One or more parameters are invalid.", "One or more parameters cannot be validated.");
    ApiError { message, ..error }
}
