//! What Lambda makes of an invocation: its report, and the document that the caller gets in place of an answer.

use bytes::Bytes;
use greenroom_host::{Function, Host, Outcome};

use super::ready::InitFailure;
use crate::document::{document, outcome_of};
use crate::telemetry::Status;

/// What is reported of a run, and told to the caller where it got no answer.
pub(super) struct Verdict {
    pub(super) status: Status,
    pub(super) error_type: Option<String>,
    /// The document that the caller gets.
    pub(super) document: Option<Bytes>,
    /// What is logged before `END`.
    pub(super) line: Option<String>,
    pub(super) outcome: Outcome,
}

impl Verdict {
    pub(super) fn timeout(host: &Host, function: &Function, id: &str) -> Self {
        let seconds = format!("Task timed out after {:.2} seconds", function.timeout.as_secs_f64());
        Self {
            status: Status::Timeout,
            error_type: None,
            document: Some(document("Sandbox.Timedout", &format!("RequestId: {id} Error: {seconds}"))),
            line: Some(format!("{} {id} {seconds}", host.clock.now().iso_8601())),
            outcome: Outcome::Timeout { message: seconds },
        }
    }

    pub(super) fn died(id: &str, error_type: &str, message: &str, outcome: impl FnOnce(String) -> Outcome) -> Self {
        let text = format!("RequestId: {id} Error: {message}");
        Self {
            status: Status::Error,
            error_type: Some(error_type.to_owned()),
            document: Some(document(error_type, &text)),
            line: Some(format!("{text}\n{error_type}")),
            outcome: outcome(message.to_owned()),
        }
    }

    pub(super) fn not_started(id: &str, failure: &InitFailure) -> Self {
        let error_type = failure.error_type.as_deref().unwrap_or("Runtime.Unknown");
        match &failure.document {
            Some(document) => {
                let (document, outcome) = (Some(document.clone()), outcome_of(document));
                Self { status: Status::Error, error_type: Some(error_type.to_owned()), document, line: None, outcome }
            }
            None => Self::died(id, error_type, &failure.message, |message| Outcome::Crashed { message }),
        }
    }
}
