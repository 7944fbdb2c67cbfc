//! Messages as answers have them.

use std::collections::BTreeMap;

use greenroom_aws_wire::ApiError;
use serde_json::{Map, Value};

use crate::error;
use crate::message::{AttributeValue, Received, of_attributes};

/// Attributes of the system that can be asked for. The last one is taken and never there, as on AWS.
const SYSTEM: &[&str] = &[
    "All",
    "SenderId",
    "SentTimestamp",
    "ApproximateReceiveCount",
    "ApproximateFirstReceiveTimestamp",
    "SequenceNumber",
    "MessageDeduplicationId",
    "MessageGroupId",
    "AWSTraceHeader",
    "DeadLetterQueueSourceArn",
    "SqsManagedSseEnabled",
];

/// Refuses names of attributes that no message has.
pub(super) fn check_names(wanted: &[String]) -> Result<(), ApiError> {
    match wanted.iter().find(|name| !SYSTEM.contains(&name.as_str())) {
        Some(unknown) => Err(error::attribute_name(format!("Unknown Attribute {unknown}."))),
        None => Ok(()),
    }
}

/// The message with those of its attributes that are asked for.
pub(super) fn shown(message: Received, system: &[String], names: &[String]) -> Value {
    let mut shown = Map::new();
    let own = system_attributes(&message, system);
    let mut attributes = message.extra.attributes;
    attributes.retain(|name, _| is_asked_for(name, names));
    shown.insert("MessageId".to_owned(), message.id.into());
    shown.insert("ReceiptHandle".to_owned(), message.handle.into());
    shown.insert("MD5OfBody".to_owned(), message.digest.into());
    shown.insert("Body".to_owned(), message.body.into());
    if !own.is_empty() {
        shown.insert("Attributes".to_owned(), own.into());
    }
    // The digest is of what is given, not of all there is.
    if let Some(digest) = of_attributes(attributes.iter()) {
        shown.insert("MD5OfMessageAttributes".to_owned(), digest.into());
        shown.insert("MessageAttributes".to_owned(), values(attributes).into());
    }
    Value::Object(shown)
}

fn values(attributes: BTreeMap<String, AttributeValue>) -> Map<String, Value> {
    attributes.into_iter().map(|(name, value)| (name, serde_json::to_value(value).unwrap_or_default())).collect()
}

fn system_attributes(message: &Received, wanted: &[String]) -> Map<String, Value> {
    let is_wanted = |name: &str| wanted.iter().any(|wanted| wanted == "All" || wanted == name);
    message.system_attributes().filter(|(name, _)| is_wanted(name)).map(|(name, value)| (name.to_owned(), value.into())).collect()
}

/// `All`, `.*` and `*` are all; `bar.*` are those that begin so.
fn is_asked_for(name: &str, wanted: &[String]) -> bool {
    wanted.iter().any(|wanted| match wanted.as_str() {
        "All" | ".*" | "*" => true,
        wanted => wanted == name || wanted.strip_suffix(".*").is_some_and(|prefix| name.starts_with(prefix)),
    })
}
