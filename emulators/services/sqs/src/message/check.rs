//! What the service refuses in messages.
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html>

use greenroom_aws_wire::ApiError;

use super::Outgoing;
use super::attributes::AttributeValue;
use crate::{error, limits};

/// What a message counts, in bytes: the body, and of each attribute its name, its type and its value.
pub(crate) fn size(message: &Outgoing) -> usize {
    let attributes = message.attributes.iter().map(|(name, value)| name.len() + value.data_type.len() + value.bytes().len());
    message.body.len() + attributes.sum::<usize>()
}

/// Refuses what no queue takes.
pub(crate) fn check(message: &Outgoing) -> Result<(), ApiError> {
    if message.body.is_empty() {
        return Err(error::missing("MessageBody"));
    }
    if !is_legal(&message.body) {
        return Err(error::contents(
            "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
        ));
    }
    if message.attributes.len() > limits::ATTRIBUTES {
        let most = limits::ATTRIBUTES;
        return Err(error::invalid(format!(
            "Number of message attributes [{}] exceeds the allowed maximum [{most}].",
            message.attributes.len()
        )));
    }
    for (name, value) in &message.attributes {
        check_attribute(name, value)?;
    }
    if let Some(trace) = &message.trace
        && trace.data_type != "String"
    {
        return Err(error::invalid("The message system attribute 'AWSTraceHeader' must be of type 'String'."));
    }
    check_id("MessageDeduplicationId", message.deduplication.as_deref())?;
    check_id("MessageGroupId", message.group.as_deref())
}

/// Refuses an id with other characters than letters, digits and punctuation, or of another length than 1 to 128.
pub(crate) fn check_id(parameter: &str, id: Option<&str>) -> Result<(), ApiError> {
    let is_fine = |id: &str| (1..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
    match id {
        Some(id) if !is_fine(id) => {
            let reason = format!("{parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.");
            Err(error::invalid_value(id, parameter, &reason))
        }
        _ => Ok(()),
    }
}

fn check_attribute(name: &str, value: &AttributeValue) -> Result<(), ApiError> {
    check_attribute_name(name)?;
    if value.data_type.is_empty() {
        return Err(error::invalid(format!("The message attribute '{name}' must contain non-empty message attribute type.")));
    }
    let kind = value.data_type.split('.').next().unwrap_or_default();
    if value.data_type.len() > limits::ATTRIBUTE_NAME {
        return Err(error::invalid("Message (user) attribute types must be shorter than 256 Bytes"));
    }
    let (wanted, there) = match kind {
        "String" | "Number" => (&value.string_value, "String"),
        "Binary" => (&value.binary_value, "Binary"),
        _ => {
            return Err(error::invalid(format!(
                "The type of message (user) attribute '{name}' is invalid. You must use only the following supported type prefixes: Binary, \
                 Number, String."
            )));
        }
    };
    if wanted.as_deref().is_none_or(str::is_empty) {
        return Err(error::invalid(format!("Message (user) attribute '{name}' must contain a non-empty value of type '{there}'.")));
    }
    // `inf` and `nan` are numbers for Rust alone.
    let is_number = |text: &str| text.parse::<f64>().is_ok_and(f64::is_finite);
    if kind == "Number" && !value.string_value.as_deref().is_some_and(is_number) {
        let text = value.string_value.as_deref().unwrap_or_default();
        return Err(error::invalid(format!("Can't cast the value of message (user) attribute '{name}' to a number: {text}.")));
    }
    if value.string_value.as_deref().is_some_and(|text| !is_legal(text)) {
        return Err(error::invalid(format!("Message (user) attribute '{name}' contains characters that are not allowed.")));
    }
    Ok(())
}

fn check_attribute_name(name: &str) -> Result<(), ApiError> {
    if name.is_empty() {
        return Err(error::invalid("The request must contain non-empty message attribute name."));
    }
    if name.len() > limits::ATTRIBUTE_NAME {
        return Err(error::invalid("Message (user) attribute names must be shorter than 256 Bytes"));
    }
    let is_allowed = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.');
    if !name.chars().all(is_allowed) || name.contains("..") {
        return Err(error::invalid(
            "Message (user) attributes name can only contain upper and lower score characters, digits, periods, hyphens and underscores. ",
        ));
    }
    let lower = name.to_lowercase();
    if lower.starts_with("aws.") || lower.starts_with("amazon.") || name.starts_with('.') || name.ends_with('.') {
        return Err(error::invalid(
            "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These strings are reserved for internal use. \
             Additionally, they cannot start or end with '.'.",
        ));
    }
    Ok(())
}

/// Whether the text has only characters that XML may have.
fn is_legal(text: &str) -> bool {
    text.chars()
        .all(|letter| matches!(letter, '\u{9}' | '\u{a}' | '\u{d}' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..))
}
