//! Waiting until an instance is ready.

use std::time::Duration;

use bytes::Bytes;

use super::Instance;
use crate::api::{Party, Signal};
use crate::process::describe;
use crate::telemetry::Status;

/// Why an instance did not become ready.
#[derive(Debug, Clone)]
pub(crate) struct InitFailure {
    pub(crate) status: Status,
    /// `Runtime.ExitError`; none of a timeout.
    pub(crate) error_type: Option<String>,
    /// The document that the runtime sent, if it did.
    pub(crate) document: Option<Bytes>,
    /// What there is to say where it sent none: `Runtime exited with error: exit status 1`.
    pub(crate) message: String,
}

/// What an instance has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readiness {
    /// It waits for an invocation.
    Invocation,
    /// It waits to be restored.
    Restore,
}

impl InitFailure {
    pub(crate) fn entrypoint(message: String) -> Self {
        Self { status: Status::Error, error_type: Some("Runtime.InvalidEntrypoint".to_owned()), document: None, message }
    }

    pub(crate) fn timeout() -> Self {
        Self { status: Status::Timeout, error_type: None, document: None, message: String::new() }
    }
}

impl Instance {
    /// Waits until its runtime asks for work.
    pub(super) async fn ready(&mut self, within: Duration) -> Result<Readiness, InitFailure> {
        let ready = tokio::time::timeout(within, self.settle()).await.unwrap_or_else(|_| Err(InitFailure::timeout()));
        self.drain();
        ready
    }

    async fn settle(&mut self) -> Result<Readiness, InitFailure> {
        let mut told = None;
        loop {
            let Some(signal) = self.signals.recv().await else { return Err(InitFailure::timeout()) };
            match signal {
                Signal::Ready => return Ok(Readiness::Invocation),
                Signal::RestoreReady => return Ok(Readiness::Restore),
                // It ends by itself now; what it said first counts.
                Signal::Failed(fault) => told = Some(fault),
                Signal::Exited(Party::Runtime, status) => {
                    let message = exited(status);
                    let (error_type, document) =
                        told.map_or_else(|| ("Runtime.ExitError".to_owned(), None), |fault| (fault.error_type, Some(fault.body)));
                    return Err(InitFailure { status: Status::Error, error_type: Some(error_type), document, message });
                }
                _ => {}
            }
        }
    }
}

/// `Runtime exited with error: exit status 1`
pub(super) fn exited(status: std::process::ExitStatus) -> String {
    if status.success() {
        "Runtime exited without providing a reason".to_owned()
    } else {
        format!("Runtime exited with error: {}", describe(status))
    }
}
