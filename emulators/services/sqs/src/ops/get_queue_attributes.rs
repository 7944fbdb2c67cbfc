//! `GetQueueAttributes`: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;
use serde_json::json;

use crate::key::QueueKey;
use crate::service::Queues;

/// Gives attributes of a queue.
pub(super) struct GetQueueAttributes;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    queue_url: String,
    #[serde(default)]
    attribute_names: Option<Vec<String>>,
}

impl Operation<Queues> for GetQueueAttributes {
    const NAME: &'static str = "GetQueueAttributes";
    type Input = Input;

    async fn call(service: Arc<Queues>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let queue = QueueKey::of_url(&context, &input.queue_url)?;
        let attributes = service.attributes(&queue, &input.attribute_names.unwrap_or_default())?;
        Ok(if attributes.is_empty() { Answer::empty() } else { Answer::of(&json!({ "Attributes": attributes })) })
    }
}
