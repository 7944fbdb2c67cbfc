//! The journal: every event is appended before it is delivered, and its outcome is added when it is known.
//!
//! It is a ring in memory, bounded by count. Readers (logs, traces, replay) take copies; nothing on the way of a request waits for them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::event::{Event, Outcome};
use crate::ids::{EventId, TraceId};

/// How many entries are kept.
const CAPACITY: usize = 10_000;

/// One call of guest code to a service, a child of its invocation.
#[derive(Debug, Clone)]
pub struct ServiceCall {
    /// The binding's name in the environment, or `fetch`.
    pub binding: Arc<str>,
    /// Which method.
    pub operation: Arc<str>,
    /// How long until it answered.
    pub took: Duration,
    /// The error's text, if it failed.
    pub error: Option<String>,
}

/// What an event hands down to those that it causes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lineage {
    /// The trace of the chain.
    pub trace: TraceId,
    /// How many calls from app to app led to it.
    pub depth: u32,
}

/// An event with what became of it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The event.
    pub event: Event,
    /// Not known while it runs.
    pub outcome: Option<Outcome>,
    /// How long it took, once it is over.
    pub took: Option<Duration>,
    /// What the guest's code asked of services.
    pub calls: Vec<ServiceCall>,
}

/// The journal. Cheap to clone; all clones are one journal.
#[derive(Clone, Default)]
pub struct Journal {
    entries: Arc<Mutex<VecDeque<Entry>>>,
}

impl Journal {
    /// Appends an event: to be called before it is delivered. The oldest entry goes when the ring is full.
    pub fn append(&self, event: Event) {
        let mut entries = self.lock();
        if entries.len() == CAPACITY {
            entries.pop_front();
        }
        entries.push_back(Entry { event, outcome: None, took: None, calls: Vec::new() });
    }

    /// Records a service call under the invocation of event `id`; ignored if the entry has left the ring.
    pub fn call(&self, id: EventId, call: ServiceCall) {
        self.with(id, |entry| entry.calls.push(call));
    }

    /// Records how the event ended; ignored if the entry has left the ring.
    pub fn finish(&self, id: EventId, outcome: Outcome, took: Duration) {
        self.with(id, |entry| {
            entry.outcome = Some(outcome);
            entry.took = Some(took);
        });
    }

    /// A copy of the newest `count` entries, oldest first.
    #[must_use]
    pub fn newest(&self, count: usize) -> Vec<Entry> {
        let entries = self.lock();
        entries.iter().skip(entries.len().saturating_sub(count)).cloned().collect()
    }

    /// What event `id` hands down; none if its entry has left the ring.
    #[must_use]
    pub fn lineage(&self, id: EventId) -> Option<Lineage> {
        let entries = self.lock();
        let at = entries.binary_search_by(|entry| entry.event.id.cmp(&id)).ok()?;
        let event = &entries[at].event;
        Some(Lineage { trace: event.trace, depth: event.depth })
    }

    fn with(&self, id: EventId, change: impl FnOnce(&mut Entry)) {
        let mut entries = self.lock();
        // Ids sort by creation, so the ring is sorted by id.
        if let Ok(at) = entries.binary_search_by(|entry| entry.event.id.cmp(&id)) {
            change(&mut entries[at]);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::event::EventKind;
    use crate::ids::Ids;

    fn event(ids: &Ids, at: u64) -> Event {
        Event {
            id: ids.next_id(Timestamp(at)),
            cause: None,
            trace: ids.trace_id(),
            at: Timestamp(at),
            wall: Timestamp(at),
            kind: EventKind::HttpRequest,
            target: "app".into(),
            summary: "GET /".into(),
            attempt: 1,
            depth: 0,
        }
    }

    #[test]
    fn outcome_and_calls_are_added_to_the_entry_of_the_event() {
        let (journal, ids) = (Journal::default(), Ids::from_seed(1));
        let events = [event(&ids, 1), event(&ids, 1), event(&ids, 2)];
        for event in &events {
            journal.append(event.clone());
        }
        let call = ServiceCall { binding: "KV".into(), operation: "get".into(), took: Duration::ZERO, error: None };
        journal.call(events[1].id, call);
        journal.finish(events[1].id, Outcome::Ok, Duration::from_millis(3));
        let entries = journal.newest(2);
        assert_eq!(entries[0].event.id, events[1].id);
        assert_eq!((entries[0].outcome.clone(), entries[0].calls.len()), (Some(Outcome::Ok), 1));
        assert_eq!(entries[1].outcome, None);
    }

    #[test]
    fn an_event_hands_down_its_trace_and_depth() {
        let (journal, ids) = (Journal::default(), Ids::from_seed(1));
        let first = Event { depth: 3, ..event(&ids, 1) };
        journal.append(first.clone());
        assert_eq!(journal.lineage(first.id), Some(Lineage { trace: first.trace, depth: 3 }));
        assert_eq!(journal.lineage(event(&ids, 2).id), None);
    }

    #[test]
    fn the_ring_is_bounded() {
        let (journal, ids) = (Journal::default(), Ids::from_seed(1));
        for at in 0..=CAPACITY as u64 {
            journal.append(event(&ids, at));
        }
        assert_eq!(journal.newest(usize::MAX).len(), CAPACITY);
        assert_eq!(journal.newest(usize::MAX)[0].event.at, Timestamp(1));
    }
}
