//! `ListQueueTags`: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueueTags.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;
use serde_json::json;

use crate::key::QueueKey;
use crate::service::Queues;

/// Gives the tags of a queue.
pub(super) struct ListQueueTags;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    queue_url: String,
}

impl Operation<Queues> for ListQueueTags {
    const NAME: &'static str = "ListQueueTags";
    type Input = Input;

    async fn call(service: Arc<Queues>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let queue = QueueKey::of_url(&context, &input.queue_url)?;
        let tags = service.tags(&queue)?;
        Ok(if tags.is_empty() { Answer::empty() } else { Answer::of(&json!({ "Tags": tags })) })
    }
}
