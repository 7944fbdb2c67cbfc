//! `ListDeadLetterSourceQueues`: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListDeadLetterSourceQueues.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;

use super::page::page;
use crate::key::QueueKey;
use crate::service::Queues;

/// Lists the queues whose messages a queue gets that were received too often.
pub(super) struct ListDeadLetterSourceQueues;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    queue_url: String,
    next_token: Option<String>,
    max_results: Option<i64>,
}

impl Operation<Queues> for ListDeadLetterSourceQueues {
    const NAME: &'static str = "ListDeadLetterSourceQueues";
    type Input = Input;

    async fn call(service: Arc<Queues>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let queue = QueueKey::of_url(&context, &input.queue_url)?;
        let page = page(service.sources(&queue)?, input.next_token.as_deref(), input.max_results)?;
        Ok(page.answer("queueUrls", &context))
    }
}
