//! `CreateQueue`: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html>

use std::collections::BTreeMap;
use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;
use serde_json::json;

use crate::key::QueueKey;
use crate::service::Queues;
use crate::verbs::Make;

/// Makes a queue.
pub(super) struct CreateQueue;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    queue_name: String,
    #[serde(default)]
    attributes: Option<BTreeMap<String, String>>,
    #[serde(default, alias = "tags")]
    tags: Option<BTreeMap<String, String>>,
}

impl Operation<Queues> for CreateQueue {
    const NAME: &'static str = "CreateQueue";
    type Input = Input;

    async fn call(service: Arc<Queues>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let key = QueueKey::of_name(&context, &input.queue_name);
        let (attributes, tags) = (input.attributes.unwrap_or_default(), input.tags.unwrap_or_default());
        service.create(Make { key: key.clone(), attributes, tags, app: None }).await?;
        Ok(Answer::of(&json!({ "QueueUrl": key.url_for(&context) })))
    }
}
