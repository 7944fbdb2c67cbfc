//! The journal: every event is appended before it is delivered, and what becomes of it is added as it is known.
//!
//! Whoever makes events happen only puts messages into a list ([`message`]). A thread takes them out a few hundred times a second at most,
//! keeps what is not over in memory, and writes lines ([`store`], [`segment`]): one for the event, one for its end. An index of small rows
//! ([`index`]) answers readers ([`read`]), who apply first what waits in the list, so that they miss nothing. The part of it that is about a
//! segment is kept in a file beside that ([`saved`]), for the next run ([`folder`]). The whole is bounded by size and age: the oldest segment
//! goes.

mod entry;
mod folder;
mod index;
mod lineage;
mod message;
mod query;
mod read;
mod saved;
mod segment;
mod store;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::watch;

use crate::diagnostic::Diagnostic;
use crate::event::{Answer, Captured, Event, Outcome};
use crate::ids::{EventId, TraceId};

pub use entry::{Ending, Entry, LogLine, ServiceCall};
pub use index::RUNNING;
pub use lineage::Lineage;
use lineage::Lineages;
use message::{Message, What};
pub use query::{Page, Query};
pub use store::Bounds;
use store::Store;

/// How long the thread lets messages gather after the first: waking it for each would cost as much as a request does.
const GATHER: Duration = Duration::from_millis(4);
/// How many messages may wait where there is no thread, or it does not keep up: then who makes them takes them out.
const WAITING: usize = 65_536;
/// The same without a thread.
const WAITING_ALONE: usize = 256;
/// The bounds of a journal in memory.
const IN_MEMORY: Bounds = Bounds { size: 16 * 1024 * 1024, age: None };

/// The journal. Cheap to clone; all clones are one journal.
#[derive(Clone)]
pub struct Journal {
    shared: Arc<Shared>,
}

type Report = Box<dyn Fn(Diagnostic) + Send + Sync>;

struct Shared {
    waiting: Arc<Waiting>,
    store: Mutex<Store>,
    order: AtomicU64,
    /// How many events have ended.
    position: watch::Sender<u64>,
    report: Option<Report>,
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.inbox().closed = true;
        self.waiting.filled.notify_one();
    }
}

/// What waits to be written down. The thread has it for itself, so that it keeps no journal alive.
#[derive(Default)]
struct Waiting {
    inbox: Mutex<Inbox>,
    /// Wakes the thread.
    filled: Condvar,
}

#[derive(Default)]
struct Inbox {
    messages: Vec<Message>,
    lineages: Lineages,
    /// A thread takes messages out.
    served: bool,
    /// It waits for the first.
    idle: bool,
    /// There is no journal any more.
    closed: bool,
}

impl Default for Journal {
    /// In memory, without a thread: readers and every few hundredth message do its work.
    fn default() -> Self {
        Self::with(Store::memory(IN_MEMORY), None)
    }
}

impl Journal {
    /// A journal in memory; without `bounds`, of the usual size.
    ///
    /// # Errors
    /// When there is no thread for it.
    pub fn in_memory(bounds: Option<Bounds>) -> Result<Self, Diagnostic> {
        Self::with(Store::memory(bounds.unwrap_or(IN_MEMORY)), None).served()
    }

    /// A journal in `folder`, going on with what is there; it is made when there is something to write. `report` is told what there is to
    /// say about it: a crash that cut it off, another run that has it, a disk that takes no more.
    ///
    /// # Errors
    /// When there is no thread for it.
    pub fn open(folder: &Path, bounds: Bounds, report: impl Fn(Diagnostic) + Send + Sync + 'static) -> Result<Self, Diagnostic> {
        Self::with(Store::folder(folder, bounds), Some(Box::new(report))).served()
    }

    fn with(store: Store, report: Option<Report>) -> Self {
        let shared =
            Shared { waiting: Arc::default(), store: Mutex::new(store), order: AtomicU64::new(0), position: watch::channel(0).0, report };
        Self { shared: Arc::new(shared) }
    }

    fn served(self) -> Result<Self, Diagnostic> {
        let (waiting, shared) = (Arc::clone(&self.shared.waiting), Arc::downgrade(&self.shared));
        self.shared.inbox().served = true;
        std::thread::Builder::new()
            .name("journal".to_owned())
            .stack_size(512 * 1024)
            .spawn(move || serve(&waiting, &shared))
            .map_err(|error| Diagnostic::error(format!("no thread for the journal: {error}")))?;
        Ok(self)
    }

    /// Appends an event: to be called before it is delivered.
    pub fn append(&self, event: Event) {
        self.tell(event.id, What::Append(Box::new(event)));
    }

    /// The body of what came with event `id`, once it is over. This and everything below is ignored where nothing is kept of the event
    /// any more.
    pub fn body(&self, id: EventId, body: Captured) {
        self.tell(id, What::Body(body));
    }

    /// Records a service call under the invocation of event `id`.
    pub fn call(&self, id: EventId, call: ServiceCall) {
        self.tell(id, What::Call(Box::new(call)));
    }

    /// Records a line that the code wrote.
    pub fn log(&self, id: EventId, line: LogLine) {
        self.tell(id, What::Log(line));
    }

    /// Records a fault that was applied to the event itself.
    pub fn fault(&self, id: EventId, fault: String) {
        self.tell(id, What::Fault(fault));
    }

    /// Records what the code answered.
    pub fn answered(&self, id: EventId, answer: Answer) {
        self.tell(id, What::Answered(Box::new(answer)));
    }

    /// The body of the answer, once it is over.
    pub fn answer_body(&self, id: EventId, body: Captured) {
        self.tell(id, What::AnswerBody(body));
    }

    /// Records how long the event waited for a guest to be loaded.
    pub fn cold(&self, id: EventId, waited: Duration) {
        self.tell(id, What::Cold(waited));
    }

    /// Records how the event ended, and how long it took. What its invocation does from there on is recorded still.
    pub fn finish(&self, id: EventId, outcome: Outcome, took: Duration) {
        self.tell(id, What::Finish(outcome, took));
    }

    /// Nothing of the event's invocation runs any more; with the CPU time that it used, where that was measured.
    pub fn over(&self, id: EventId, cpu: Option<Duration>) {
        self.tell(id, What::Over(cpu));
    }

    /// A number that is greater than all that this gave before: for calls to be kept in the order in which they began, whatever the
    /// order in which they end.
    #[must_use]
    pub fn order(&self) -> u64 {
        self.shared.order.fetch_add(1, Ordering::Relaxed)
    }

    /// The newest event of this run.
    #[must_use]
    pub fn newest(&self) -> Option<EventId> {
        self.current().newest()
    }

    /// What event `id` hands down; none if it is over and long past.
    #[must_use]
    pub fn lineage(&self, id: EventId) -> Option<Lineage> {
        let known = self.shared.inbox().lineages.of(id);
        known.or_else(|| self.current().lineage(id))
    }

    /// The newest events that `query` means, at most `most`; from before the event `before` on where that is given.
    #[must_use]
    pub fn list(&self, query: &Query, before: Option<EventId>, most: usize) -> Page {
        self.read(|store| store.list(query, before, most))
    }

    /// One event.
    #[must_use]
    pub fn find(&self, id: EventId) -> Option<Entry> {
        self.read(|store| store.find(id))
    }

    /// The events of a trace, oldest first.
    #[must_use]
    pub fn trace(&self, trace: TraceId) -> Vec<Entry> {
        self.read(|store| store.trace(trace))
    }

    /// The event `id` and everything that it caused, oldest first.
    #[must_use]
    pub fn chain(&self, id: EventId) -> Vec<Entry> {
        self.read(|store| store.chain(id))
    }

    /// How many events have ended in this run: where a reader is who wants to see what ends from here on.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.current().position()
    }

    /// What `query` means of that which ended after `position`, in the order in which it did, at most `most`; with the position of
    /// what comes next.
    #[must_use]
    pub fn ended_since(&self, position: u64, query: &Query, most: usize) -> (Vec<Entry>, u64) {
        self.current().ended_since(position, query, most)
    }

    /// Tells of every change of [`Journal::position`].
    #[must_use]
    pub fn follow(&self) -> watch::Receiver<u64> {
        self.shared.position.subscribe()
    }

    /// Writes down everything that has an outcome: to be called before the program ends.
    pub fn flush(&self) {
        self.current().close_all();
    }

    fn tell(&self, id: EventId, what: What) {
        let mut inbox = self.shared.inbox();
        if let What::Append(event) = &what {
            inbox.lineages.add(event);
        }
        inbox.messages.push(Message { id, what });
        if std::mem::take(&mut inbox.idle) {
            self.shared.waiting.filled.notify_one();
        }
        let most = if inbox.served { WAITING } else { WAITING_ALONE };
        if inbox.messages.len() >= most {
            drop(inbox);
            drop(self.current());
        }
    }

    /// What a reader gets of the store. What that brings to light is said at once.
    fn read<T>(&self, reader: impl FnOnce(&mut Store) -> T) -> T {
        let mut store = self.current();
        let found = reader(&mut store);
        self.shared.say(&mut store);
        found
    }

    /// The store, with everything in it that has been told.
    fn current(&self) -> MutexGuard<'_, Store> {
        self.shared.apply()
    }
}

impl Waiting {
    fn inbox(&self) -> MutexGuard<'_, Inbox> {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    fn inbox(&self) -> MutexGuard<'_, Inbox> {
        self.waiting.inbox()
    }

    fn apply(&self) -> MutexGuard<'_, Store> {
        // The store first: messages are applied in the order in which they came, whoever takes them out.
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        let messages = std::mem::take(&mut self.inbox().messages);
        if !messages.is_empty() {
            let before = store.position();
            store.apply(messages.into_iter());
            let position = store.position();
            if position != before {
                self.position.send_replace(position);
            }
        }
        self.say(&mut store);
        store
    }

    /// Reports what went wrong.
    fn say(&self, store: &mut Store) {
        for problem in store.take_problems() {
            if let Some(report) = &self.report {
                report(problem);
            }
        }
    }
}

/// Takes messages out until the journal is gone.
fn serve(waiting: &Waiting, shared: &Weak<Shared>) {
    if let Some(shared) = shared.upgrade() {
        shared.store.lock().unwrap_or_else(PoisonError::into_inner).look_in();
    }
    while let Some(shared) = shared.upgrade() {
        drop(shared.apply());
        drop(shared);
        let mut inbox = waiting.inbox();
        while inbox.messages.is_empty() && !inbox.closed {
            inbox.idle = true;
            inbox = waiting.filled.wait(inbox).unwrap_or_else(PoisonError::into_inner);
        }
        drop(inbox);
        gather();
    }
}

#[expect(clippy::disallowed_methods, reason = "real time: it is about how often a thread runs")]
fn gather() {
    std::thread::sleep(GATHER);
}
