//! What events hand down to those that they cause.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::event::Event;
use crate::ids::{EventId, TraceId};

/// How many events are known without looking into the index.
const KNOWN: usize = 4096;

/// What an event hands down to those that it causes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lineage {
    /// The app whose code it made run.
    pub app: Arc<str>,
    /// The trace of the chain.
    pub trace: TraceId,
    /// How many calls from app to app led to it.
    pub depth: u32,
}

impl Lineage {
    pub(super) fn of(event: &Event) -> Self {
        Self { app: Arc::clone(&event.target), trace: event.trace, depth: event.depth }
    }
}

/// Those of the newest events.
#[derive(Default)]
pub(super) struct Lineages(VecDeque<(EventId, Lineage)>);

impl Lineages {
    pub(super) fn add(&mut self, event: &Event) {
        if self.0.len() == KNOWN {
            self.0.pop_front();
        }
        self.0.push_back((event.id, Lineage::of(event)));
    }

    pub(super) fn of(&self, id: EventId) -> Option<Lineage> {
        self.0.iter().rev().find(|(known, _)| *known == id).map(|(_, lineage)| lineage.clone())
    }
}
