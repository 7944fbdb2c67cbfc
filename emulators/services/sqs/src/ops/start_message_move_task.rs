//! `StartMessageMoveTask`: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;
use serde_json::json;

use crate::error::{invalid, invalid_value};
use crate::key::QueueKey;
use crate::limits;
use crate::service::Queues;

/// Starts moving the messages of a dead letter queue.
pub(super) struct StartMessageMoveTask;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    source_arn: String,
    destination_arn: Option<String>,
    max_number_of_messages_per_second: Option<i64>,
}

impl Operation<Queues> for StartMessageMoveTask {
    const NAME: &'static str = "StartMessageMoveTask";
    type Input = Input;

    async fn call(service: Arc<Queues>, _: Context, input: Input) -> Result<Answer, ApiError> {
        let source = arn("SourceArn", &input.source_arn)?;
        let target = input.destination_arn.as_deref().map(|text| arn("DestinationArn", text)).transpose()?;
        let rate = input.max_number_of_messages_per_second.map(rate).transpose()?;
        let task = service.start_move(&source, target.as_ref(), rate).await?;
        Ok(Answer::of(&json!({ "TaskHandle": task.handle })))
    }
}

/// Reads the ARN of a queue.
pub(super) fn arn(parameter: &str, text: &str) -> Result<QueueKey, ApiError> {
    let form = "arn:<partition>:<service>:<region>:<account-id>:<resource-id>";
    QueueKey::of_arn(text).ok_or_else(|| invalid(format!("You must use this format to specify the {parameter}: {form}")))
}

fn rate(rate: i64) -> Result<u64, ApiError> {
    let reason = "Must be between 1 and 500, if provided.";
    let fine = u64::try_from(rate).ok().filter(|rate| (1..=limits::MOVED).contains(rate));
    fine.ok_or_else(|| invalid_value(&rate.to_string(), "MaxNumberOfMessagesPerSecond", reason))
}
