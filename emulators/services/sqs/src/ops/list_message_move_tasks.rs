//! `ListMessageMoveTasks`: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListMessageMoveTasks.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;
use serde_json::{Value, json};

use super::start_message_move_task::arn;
use crate::error::invalid;
use crate::limits;
use crate::moving::{Task, TaskStatus};
use crate::service::Queues;

/// Lists the move tasks of a queue, newest first.
pub(super) struct ListMessageMoveTasks;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    source_arn: String,
    max_results: Option<i64>,
}

impl Operation<Queues> for ListMessageMoveTasks {
    const NAME: &'static str = "ListMessageMoveTasks";
    type Input = Input;

    async fn call(service: Arc<Queues>, _: Context, input: Input) -> Result<Answer, ApiError> {
        let source = arn("SourceArn", &input.source_arn)?;
        let most = input.max_results.unwrap_or(1);
        let most = usize::try_from(most).ok().filter(|most| (1..=limits::TASKS).contains(most));
        let most =
            most.ok_or_else(|| invalid("Value for parameter MaxResults is invalid. Reason: Must be between 1 and 10, if provided."))?;
        let tasks: Vec<Value> = service.moves(&source)?.iter().take(most).map(shown).collect();
        Ok(Answer::of(&json!({ "Results": tasks })))
    }
}

fn shown(task: &Task) -> Value {
    let mut shown = json!({
        "Status": task.status,
        "SourceArn": task.source.arn(),
        "ApproximateNumberOfMessagesMoved": task.moved,
        "ApproximateNumberOfMessagesToMove": task.to_move,
        "StartedTimestamp": task.started,
    });
    // Only what can be stopped has a handle.
    let handle = Some(task.handle.clone()).filter(|_| task.status == TaskStatus::Running);
    let parts = [
        ("TaskHandle", handle),
        ("DestinationArn", task.target.as_ref().map(crate::key::QueueKey::arn)),
        ("FailureReason", task.failure.clone()),
    ];
    for (name, value) in parts.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        shown[name] = value.into();
    }
    if let Some(rate) = task.rate {
        shown["MaxNumberOfMessagesPerSecond"] = rate.into();
    }
    shown
}
