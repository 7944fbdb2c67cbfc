//! What a message says, and what is checked of it.

mod attributes;
mod check;
mod digest;

use std::collections::BTreeMap;

use greenroom_host::EventId;
use serde::{Deserialize, Serialize};

pub use attributes::AttributeValue;
pub(crate) use check::{check, check_id, size};
pub use digest::of_body;
pub(crate) use digest::{content_id, of_attributes, of_system};

/// A message as it is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outgoing {
    /// Its text.
    pub body: String,
    /// Its attributes by name.
    pub attributes: BTreeMap<String, AttributeValue>,
    /// `AWSTraceHeader`, the one attribute of the system that senders may set.
    pub trace: Option<AttributeValue>,
    /// Seconds until it is to be seen; none: as the queue says.
    pub delay: Option<i64>,
    /// `MessageGroupId`.
    pub group: Option<String>,
    /// `MessageDeduplicationId`.
    pub deduplication: Option<String>,
    /// Who sends; empty: the queue's own account.
    pub sender: String,
    /// The header of the trace that the request had, where no attribute says another.
    pub traced: Option<String>,
    /// The event whose code sends.
    pub cause: Option<EventId>,
}

impl Outgoing {
    /// A message that says this and nothing else.
    #[must_use]
    pub fn of(body: impl Into<String>) -> Self {
        Self { body: body.into(), ..Self::default() }
    }

    /// The header of the trace that it belongs to.
    #[must_use]
    pub fn trace_text(&self) -> Option<&str> {
        self.trace.as_ref().and_then(|trace| trace.string_value.as_deref()).or(self.traced.as_deref())
    }
}

/// What stands beside the body, as it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Extra {
    /// Its attributes by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, AttributeValue>,
    /// `AWSTraceHeader`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
    /// `MessageDeduplicationId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deduplication: Option<String>,
    /// Who sent it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sender: String,
}

/// A message that was received, or looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Its id.
    pub id: String,
    /// Names this receive of it; empty where it was only looked at.
    pub handle: String,
    /// Its text.
    pub body: String,
    /// MD5 of the text.
    pub digest: String,
    /// What stands beside it.
    pub extra: Extra,
    /// Its group.
    pub group: Option<String>,
    /// Where it stands in a FIFO queue.
    pub sequence: Option<String>,
    /// The ARN of the queue from which it was given up.
    pub source: Option<String>,
    /// The event that sent or moved it; of a message that was received, the event of that receive.
    pub event: Option<EventId>,
    /// When it was sent, in milliseconds.
    pub sent: u64,
    /// When it was received for the first time, in milliseconds; 0: never.
    pub first: u64,
    /// How often it was received.
    pub count: u32,
    /// When others see it, in milliseconds; none: now.
    pub due: Option<u64>,
}

impl Received {
    /// A message with this text and nothing else, received for the first time when it was sent.
    #[must_use]
    pub fn of(id: String, body: String, at: u64) -> Self {
        Self {
            id,
            digest: of_body(&body),
            body,
            sent: at,
            first: at,
            count: 1,
            handle: String::new(),
            extra: Extra::default(),
            group: None,
            sequence: None,
            source: None,
            event: None,
            due: None,
        }
    }

    /// The attributes of the system that it has, by name.
    pub fn system_attributes(&self) -> impl Iterator<Item = (&'static str, String)> {
        let first = (self.first > 0).then(|| self.first.to_string());
        let all = [
            ("SenderId", Some(self.extra.sender.clone())),
            ("SentTimestamp", Some(self.sent.to_string())),
            ("ApproximateReceiveCount", Some(self.count.to_string())),
            ("ApproximateFirstReceiveTimestamp", first),
            ("SequenceNumber", self.sequence.clone()),
            ("MessageDeduplicationId", self.extra.deduplication.clone()),
            ("MessageGroupId", self.group.clone()),
            ("AWSTraceHeader", self.extra.trace.clone()),
            ("DeadLetterQueueSourceArn", self.source.clone()),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value?)))
    }

    /// MD5 of the attributes, where there are any.
    #[must_use]
    pub fn attributes_digest(&self) -> Option<String> {
        of_attributes(self.extra.attributes.iter())
    }
}
