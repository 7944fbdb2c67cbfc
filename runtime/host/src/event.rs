//! Events: everything that makes guest code run, whatever the platform.

use serde::Serialize;

use crate::clock::Timestamp;
use crate::ids::{EventId, TraceId};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum EventKind {
    /// A request came in at the front door.
    #[serde(rename = "http.request")]
    HttpRequest,
    /// The code of an app called another, or itself.
    #[serde(rename = "service.call")]
    ServiceCall,
}

/// One thing that happened, with its cause. Appended to the journal before it is delivered.
#[derive(Debug, Clone)]
pub struct Event {
    /// Sortable id.
    pub id: EventId,
    /// The event that made this one.
    pub cause: Option<EventId>,
    /// All events of one chain share it.
    pub trace: TraceId,
    /// When, by the program's clock.
    pub at: Timestamp,
    /// When, by the machine's clock.
    pub wall: Timestamp,
    /// What.
    pub kind: EventKind,
    /// Which app it is for.
    pub target: std::sync::Arc<str>,
    /// What it says in one line: `GET /notes`.
    pub summary: String,
    /// How often it has been tried, from 1.
    pub attempt: u32,
    /// How many calls from app to app led here: 0 for what came from outside.
    pub depth: u32,
}

/// How an invocation ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Outcome {
    /// The guest answered.
    Ok,
    /// The guest's code threw, or answered with what is no answer.
    Error {
        /// The JavaScript error's text.
        message: String,
    },
    /// Stopped: CPU time, memory, or a promise that nothing will ever settle.
    Exceeded {
        /// What was exceeded.
        message: String,
    },
    /// The guest's process ended.
    Crashed {
        /// How: a signal, an exit code.
        message: String,
    },
    /// The client went away first.
    Canceled,
}

impl Outcome {
    /// The vendor-neutral word for it, as the request log shows it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Error { .. } => "error",
            Self::Exceeded { .. } => "exceeded",
            Self::Crashed { .. } => "crashed",
            Self::Canceled => "canceled",
        }
    }
}
