//! The service's errors, with its codes, statuses and texts. <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html>

use greenroom_aws_wire::{ApiError, Violation, sentence};
use greenroom_host::storage::StorageError;

/// A fault of the program or its disk.
#[derive(Debug, Clone)]
pub(crate) struct Fault(String);

impl From<StorageError> for Fault {
    fn from(error: StorageError) -> Self {
        Self(error.to_string())
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<Fault> for ApiError {
    /// Clients try again; who reads the text learns what is wrong with the machine.
    fn from(fault: Fault) -> Self {
        user(
            "InternalFailure",
            500,
            format!("The state of the queues cannot be read or written: {}; nothing of this request was done", fault.0),
        )
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Fault {
    /// The state was swapped for another while something was under way.
    pub(crate) fn swapped() -> Self {
        Self("the state was restored meanwhile".to_owned())
    }
}

fn user(code: &str, status: u16, message: impl Into<String>) -> ApiError {
    ApiError::new(code, status, message)
}

/// `InvalidParameterValue`, as clients of the query protocol call it.
pub(crate) fn invalid(message: impl Into<String>) -> ApiError {
    user("InvalidParameterValueException", 400, message)
}

/// `InvalidParameterValue` of one parameter.
pub(crate) fn invalid_value(value: &str, parameter: &str, reason: &str) -> ApiError {
    invalid(format!("Value {value} for parameter {parameter} is invalid. Reason: {reason}"))
}

/// `MissingParameter`.
pub(crate) fn missing(parameter: &str) -> ApiError {
    user("MissingRequiredParameterException", 400, format!("The request must contain the parameter {parameter}."))
}

/// What breaks the shapes: of what has to be there SQS names the first that is not.
pub(crate) fn broken_shapes(violations: &[Violation]) -> ApiError {
    match violations.iter().find(|violation| violation.missing) {
        Some(violation) => missing(&violation.form),
        None => ApiError::validation(sentence(violations)),
    }
}

/// A key of a tag that is too long, or none.
pub(crate) fn tag_key() -> ApiError {
    invalid("Tag keys must be between 1 and 128 characters in length.")
}

/// `InvalidAttributeName`.
pub(crate) fn attribute_name(message: impl Into<String>) -> ApiError {
    user("InvalidAttributeName", 400, message)
}

/// `InvalidAttributeValue`.
pub(crate) fn attribute_value(name: &str, reason: Option<&str>) -> ApiError {
    let reason = reason.map(|reason| format!(" Reason: {reason}")).unwrap_or_default();
    user("InvalidAttributeValue", 400, format!("Invalid value for the parameter {name}.{reason}"))
}

/// What is no URL of a queue.
pub(crate) fn invalid_address(url: &str) -> ApiError {
    user("InvalidAddress", 404, format!("The address {url} is not valid for this endpoint."))
}

/// No such queue.
pub(crate) fn no_queue() -> ApiError {
    user("QueueDoesNotExist", 400, "The specified queue does not exist.")
        .in_query("The specified queue does not exist for this wsdl version.")
}

/// Another queue has the name.
pub(crate) fn name_exists(attribute: &str) -> ApiError {
    let message = format!("A queue already exists with the same name and a different value for attribute {attribute}");
    user("QueueNameExists", 400, message)
}

/// The name was free only a moment ago.
pub(crate) fn deleted_recently() -> ApiError {
    let message = "You must wait 60 seconds after deleting a queue before you can create another with the same name.";
    user("QueueDeletedRecently", 400, message)
}

/// Purged a moment ago.
pub(crate) fn purge_in_progress(name: &str) -> ApiError {
    let message = format!("Only one PurgeQueue operation on {name} is allowed every 60 seconds.");
    user("PurgeQueueInProgress", 403, message)
}

/// A character that messages cannot have.
pub(crate) fn contents(message: impl Into<String>) -> ApiError {
    user("InvalidMessageContents", 400, message)
}

/// What is no receipt handle of the queue.
pub(crate) fn receipt(handle: &str) -> ApiError {
    user("ReceiptHandleIsInvalid", 400, format!("The input receipt handle \"{handle}\" is not a valid receipt handle."))
}

/// A receipt handle whose time is over.
pub(crate) fn receipt_expired(handle: &str) -> ApiError {
    invalid_value(handle, "ReceiptHandle", "The receipt handle has expired.")
}

/// A message whose visibility cannot be changed.
pub(crate) fn not_available(handle: &str) -> ApiError {
    invalid_value(handle, "ReceiptHandle", "Message does not exist or is not available for visibility timeout change.")
}

/// Too many messages in flight.
pub(crate) fn over_limit(message: impl Into<String>) -> ApiError {
    user("OverLimit", 403, message)
}

/// A task, or a queue of one, that is not there.
pub(crate) fn no_resource(message: impl Into<String>) -> ApiError {
    user("ResourceNotFoundException", 404, message)
}

/// An operation that the thing is not made for.
pub(crate) fn unsupported(message: impl Into<String>) -> ApiError {
    user("UnsupportedOperation", 400, message)
}

/// The code of an error as results of batches have it.
pub(crate) fn code_in_batch(error: &ApiError) -> &str {
    match error.code.as_str() {
        "InvalidParameterValueException" => "InvalidParameterValue",
        "MissingRequiredParameterException" => "MissingParameter",
        code => code,
    }
}

/// Batches that are refused as a whole.
pub(crate) mod batch {
    use greenroom_aws_wire::ApiError;

    use super::user;
    use crate::limits;

    pub(crate) fn empty(what: &str) -> ApiError {
        user("EmptyBatchRequest", 400, format!("There should be at least one {what} in the request."))
    }

    pub(crate) fn too_many(sent: usize) -> ApiError {
        let message = format!("Maximum number of entries per request are {}. You have sent {sent}.", limits::BATCH);
        user("TooManyEntriesInBatchRequest", 400, message)
    }

    pub(crate) fn entry_id() -> ApiError {
        let message =
            "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.";
        user("InvalidBatchEntryId", 400, message)
    }

    pub(crate) fn not_distinct(id: &str) -> ApiError {
        user("BatchEntryIdsNotDistinct", 400, format!("Id {id} repeated."))
    }

    pub(crate) fn too_long(sent: usize) -> ApiError {
        let message = format!("Batch requests cannot be longer than {} bytes. You have sent {sent} bytes.", limits::MESSAGE);
        user("BatchRequestTooLong", 400, message)
    }
}
