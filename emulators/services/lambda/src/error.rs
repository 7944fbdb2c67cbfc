//! The service's errors, with its codes, statuses and texts.

use greenroom_aws_wire::ApiError;
use greenroom_host::storage::StorageError;

/// What can go wrong inside; clients get AWS's text for faults of the service.
impl From<Fault> for ApiError {
    fn from(_: Fault) -> Self {
        Self::internal()
    }
}

/// A fault of the program or its disk.
#[derive(Debug)]
pub(crate) struct Fault;

impl From<StorageError> for Fault {
    fn from(_: StorageError) -> Self {
        Self
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(_: rusqlite::Error) -> Self {
        Self
    }
}

impl From<serde_json::Error> for Fault {
    fn from(_: serde_json::Error) -> Self {
        Self
    }
}

fn user(code: &str, status: u16, message: impl Into<String>) -> ApiError {
    ApiError::new(code, status, message).with("Type", "User")
}

/// `ResourceNotFoundException`.
pub(crate) fn not_found(message: impl Into<String>) -> ApiError {
    user("ResourceNotFoundException", 404, message).under("Message")
}

/// No such function, version or alias; `arn` with its qualifier.
pub(crate) fn no_function(arn: &str) -> ApiError {
    not_found(format!("Function not found: {arn}"))
}

/// `ResourceConflictException`.
pub(crate) fn conflict(message: impl Into<String>) -> ApiError {
    user("ResourceConflictException", 409, message)
}

/// `InvalidParameterValueException`.
pub(crate) fn invalid(message: impl Into<String>) -> ApiError {
    user("InvalidParameterValueException", 400, message)
}

/// Another revision is the latest; `call` names the operation that tells it.
pub(crate) fn wrong_revision(call: &str) -> ApiError {
    let message =
        format!("The Revision Id provided does not match the latest Revision Id. Call the {call} API to retrieve the latest Revision Id");
    user("PreconditionFailedException", 412, message)
}

/// Too much concurrency, and why.
pub(crate) fn throttled(reason: &str) -> ApiError {
    user("TooManyRequestsException", 429, "Rate Exceeded.").with("Reason", reason)
}

/// A request of an operation that is too large.
pub(crate) fn request_too_large(most: usize, operation: &str) -> ApiError {
    too_large(format!("Request must be smaller than {most} bytes for the {operation} operation"))
}

/// `RequestEntityTooLargeException`.
pub(crate) fn too_large(message: impl Into<String>) -> ApiError {
    ApiError::new("RequestEntityTooLargeException", 413, message).under("Message")
}

/// An error with `Type`, `User`, under `message`.
pub(crate) fn other(code: &str, status: u16, message: impl Into<String>) -> ApiError {
    user(code, status, message)
}
