//! What goes wrong with queues on purpose: for whoever asks, the API or another part of the program.

use greenroom_aws_wire::ApiError;
use greenroom_host::faults::{Action, Failure, Site, Surface};

use crate::journal::APP;
use crate::key::QueueKey;
use crate::service::Queues;

/// What rules can do here.
pub static SQS: Surface = Surface {
    service: "sqs",
    operations: &["SendMessage", "ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility"],
    actions: &["latency", "error", "throttle", "duplicate", "reorder", "lose-visibility", "partial"],
    codes: &["InternalFailure", "ServiceUnavailable", "RequestThrottled", "OverLimit"],
};

/// What rules make of one request that is carried out all the same.
#[derive(Debug, Default)]
pub(crate) struct Struck {
    action: Option<Action>,
    /// For the journal.
    pub(crate) notes: Vec<String>,
}

impl Struck {
    /// Messages are there twice.
    pub(crate) fn duplicates(&self) -> bool {
        self.action == Some(Action::Duplicate)
    }

    /// The newest come first.
    pub(crate) fn reorders(&self) -> bool {
        self.action == Some(Action::Reorder)
    }

    /// Others see at once what was received.
    pub(crate) fn loses_visibility(&self) -> bool {
        self.action == Some(Action::LoseVisibility)
    }

    /// Why the entry at `place` of a batch is not carried out, where it is not: every second one, and one that is alone.
    pub(crate) fn fails(&self, place: usize, count: usize) -> Option<ApiError> {
        let is_struck = self.action == Some(Action::Partial) && (count == 1 || place % 2 == 1);
        is_struck.then(|| failed(&Failure::default()))
    }
}

impl Queues {
    /// What the rules make of a request, once as much time has passed as they say, and no swap of the state is under way.
    ///
    /// # Errors
    /// What it fails with, where it does.
    pub(crate) async fn strike(&self, operation: &str, queue: &QueueKey) -> Result<Struck, ApiError> {
        self.inner.settled().await;
        let host = &self.inner.host;
        if !host.faults.any() {
            return Ok(Struck::default());
        }
        let app = {
            let state = self.inner.lock();
            let known = state.id(queue).and_then(|id| state.peek(id));
            known.and_then(|queue| queue.app.clone()).unwrap_or_else(|| APP.to_owned())
        };
        let resources = [queue.name.clone(), queue.arn()];
        let struck = host.strike(&Site { app: &app, surface: &SQS, operation, resources: &resources }).await;
        match struck.action {
            Some(Action::Error(failure)) => Err(failed(&failure)),
            Some(Action::Throttle) => Err(ApiError::new("RequestThrottled", 400, "Rate exceeded")),
            action => Ok(Struck { action, notes: struck.notes }),
        }
    }
}

fn failed(failure: &Failure) -> ApiError {
    let code = failure.code.as_deref().unwrap_or("InternalFailure");
    let own = match code {
        "ServiceUnavailable" => 503,
        "RequestThrottled" => 400,
        "OverLimit" => 403,
        _ => 500,
    };
    let message = failure.message.clone().unwrap_or_else(|| "We encountered an internal error. Please try again.".to_owned());
    ApiError::new(code, failure.status.unwrap_or(own), message)
}
