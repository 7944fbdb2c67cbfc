//! Events: everything that makes guest code run, whatever the platform.

mod kind;
mod outcome;
mod payload;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::clock::{Clock, Timestamp};
use crate::host::Host;
use crate::ids::{EventId, SpanId, TraceId};

pub use kind::EventKind;
pub use outcome::Outcome;
pub use payload::{Answer, Call, Captured, Headers, Payload, Request, Text};

/// One thing that happened, with its cause. Appended to the journal before it is delivered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Sortable id.
    pub id: EventId,
    /// The event that made this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<EventId>,
    /// All events of one chain share it.
    pub trace: TraceId,
    /// Its own part of the trace.
    pub span: SpanId,
    /// When, by the program's clock.
    #[serde(with = "iso")]
    pub at: Timestamp,
    /// When, by the machine's clock.
    #[serde(with = "iso")]
    pub wall: Timestamp,
    /// What.
    pub kind: EventKind,
    /// What it came from: `http`, `cron`, the app that called.
    #[serde(with = "text")]
    pub source: Arc<str>,
    /// Which app it is for.
    #[serde(with = "text")]
    pub target: Arc<str>,
    /// What in the app is meant: the ARN of a function, the name of a front door. None where the app is one thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// What it says in one line: `GET /notes`.
    pub summary: String,
    /// How often it has been tried, from 1.
    pub attempt: u32,
    /// How many calls from app to app led here: 0 for what came from outside.
    pub depth: u32,
    /// What came with it.
    #[serde(default)]
    pub payload: Payload,
}

impl Event {
    /// An event that happens now, without a payload, tried for the first time. With a `cause` it belongs to that one's trace; else one
    /// of its own begins.
    #[must_use]
    pub fn new(host: &Host, kind: EventKind, source: &Arc<str>, target: &Arc<str>, summary: String, cause: Option<EventId>) -> Self {
        let at = host.clock.now();
        let id = host.ids.next_id(at);
        let lineage = cause.and_then(|cause| host.journal.lineage(cause));
        let (trace, depth) = lineage.map_or_else(|| (host.ids.trace_id(), 0), |lineage| (lineage.trace, lineage.depth));
        Self {
            id,
            cause,
            trace,
            span: id.span(),
            at,
            wall: Clock::wall(),
            kind,
            source: Arc::clone(source),
            target: Arc::clone(target),
            part: None,
            summary,
            attempt: 1,
            depth,
            payload: Payload::None,
        }
    }

    /// The same for that part of the app.
    #[must_use]
    pub fn for_part(mut self, part: impl Into<String>) -> Self {
        self.part = Some(part.into());
        self
    }

    /// The same with what came with it.
    #[must_use]
    pub fn carrying(mut self, payload: Payload) -> Self {
        self.payload = payload;
        self
    }
}

/// Shared texts in JSON.
pub(crate) mod text {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(text)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<str>, D::Error> {
        String::deserialize(deserializer).map(Arc::from)
    }
}

/// Instants as ISO 8601.
pub(crate) mod iso {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::clock::Timestamp;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde calls")]
    pub(crate) fn serialize<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&at.iso_8601())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        let text = String::deserialize(deserializer)?;
        Timestamp::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is no instant")))
    }
}
