//! `ListQueues`: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;

use super::page::page;
use crate::service::Queues;

/// Lists queues.
pub(super) struct ListQueues;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    #[serde(default)]
    queue_name_prefix: Option<String>,
    next_token: Option<String>,
    max_results: Option<i64>,
}

impl Operation<Queues> for ListQueues {
    const NAME: &'static str = "ListQueues";
    type Input = Input;

    async fn call(service: Arc<Queues>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let all = service.list(&context.account, &context.region, input.queue_name_prefix.as_deref().unwrap_or_default());
        let page = page(all, input.next_token.as_deref(), input.max_results)?;
        Ok(page.answer("QueueUrls", &context))
    }
}
