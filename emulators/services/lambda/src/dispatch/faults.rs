//! What rules of faults make of calls of functions.

use std::sync::Arc;

use bytes::Bytes;
use greenroom_aws_wire::ApiError;
use greenroom_host::faults::{Action, Failure, Site, Surface};
use greenroom_host::{Content, EventId, EventKind, Function, FunctionRuntime, Invocation, Invoked, Mishap, Outcome};
use serde_json::json;

use super::Call;
use super::resolve::Resolved;
use super::run::not_invoked;
use crate::error::{other, throttled};
use crate::record::APP;
use crate::service::LambdaService;

/// What can be made to go wrong with calls of functions. Their resources are the function's name, alone and with a qualifier, and its ARNs.
pub static FUNCTION: Surface = Surface {
    service: "lambda",
    operations: &["invoke", "invoke.async"],
    actions: &["latency", "error", "throttle", "drop", "timeout", "crash", "duplicate"],
    codes: &[
        UNHANDLED,
        "ServiceException",
        "EC2AccessDeniedException",
        "EC2ThrottledException",
        "EC2UnexpectedException",
        "EFSIOException",
        "EFSMountTimeoutException",
        "ENILimitReachedException",
        "KMSAccessDeniedException",
        "KMSDisabledException",
        "ResourceNotReadyException",
        "SnapStartNotReadyException",
        "SnapStartTimeoutException",
        "SubnetIPAddressLimitReachedException",
    ],
};

/// The function itself fails.
const UNHANDLED: &str = "Unhandled";

/// The service's errors with status and text: <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors>
const ERRORS: &[(&str, u16, &str)] = &[
    ("ServiceException", 500, "An error occurred and the request cannot be processed."),
    ("EC2AccessDeniedException", 502, "Need additional permissions to configure VPC settings."),
    (
        "EC2ThrottledException",
        502,
        "Amazon EC2 throttled Lambda during Lambda function initialization using the execution role provided for the function.",
    ),
    ("EC2UnexpectedException", 502, "Lambda received an unexpected Amazon EC2 client exception while setting up for the Lambda function."),
    ("EFSIOException", 410, "An error occurred when reading from or writing to a connected file system."),
    (
        "EFSMountTimeoutException",
        408,
        "The Lambda function made a network connection to the configured file system, but the mount operation timed out.",
    ),
    (
        "ENILimitReachedException",
        502,
        "Lambda couldn't create an elastic network interface in the VPC, specified as part of Lambda function configuration, because the \
         limit for network interfaces has been reached.",
    ),
    ("KMSAccessDeniedException", 502, "Lambda couldn't decrypt the environment variables because KMS access was denied."),
    ("KMSDisabledException", 502, "Lambda couldn't decrypt the environment variables because the KMS key used is disabled."),
    ("ResourceNotReadyException", 502, "The function is inactive and its VPC connection is no longer available."),
    ("SnapStartNotReadyException", 409, "Lambda is initializing your function."),
    ("SnapStartTimeoutException", 408, "Lambda couldn't restore the snapshot within the timeout limit."),
    (
        "SubnetIPAddressLimitReachedException",
        502,
        "Lambda couldn't set up VPC access for the Lambda function because one or more configured subnets has no available IP addresses.",
    ),
];

/// What is said of a call whose event or answer a fault has lost.
const LOST: &str = "lost on the way by a fault";

/// Why a call came to nothing: for the journal, and for who called.
pub(super) struct Refusal {
    pub(super) outcome: Outcome,
    pub(super) error: ApiError,
}

impl Refusal {
    fn of(error: ApiError) -> Self {
        Self { outcome: Outcome::error(error.message.clone()), error }
    }

    fn lost() -> Self {
        Self { outcome: Outcome::Dropped { message: LOST.to_owned() }, error: ApiError::unanswered(LOST) }
    }

    pub(super) fn throttled(error: ApiError) -> Self {
        Self { outcome: Outcome::Throttled { message: error.message.clone() }, error }
    }
}

impl LambdaService {
    /// Says that rules can be for functions that were made by the API, where there are any. What projects declare is said with them.
    pub(crate) async fn introduce(&self) -> Result<(), ApiError> {
        if self.store.functions.all().await?.iter().any(|(_, record)| record.app.is_none()) {
            self.host.faults.know_too(APP, &FUNCTION, Vec::new());
        }
        Ok(())
    }

    /// What the rules make of a call, once as much time has passed as they say.
    pub(super) async fn struck(&self, event: EventId, call: &Call, resolved: &Resolved) -> Option<Action> {
        if !self.host.faults.any() {
            return None;
        }
        let (name, arn) = (&call.named.key.name, call.named.key.arn());
        let mut names = vec![name.clone(), arn.clone()];
        names.extend(call.named.qualifier.iter().flat_map(|qualifier| [format!("{name}:{qualifier}"), format!("{arn}:{qualifier}")]));
        let app = resolved.record.app();
        let struck = self.host.strike(&Site { app, surface: &FUNCTION, operation: call.kind.word(), resources: &names }).await;
        for note in struck.notes {
            self.host.journal.fault(event, note);
        }
        struck.action
    }
}

/// Lets the function handle a call, with what the rules make of it.
pub(super) async fn handled_with(
    runtime: Arc<dyn FunctionRuntime>,
    action: Option<Action>,
    kind: EventKind,
    function: Arc<Function>,
    invocation: Invocation,
) -> Result<Invoked, Refusal> {
    let mishap = match action {
        Some(Action::Throttle) => return Err(Refusal::throttled(throttled("ConcurrentInvocationLimitExceeded"))),
        Some(Action::Error(failure)) => return failed(failure, &invocation).map_err(|refusal| *refusal),
        Some(Action::Drop) => {
            if kind != EventKind::InvokeAsync {
                drop(runtime.invoke(function, invocation).await);
            }
            return Err(Refusal::lost());
        }
        Some(Action::Duplicate) => {
            drop(runtime.invoke(Arc::clone(&function), invocation.clone()).await);
            None
        }
        Some(Action::Crash) => Some(Mishap::Crash),
        Some(Action::Timeout) => Some(Mishap::Timeout),
        // Nothing of what else rules can do happens to functions.
        _ => None,
    };
    let invoked = runtime.invoke(function, Invocation { mishap, ..invocation }).await;
    invoked.map_err(|error| Refusal { outcome: Outcome::error(error.to_string()), error: not_invoked(&error) })
}

/// A failure that a rule asks for: of the function, which is an answer, or of the service.
fn failed(failure: Failure, invocation: &Invocation) -> Result<Invoked, Box<Refusal>> {
    let Failure { code, status, message } = failure;
    if code.as_deref() == Some(UNHANDLED) {
        let message = message.unwrap_or_else(|| "a fault makes this function fail".to_owned());
        return Ok(unhandled(&message, &invocation.request_id));
    }
    let known = code.as_deref().and_then(|code| ERRORS.iter().find(|(known, ..)| *known == code));
    let &(code, usual, text) = known.unwrap_or(&ERRORS[0]);
    let error = other(code, status.unwrap_or(usual), message.unwrap_or_else(|| text.to_owned()));
    Err(Box::new(Refusal::of(if error.status < 500 { error } else { error.with("Type", "Service") }.under("Message"))))
}

/// What comes back from a function that throws.
fn unhandled(message: &str, request_id: &str) -> Invoked {
    let document = json!({ "errorType": "Error", "errorMessage": message, "requestId": request_id });
    Invoked {
        payload: Content::Whole(document.to_string().into()),
        content_type: "application/json".to_owned(),
        error: Some(UNHANDLED.to_owned()),
        outcome: Outcome::error(message),
        log: Bytes::new(),
        report: None,
        ended: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_by_name_has_its_status() {
        let known: Vec<_> = std::iter::once(UNHANDLED).chain(ERRORS.iter().map(|(code, ..)| *code)).collect();
        assert_eq!(FUNCTION.codes, known);
    }
}
