//! What AWS says to each kind of mistake: a line for each, with where that was seen. The first line that fits counts.
//!
//! `UNVERIFIED`: nothing public shows what AWS says; the form is that of the nearest thing that is known. Lines are facts about AWS, and owe
//! nothing to the code that they are held against.

use super::cases::{Case, Of, Wrong};

/// Which protocols a line is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    Both,
    Json,
    Query,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Says {
    /// It is done.
    Done,
    /// It is refused: status, the code in JSON, the code in the query protocol, the text. `{form}`: what forms call the member; `{value}`:
    /// what was sent; `…`: anything.
    Refused(u16, &'static str, &'static str, &'static str),
    /// The entry of the batch is refused, and nothing else: code and text.
    Entry(&'static str, &'static str),
}

pub(crate) struct Line {
    /// The path of the member, or its end behind a `*`.
    pub(crate) path: &'static str,
    pub(crate) wrong: &'static [Wrong],
    /// What the member is; none: anything.
    pub(crate) of: Option<Of>,
    pub(crate) by: By,
    pub(crate) says: Says,
    /// Where it was seen.
    pub(crate) source: &'static str,
}

impl Line {
    pub(crate) fn fits(&self, case: &Case, by: By) -> bool {
        let is_there = match self.path.strip_prefix('*') {
            Some(end) => case.path.ends_with(end),
            None => case.path == self.path,
        };
        is_there && self.wrong.contains(&case.wrong) && self.of.is_none_or(|of| of == case.of) && (self.by == By::Both || self.by == by)
    }
}

const UNVERIFIED: &str = "unverified";
/// Recorded from AWS, by test: <https://github.com/localstack/localstack/blob/main/tests/aws/services/sqs/test_sqs.snapshot.json>
macro_rules! recorded {
    ($test:literal) => {
        concat!("localstack/localstack tests/aws/services/sqs, recorded from AWS: ", $test)
    };
}
/// Run against AWS: <https://github.com/getmoto/moto/blob/master/tests/test_sqs/test_sqs.py>
macro_rules! moto {
    ($test:literal) => {
        concat!("getmoto/moto tests/test_sqs/test_sqs.py ", $test)
    };
}

mod members;
mod types;
mod values;

const fn line(path: &'static str, wrong: &'static [Wrong], says: Says, source: &'static str) -> Line {
    Line { path, wrong, of: None, by: By::Both, says, source }
}

const fn typed(of: Of, wrong: &'static [Wrong], text: &'static str, source: &'static str) -> Line {
    let says = Says::Refused(400, "SerializationException", "MalformedInput", text);
    Line { path: "*", wrong, of: Some(of), by: By::Both, says, source }
}

const fn invalid(text: &'static str) -> Says {
    Says::Refused(400, "InvalidParameterValueException", "InvalidParameterValue", text)
}

const fn missing(text: &'static str) -> Says {
    Says::Refused(400, "MissingRequiredParameterException", "MissingParameter", text)
}

const fn unknown_attribute(text: &'static str) -> Says {
    Says::Refused(400, "InvalidAttributeName", "InvalidAttributeName", text)
}

const BATCH_ID: Says = Says::Refused(
    400,
    "InvalidBatchEntryId",
    "AWS.SimpleQueueService.InvalidBatchEntryId",
    "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
);
const NO_HANDLE: &str = "The input receipt handle \"\" is not a valid receipt handle.";
const TAG_KEYS: Says = invalid("Tag keys must be between 1 and 128 characters in length.");
const TAG_VALUES: Says = invalid("Tag values must be between 0 and 256 characters in length.");
const QUEUE_NAME: Says = invalid("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
const NO_TYPE: &str = "The message attribute 'kind' must contain non-empty message attribute type.";
const NO_TRACE_TEXT: &str = "The message system attribute 'AWSTraceHeader' must be of type 'String'.";
const NO_TRACE: Says = invalid(NO_TRACE_TEXT);
const NO_NAME: &str = "The request must contain non-empty message attribute name.";
const LONG_NAME: &str = "Message (user) attribute names must be shorter than 256 Bytes";
const LONG_TYPE: &str = "Message (user) attribute types must be shorter than 256 Bytes";
const OTHER_TYPE: &str = "The type of message (user) attribute 'kind' is invalid. You must use only the following supported type prefixes: Binary, \
    Number, String.";
const NO_VALUE: &str = "Message (user) attribute 'kind' must contain a non-empty value of type 'String'.";
const LETTERS: &str = "Message (user) attribute 'kind' contains characters that are not allowed.";
const BODY: &str = "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to \
    #x10FFFF";
const DELAY: (&str, &str) = (
    "Value -1 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.",
    "Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.",
);
const VISIBILITY: (&str, &str) = (
    "Value -1 for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and 43200, if provided.",
    "Value 43201 for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and 43200, if provided.",
);
const INVALID: &str = "InvalidParameterValue";
const GROUP: &str = "Value {value} for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include alphanumeric and punctuation \
    characters. 1 to 128 in length.";
const DEDUPLICATION: &str = "Value {value} for parameter MessageDeduplicationId is invalid. Reason: MessageDeduplicationId can only include \
    alphanumeric and punctuation characters. 1 to 128 in length.";
const ATTEMPT: &str = "Value {value} for parameter ReceiveRequestAttemptId is invalid. Reason: ReceiveRequestAttemptId can only include \
    alphanumeric and punctuation characters. 1 to 128 in length.";
const LABEL: Says = invalid(
    "Value {value} for parameter Label is invalid. Reason: Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
);
const ACTION: &str =
    "Value SQS:{value} for parameter ActionName is invalid. Reason: Please refer to the appropriate WSDL for a list of valid actions. ";

pub(crate) fn lines() -> Vec<Line> {
    [
        members::members(),
        members::entries(),
        values::attributes(),
        values::values(),
        values::permissions(),
        values::numbers(),
        types::types(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
