//! What readers ask of the journal.

use std::sync::Arc;

use super::entry::Entry;
use crate::clock::Timestamp;
use crate::event::EventKind;
use crate::ids::{EventId, TraceId};

/// Which events are meant; what is empty or none leaves nothing out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// For one of these apps.
    pub apps: Vec<Arc<str>>,
    /// Of one of these kinds.
    pub kinds: Vec<EventKind>,
    /// With one of these outcomes, by [`crate::Outcome::word`]; `running` for those that have none yet.
    pub outcomes: Vec<String>,
    /// At this instant of the program's clock or after it.
    pub since: Option<Timestamp>,
    /// Before this instant of the program's clock.
    pub until: Option<Timestamp>,
    /// Of this trace.
    pub trace: Option<TraceId>,
    /// With this text anywhere in what is kept of them.
    pub text: Option<String>,
}

/// One page of events.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Newest first.
    pub entries: Vec<Entry>,
    /// Where the next page begins: what to give for `before`. None: this was the last.
    pub next: Option<EventId>,
    /// How many events have come to an end in this run so far: what to give for `after` to see what ends from here on.
    pub position: u64,
}
