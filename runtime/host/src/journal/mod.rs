//! The journal: every event is appended before it is delivered, and its outcome is added when it is known.
//!
//! It is a ring in memory, bounded by count. Readers (logs, traces, replay) take copies; nothing on the way of a request waits for them.

mod entry;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::event::{Answer, Captured, Event, Outcome, Payload};
use crate::ids::{EventId, TraceId};

pub use entry::{Ending, Entry, LogLine, ServiceCall};

/// How many entries are kept.
const CAPACITY: usize = 10_000;

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

/// The journal. Cheap to clone; all clones are one journal.
#[derive(Clone, Default)]
pub struct Journal {
    entries: Arc<Mutex<VecDeque<Entry>>>,
    order: Arc<AtomicU64>,
}

impl Journal {
    /// Appends an event: to be called before it is delivered. The oldest entry goes when the ring is full.
    pub fn append(&self, event: Event) {
        let mut entries = self.lock();
        if entries.len() == CAPACITY {
            entries.pop_front();
        }
        entries.push_back(Entry { event, ending: Ending::default() });
    }

    /// The body of what came with event `id`, once it is over. This and everything below is ignored where the entry has left the ring.
    pub fn body(&self, id: EventId, body: Captured) {
        self.with(id, |entry| match &mut entry.event.payload {
            Payload::Request(request) => request.body = Some(body),
            Payload::Call(call) => call.body = Some(body),
            Payload::None | Payload::Data(_) => {}
        });
    }

    /// Records a service call under the invocation of event `id`.
    pub fn call(&self, id: EventId, call: ServiceCall) {
        self.with(id, |entry| {
            let calls = &mut entry.ending.calls;
            let place = calls.iter().rposition(|before| before.order <= call.order).map_or(0, |before| before + 1);
            calls.insert(place, call);
        });
    }

    /// Records a line that the code wrote.
    pub fn log(&self, id: EventId, line: LogLine) {
        self.with(id, |entry| entry.ending.logs.push(line));
    }

    /// Records a fault that was applied to the event itself.
    pub fn fault(&self, id: EventId, fault: String) {
        self.with(id, |entry| entry.ending.faults.push(fault));
    }

    /// Records what the code answered.
    pub fn answered(&self, id: EventId, answer: Answer) {
        self.with(id, |entry| entry.ending.response = Some(answer));
    }

    /// The body of the answer, once it is over.
    pub fn answer_body(&self, id: EventId, body: Captured) {
        self.with(id, |entry| entry.ending.response.iter_mut().for_each(|answer| answer.body = Some(body.clone())));
    }

    /// Records how long the event waited for a guest to be loaded.
    pub fn cold(&self, id: EventId, waited: Duration) {
        self.with(id, |entry| entry.ending.cold = Some(waited));
    }

    /// Records how the event ended.
    pub fn finish(&self, id: EventId, outcome: Outcome, took: Duration) {
        self.with(id, |entry| {
            entry.ending.outcome = Some(outcome);
            entry.ending.took = Some(took);
        });
    }

    /// Nothing of the event's invocation runs any more; with the CPU time that it used, where that was measured.
    pub fn over(&self, id: EventId, cpu: Option<Duration>) {
        self.with(id, |entry| entry.ending.cpu = cpu);
    }

    /// A number that is greater than all that this gave before: for calls to be kept in the order in which they began, whatever the
    /// order in which they end.
    #[must_use]
    pub fn order(&self) -> u64 {
        self.order.fetch_add(1, Ordering::Relaxed)
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
        let event = &entries.iter().rev().find(|entry| entry.event.id == id)?.event;
        Some(Lineage { app: Arc::clone(&event.target), trace: event.trace, depth: event.depth })
    }

    fn with(&self, id: EventId, change: impl FnOnce(&mut Entry)) {
        let mut entries = self.lock();
        // From the newest on, since what is asked for is mostly young. Ids are in order only while nobody moves the clock back.
        if let Some(entry) = entries.iter_mut().rev().find(|entry| entry.event.id == id) {
            change(entry);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock, Timestamp};
    use crate::event::{EventKind, Headers, Request, Text};
    use crate::host::Host;
    use crate::ids::Ids;
    use crate::limits::Profile;

    fn host() -> Host {
        Host::new(Clock::frozen(Timestamp(1)), Ids::from_seed(1), Profile::Off, None)
    }

    fn event(host: &Host) -> Event {
        Event::new(host, EventKind::HttpRequest, &"http".into(), &"app".into(), "GET /".into(), None)
    }

    fn call() -> ServiceCall {
        ServiceCall {
            service: "kv".into(),
            binding: "KV".into(),
            operation: "get".into(),
            resource: "id".into(),
            args: r#"{"key":"a"}"#.into(),
            sent: 11,
            received: 0,
            took: Duration::ZERO,
            error: None,
            faults: Vec::new(),
            order: 0,
        }
    }

    #[test]
    fn what_becomes_of_an_event_is_added_to_its_entry() {
        let host = host();
        let journal = host.journal.clone();
        let events = [event(&host), event(&host), event(&host)];
        for event in &events {
            journal.append(event.clone());
        }
        journal.call(events[1].id, ServiceCall { order: 5, ..call() });
        journal.call(events[1].id, ServiceCall { order: 4, operation: "put".into(), ..call() });
        journal.finish(events[1].id, Outcome::Ok, Duration::from_millis(3));
        let entries = journal.newest(2);
        assert_eq!(entries[0].event.id, events[1].id);
        assert_eq!(entries[0].ending.outcome, Some(Outcome::Ok));
        assert_eq!(entries[0].ending.calls.iter().map(|call| &*call.operation).collect::<Vec<_>>(), ["put", "get"]);
        assert_eq!(entries[1].ending.outcome, None);
    }

    #[test]
    fn an_entry_is_json_and_back() {
        let host = host();
        let request = Request {
            method: "POST".into(),
            url: "http://x/".into(),
            headers: Headers::new(vec![("a".into(), "b".into())]),
            extra: "{}".into(),
            entry: Text::default(),
            body: None,
        };
        let event = event(&host).carrying(Payload::Request(request));
        let id = event.id;
        host.journal.append(event);
        host.journal.body(id, Captured::of(&"body".into(), 10));
        host.journal.call(id, call());
        host.journal.log(id, LogLine { level: "info".into(), text: "said".into() });
        host.journal.answered(id, Answer { status: 201, headers: Headers::default(), body: None });
        host.journal.answer_body(id, Captured::of(&"answer".into(), 3));
        host.journal.cold(id, Duration::from_millis(1));
        host.journal.fault(id, "late".into());
        host.journal.finish(id, Outcome::error("no"), Duration::from_millis(3));
        host.journal.over(id, Some(Duration::from_micros(7)));
        let entry = host.journal.newest(1).remove(0);
        let json = serde_json::to_value(&entry).unwrap();
        assert_eq!((&json["at"], &json["payload"]["request"]["body"]["text"]), (&"1970-01-01T00:00:00.001Z".into(), &"body".into()));
        assert_eq!(json["response"]["body"], serde_json::json!({ "text": "ans", "size": 6 }));
        assert_eq!((&json["took_us"], &json["cpu_us"], &json["cold_us"]), (&3000.into(), &7.into(), &1000.into()));
        assert_eq!(serde_json::from_value::<Entry>(json).unwrap(), entry);
    }

    #[test]
    fn an_event_hands_down_its_trace_and_depth() {
        let host = host();
        let first = Event { depth: 3, ..event(&host) };
        host.journal.append(first.clone());
        assert_eq!(host.journal.lineage(first.id), Some(Lineage { app: "app".into(), trace: first.trace, depth: 3 }));
        let second = Event::new(&host, EventKind::ServiceCall, &"AUTH".into(), &"app".into(), "AUTH.f()".into(), Some(first.id));
        assert_eq!((second.cause, second.trace, second.depth), (Some(first.id), first.trace, 3));
        assert_eq!(host.journal.lineage(second.id), None);
    }

    #[test]
    fn the_ring_is_bounded() {
        let host = host();
        let events: Vec<_> = (0..=CAPACITY).map(|_| event(&host)).collect();
        for event in &events {
            host.journal.append(event.clone());
        }
        assert_eq!(host.journal.newest(usize::MAX).len(), CAPACITY);
        assert_eq!(host.journal.newest(usize::MAX)[0].event.id, events[1].id);
    }
}
