//! `AddPermission`: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_AddPermission.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;

use crate::key::QueueKey;
use crate::service::Queues;

/// Adds a statement to a queue's policy.
pub(super) struct AddPermission;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    queue_url: String,
    label: String,
    #[serde(rename = "AWSAccountIds", default)]
    accounts: Vec<String>,
    #[serde(default)]
    actions: Vec<String>,
}

impl Operation<Queues> for AddPermission {
    const NAME: &'static str = "AddPermission";
    type Input = Input;

    async fn call(service: Arc<Queues>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let queue = QueueKey::of_url(&context, &input.queue_url)?;
        service.add_permission(&queue, &input.label, &input.accounts, &input.actions).await?;
        Ok(Answer::empty())
    }
}
