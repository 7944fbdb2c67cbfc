//! `GetQueueUrl`: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueUrl.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;
use serde_json::json;

use crate::error::no_queue;
use crate::key::QueueKey;
use crate::service::Queues;

/// Gives the URL of a queue.
pub(super) struct GetQueueUrl;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    queue_name: String,
    #[serde(rename = "QueueOwnerAWSAccountId")]
    owner: Option<String>,
}

impl Operation<Queues> for GetQueueUrl {
    const NAME: &'static str = "GetQueueUrl";
    type Input = Input;

    async fn call(service: Arc<Queues>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let mut key = QueueKey::of_name(&context, &input.queue_name);
        key.account = input.owner.unwrap_or(key.account);
        if !service.exists(&key) {
            return Err(no_queue());
        }
        Ok(Answer::of(&json!({ "QueueUrl": key.url_for(&context) })))
    }
}
