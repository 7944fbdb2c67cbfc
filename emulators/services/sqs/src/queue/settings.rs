//! How a queue is set.

use std::collections::BTreeMap;

use greenroom_aws_wire::ApiError;
use serde_json::Value;

use super::attribute::{ATTRIBUTES, Attribute};
use crate::key::QueueKey;
use crate::{error, limits};

/// Attributes as they were set.
pub(crate) type Attributes = BTreeMap<String, String>;

/// Where messages go that are received too often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Redrive {
    pub(crate) target: QueueKey,
    pub(crate) most: u32,
}

/// Whose messages a queue takes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Allow {
    #[default]
    All,
    None,
    Named(Vec<String>),
}

/// The attributes of a queue, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) fifo: bool,
    /// Milliseconds.
    pub(crate) delay: u64,
    /// Milliseconds.
    pub(crate) visibility: u64,
    /// Milliseconds.
    pub(crate) retention: u64,
    /// Milliseconds.
    pub(crate) wait: u64,
    pub(crate) most_bytes: usize,
    pub(crate) by_content: bool,
    /// Deduplication ids are those of a group.
    pub(crate) per_group: bool,
    pub(crate) redrive: Option<Redrive>,
    pub(crate) allow: Allow,
}

impl Settings {
    /// Reads attributes that have been checked.
    pub(crate) fn of(attributes: &Attributes, fifo: bool) -> Self {
        let text = |name: &str| {
            let default = || ATTRIBUTES.iter().find(|attribute| attribute.name == name).map_or("", |attribute| attribute.default);
            attributes.get(name).map_or_else(default, String::as_str)
        };
        let seconds = |name: &str| text(name).parse::<u64>().unwrap_or_default() * 1000;
        Self {
            fifo,
            delay: seconds("DelaySeconds"),
            visibility: seconds("VisibilityTimeout"),
            retention: seconds("MessageRetentionPeriod"),
            wait: seconds("ReceiveMessageWaitTimeSeconds"),
            most_bytes: text("MaximumMessageSize").parse().unwrap_or(limits::MESSAGE),
            by_content: fifo && text("ContentBasedDeduplication") == "true",
            per_group: fifo && text("DeduplicationScope") == "messageGroup",
            redrive: redrive(text("RedrivePolicy")).ok(),
            allow: allow(text("RedriveAllowPolicy")).unwrap_or_default(),
        }
    }
}

impl Allow {
    /// Whether messages of the queue `arn` are taken.
    pub(crate) fn takes(&self, arn: &str) -> bool {
        match self {
            Self::All => true,
            Self::None => false,
            Self::Named(arns) => arns.iter().any(|known| known == arn),
        }
    }
}

/// Checks attributes that are to be set, and gives them as they are kept: what is empty is taken away.
pub(crate) fn checked(wanted: &Attributes, fifo: bool) -> Result<Attributes, ApiError> {
    let mut attributes = Attributes::new();
    for (name, value) in wanted {
        let attribute = Attribute::find(name, fifo)?;
        attribute.check(value)?;
        attributes.insert(name.clone(), attribute.normal(value));
    }
    if let Some(text) = attributes.get("RedrivePolicy").filter(|text| !text.is_empty()) {
        redrive(text)?;
    }
    if let Some(text) = attributes.get("RedriveAllowPolicy").filter(|text| !text.is_empty()) {
        allow(text)?;
    }
    Ok(attributes)
}

/// What two attributes have to do with each other.
pub(crate) fn check_together(attributes: &Attributes) -> Result<(), ApiError> {
    let is = |name: &str, value: &str| attributes.get(name).is_some_and(|text| text == value);
    if is("FifoThroughputLimit", "perMessageGroupId") && !is("DeduplicationScope", "messageGroup") {
        let reason = "The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup.";
        return Err(error::attribute_value("FifoThroughputLimit", Some(reason)));
    }
    Ok(())
}

/// `{"deadLetterTargetArn":"…","maxReceiveCount":"5"}`
fn redrive(text: &str) -> Result<Redrive, ApiError> {
    let invalid = |reason: &str| error::invalid_value(text, "RedrivePolicy", reason);
    let document: Value = serde_json::from_str(text).map_err(|_| invalid("Redrive policy is not a valid JSON map."))?;
    let mandatory = |name: &str| {
        let missing = || invalid(&format!("Redrive policy does not contain mandatory attribute: {name}."));
        document.get(name).ok_or_else(missing)
    };
    // Where both are not there SQS names this one.
    let count = mandatory("maxReceiveCount")?;
    let arn = mandatory("deadLetterTargetArn")?.as_str().unwrap_or_default();
    let said = count.as_str().map_or_else(|| count.to_string(), str::to_owned);
    let most = said.parse::<u32>().ok().filter(|count| (1..=1000).contains(count));
    let most = most
        .ok_or_else(|| invalid(&format!("Invalid value for maxReceiveCount: {said}, valid values are from 1 to 1000 both inclusive.")))?;
    let target = QueueKey::of_arn(arn).ok_or_else(|| invalid("Invalid value for deadLetterTargetArn."))?;
    Ok(Redrive { target, most })
}

/// `{"redrivePermission":"byQueue","sourceQueueArns":["…"]}`
fn allow(text: &str) -> Result<Allow, ApiError> {
    if text.is_empty() {
        return Ok(Allow::All);
    }
    let invalid = |reason: &str| error::invalid_value(text, "RedriveAllowPolicy", reason);
    let document: Value = serde_json::from_str(text).map_err(|_| invalid("Redrive allow policy is not a valid JSON map."))?;
    let sources = document.get("sourceQueueArns").and_then(Value::as_array);
    match (document.get("redrivePermission").and_then(Value::as_str), sources) {
        (Some("allowAll"), None) => Ok(Allow::All),
        (Some("denyAll"), None) => Ok(Allow::None),
        (Some("allowAll" | "denyAll"), Some(_)) => Err(invalid("sourceQueueArns can be specified only when redrivePermission is byQueue.")),
        (Some("byQueue"), Some(sources)) if (1..=limits::SOURCES).contains(&sources.len()) => {
            let arns: Option<Vec<String>> = sources.iter().map(|source| source.as_str().map(str::to_owned)).collect();
            arns.map(Allow::Named).ok_or_else(|| invalid("sourceQueueArns must be a list of ARNs."))
        }
        (Some("byQueue"), _) => Err(invalid("sourceQueueArns must have from 1 to 10 ARNs when redrivePermission is byQueue.")),
        _ => Err(invalid("redrivePermission must be one of allowAll, denyAll, byQueue.")),
    }
}
