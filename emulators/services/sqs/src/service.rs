//! The service: queues in memory, what is written of them, and who is told of what.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::FutureExt;
use futures::future::BoxFuture;
use greenroom_aws_wire::{ApiError, Service, Tabled};
use greenroom_host::storage::Recipe;
use greenroom_host::{Diagnostic, Host};
use tokio::sync::oneshot;

use crate::due::{Due, Timer};
use crate::error::{Fault, no_queue};
use crate::faults::SQS;
use crate::journal::APP;
use crate::key::QueueKey;
use crate::queue::Queue;
use crate::state::State;
use crate::store::{Change, Committer, Content, Job, MIGRATIONS, Range, SWEPT, load};
use crate::verbs::Make;
use crate::wait::Wake;
use crate::{model, ops};

/// The queues of a run. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Queues {
    pub(crate) inner: Arc<Inner>,
}

/// What is behind the handle.
pub(crate) struct Inner {
    pub(crate) host: Host,
    state: Arc<Mutex<State>>,
    committer: Committer,
    timer: Arc<Timer>,
    /// What templates declare, by app.
    pub(crate) declared: Mutex<BTreeMap<String, Vec<Make>>>,
    #[cfg(test)]
    pub(crate) storage: greenroom_host::storage::Storage,
}

impl Queues {
    /// The queues on `host`, with what a run before this one has left.
    ///
    /// To be called where tasks can be spawned.
    ///
    /// # Errors
    /// State that cannot be opened.
    pub fn open(host: Host) -> Result<Self, Diagnostic> {
        let state = Arc::new(Mutex::new(State::default()));
        let (generation, timer) = (Arc::new(AtomicU64::new(0)), Arc::new(Timer::default()));
        let recipe = {
            let (state, generation, timer, clock) = (Arc::clone(&state), Arc::clone(&generation), Arc::clone(&timer), host.clock.clone());
            Recipe::ours(MIGRATIONS).with_setup(move |connection| {
                let loaded = load(connection)?;
                let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
                state.swap(loaded, generation.fetch_add(1, Ordering::SeqCst) + 1);
                timer.changed(clock.busy("sqs: queues are read"));
                Ok(())
            })
        };
        let storage = host.storage("sqs", "queues", recipe)?;
        let committer = Committer::start(storage.clone(), generation);
        let inner = Arc::new(Inner {
            host,
            state,
            committer,
            timer,
            declared: Mutex::default(),
            #[cfg(test)]
            storage,
        });
        Timer::run(&inner.timer, &inner);
        inner.host.faults.know_too(APP, &SQS, Vec::new());
        Ok(Self { inner })
    }

    /// The service behind an endpoint.
    #[must_use]
    pub fn served(&self) -> Arc<dyn Service> {
        Arc::new(Tabled { state: Arc::new(self.clone()), model: model::read(), table: ops::OPERATIONS, page: |_, _, _| None })
    }
}

impl Inner {
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Now, in milliseconds.
    pub(crate) fn now(&self) -> u64 {
        self.host.clock.now().0
    }

    /// The queue `key` as it is now.
    ///
    /// # Errors
    /// No such queue.
    pub(crate) fn find<'a>(self: &Arc<Self>, state: &'a mut State, key: &QueueKey) -> Result<&'a mut Queue, ApiError> {
        let id = state.id(key).ok_or_else(no_queue)?;
        self.current(state, id);
        state.queue(id).ok_or_else(no_queue)
    }

    /// Brings a queue to now.
    pub(crate) fn current(self: &Arc<Self>, state: &mut State, id: u32) {
        if state.swapped {
            return;
        }
        let now = self.now();
        let Some(queue) = state.queue(id) else { return };
        let (shown, expired) = queue.catch_up(now);
        let forgotten = queue.dedup.forget(now);
        let mut changes: Vec<Change> = expired.into_iter().map(|number| Change::Drop(crate::store::key(id, number))).collect();
        changes.extend(forgotten.map(|until| Change::Forget { queue: id, until }));
        if !changes.is_empty() {
            // What has expired does so again where this is lost.
            drop(self.submit(state, changes, false, |_, _, _| ()));
        }
        if shown {
            self.settle(state, id);
        } else {
            self.reschedule(state, id);
        }
    }

    /// Completes when the swap that the state came with is over, that of the clock included: until then the storage stands still.
    pub(crate) async fn settled(self: &Arc<Self>) {
        let (generation, nothing) = {
            let state = self.lock();
            if !state.swapped {
                return;
            }
            (state.generation, self.submit(&state, Vec::new(), false, |_, _, _| ()))
        };
        drop(nothing.await);
        let mut state = self.lock();
        state.swapped &= state.generation != generation;
    }

    /// Hands in changes. What is done with `state` because of them is done by `after`, whether or not anyone still waits for the answer.
    ///
    /// The state is locked so that changes are handed in in the order in which they were thought of.
    pub(crate) fn submit<T: Send + 'static>(
        self: &Arc<Self>,
        state: &State,
        changes: Vec<Change>,
        durable: bool,
        after: impl FnOnce(&Arc<Self>, &mut State, Result<Vec<Content>, Fault>) -> T + Send + 'static,
    ) -> BoxFuture<'static, Result<T, ApiError>> {
        let (reply, answer) = oneshot::channel();
        let (inner, generation) = (Arc::downgrade(self), state.generation);
        let done = move |result: Result<Vec<Content>, Fault>| {
            let Some(inner) = inner.upgrade() else { return };
            let mut state = inner.lock();
            // What was known then is gone where the state is another now.
            if state.generation == generation {
                let value = after(&inner, &mut state, result);
                drop(state);
                let _ = reply.send(Ok(value));
            } else {
                drop(state);
                let _ = reply.send(Err(Fault::swapped()));
            }
        };
        let busy = self.host.clock.busy("sqs: messages are written");
        self.committer.submit(Job { generation, changes, durable, busy, done: Box::new(done) });
        async move { answer.await.unwrap_or_else(|_| Err(Fault::swapped())).map_err(ApiError::from) }.boxed()
    }

    /// Tells of what has become visible in a queue, and the timer of when more will.
    pub(crate) fn settle(self: &Arc<Self>, state: &mut State, id: u32) {
        let Some(queue) = state.queue(id) else { return };
        if queue.index.next().is_some() && queue.waiters.any() {
            let busy = self.host.clock.busy("sqs: a receive is woken");
            queue.waiters.wake(Wake::new(busy, Arc::downgrade(self), id));
        }
        self.reschedule(state, id);
    }

    /// Tells the timer when something of a queue is due.
    fn reschedule(&self, state: &mut State, id: u32) {
        let Some(queue) = state.queue(id) else { return };
        let due = queue.index.next_due();
        if queue.timer != due {
            let before = std::mem::replace(&mut queue.timer, due);
            self.due(state, Due::Queue(id), before, due);
        }
    }

    /// The timer is to look at `what` at another time.
    pub(crate) fn due(&self, state: &mut State, what: Due, before: Option<u64>, after: Option<u64>) {
        let first = state.due.first().copied();
        if let Some(before) = before {
            state.due.remove(&(before, what));
        }
        if let Some(after) = after {
            state.due.insert((after, what));
        }
        if state.due.first().copied() != first {
            self.timer.changed(self.host.clock.busy("sqs: what is due is found out"));
        }
    }

    /// Wakes one who waits for the queue, if there is something.
    pub(crate) fn wake(self: &Arc<Self>, id: u32) {
        let mut state = self.lock();
        self.settle(&mut state, id);
    }

    /// Takes away messages that belong to nobody, piece by piece.
    pub(crate) fn sweep(self: &Arc<Self>, state: &State, range: Range) {
        let Range { from, to, count } = range;
        let swept = self.submit(state, vec![Change::Sweep(from, to)], false, move |inner, state, result| {
            if result.is_ok() && count > SWEPT {
                inner.sweep(state, Range { count: count - SWEPT, ..range });
            }
        });
        drop(swept);
    }
}

/// What the timer looks at, soonest first.
pub(crate) type Calendar = BTreeSet<(u64, Due)>;
