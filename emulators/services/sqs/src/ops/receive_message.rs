//! `ReceiveMessage`: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;
use serde_json::json;

use super::received;
use crate::error::invalid_value;
use crate::key::QueueKey;
use crate::limits;
use crate::message::check_id;
use crate::service::Queues;
use crate::verbs::Ask;

/// Receives messages.
pub(super) struct ReceiveMessage;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    queue_url: String,
    #[serde(default)]
    attribute_names: Option<Vec<String>>,
    #[serde(default)]
    message_system_attribute_names: Option<Vec<String>>,
    #[serde(default)]
    message_attribute_names: Option<Vec<String>>,
    max_number_of_messages: Option<i64>,
    visibility_timeout: Option<i64>,
    wait_time_seconds: Option<i64>,
    receive_request_attempt_id: Option<String>,
}

impl Operation<Queues> for ReceiveMessage {
    const NAME: &'static str = "ReceiveMessage";
    type Input = Input;

    async fn call(service: Arc<Queues>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let queue = QueueKey::of_url(&context, &input.queue_url)?;
        let ask = ask(&input)?;
        let mut system = input.attribute_names.unwrap_or_default();
        system.extend(input.message_system_attribute_names.unwrap_or_default());
        received::check_names(&system)?;
        let attributes = input.message_attribute_names.unwrap_or_default();
        let messages = service.receive(&queue, ask).await?;
        if messages.is_empty() {
            return Ok(Answer::empty());
        }
        let messages: Vec<_> = messages.into_iter().map(|message| received::shown(message, &system, &attributes)).collect();
        Ok(Answer::of(&json!({ "Messages": messages })))
    }
}

fn ask(input: &Input) -> Result<Ask, ApiError> {
    let most = input.max_number_of_messages.unwrap_or(1);
    let most = usize::try_from(most)
        .ok()
        .filter(|most| (1..=limits::BATCH).contains(most))
        .ok_or_else(|| invalid_value(&most.to_string(), "MaxNumberOfMessages", "Must be between 1 and 10, if provided."))?;
    let reason = "Must be >= 0 and <= 20, if provided.";
    let wait = input.wait_time_seconds.map(|wait| within(wait, limits::WAIT, "WaitTimeSeconds", reason)).transpose()?;
    let reason = "Must be between 0 and 43200, if provided.";
    let visibility =
        input.visibility_timeout.map(|seconds| within(seconds, limits::VISIBILITY, "VisibilityTimeout", reason)).transpose()?;
    check_id("ReceiveRequestAttemptId", input.receive_request_attempt_id.as_deref())?;
    Ok(Ask { most, visibility, wait, attempt: input.receive_request_attempt_id.clone() })
}

/// Seconds from 0 to `most`, in milliseconds.
fn within(seconds: i64, most: u64, parameter: &str, reason: &str) -> Result<u64, ApiError> {
    let fine = u64::try_from(seconds).ok().filter(|seconds| *seconds <= most);
    fine.map(|seconds| seconds * 1000).ok_or_else(|| invalid_value(&seconds.to_string(), parameter, reason))
}
