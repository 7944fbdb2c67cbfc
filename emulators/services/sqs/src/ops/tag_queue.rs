//! `TagQueue`: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_TagQueue.html>

use std::collections::BTreeMap;
use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;

use crate::error::missing;
use crate::key::QueueKey;
use crate::service::Queues;

/// Gives a queue tags.
pub(super) struct TagQueue;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    queue_url: String,
    #[serde(default)]
    tags: BTreeMap<String, String>,
}

impl Operation<Queues> for TagQueue {
    const NAME: &'static str = "TagQueue";
    type Input = Input;

    async fn call(service: Arc<Queues>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let queue = QueueKey::of_url(&context, &input.queue_url)?;
        if input.tags.is_empty() {
            return Err(missing("Tags"));
        }
        service.tag(&queue, input.tags).await?;
        Ok(Answer::empty())
    }
}
