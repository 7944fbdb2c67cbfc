//! `CancelMessageMoveTask`: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CancelMessageMoveTask.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;
use serde_json::json;

use crate::service::Queues;

/// Stops a move task.
pub(super) struct CancelMessageMoveTask;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    task_handle: String,
}

impl Operation<Queues> for CancelMessageMoveTask {
    const NAME: &'static str = "CancelMessageMoveTask";
    type Input = Input;

    async fn call(service: Arc<Queues>, _: Context, input: Input) -> Result<Answer, ApiError> {
        let moved = service.cancel_move(&input.task_handle).await?;
        Ok(Answer::of(&json!({ "ApproximateNumberOfMessagesMoved": moved })))
    }
}
