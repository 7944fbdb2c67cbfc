//! What falls due: messages that are seen again, move tasks that go on. One thing sleeps for all of them, until the first.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use greenroom_host::{Busy, Clock, Timestamp};
use tokio::sync::Notify;

use crate::service::{Inner, Queues};

/// What there is to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Due {
    /// A queue, of which a message is seen.
    Queue(u32),
    /// A move task.
    Task(u64),
}

/// The one thing that sleeps.
#[derive(Default)]
pub(crate) struct Timer {
    changed: Notify,
    /// Time is not moved on until it sleeps for what is the first now.
    unseen: Mutex<Option<Busy>>,
}

impl Timer {
    /// What is due first is another thing now.
    pub(crate) fn changed(&self, busy: Busy) {
        *self.unseen.lock().unwrap_or_else(PoisonError::into_inner) = Some(busy);
        self.changed.notify_one();
    }

    fn seen(&self) -> Option<Busy> {
        self.unseen.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Starts it, for as long as the service is there.
    pub(crate) fn run(timer: &Arc<Self>, inner: &Arc<Inner>) {
        let (timer, clock, inner) = (Arc::clone(timer), inner.host.clock.clone(), Arc::downgrade(inner));
        tokio::spawn(async move {
            let mut seen = 0;
            while let Some(service) = inner.upgrade() {
                let generation = service.lock().generation;
                if std::mem::replace(&mut seen, generation) != generation {
                    service.settled().await;
                    Queues { inner: Arc::clone(&service) }.declare_again().await;
                }
                let first = first(&service);
                drop(service);
                timer.sleep(&clock, &inner, first).await;
            }
        });
    }

    async fn sleep(&self, clock: &Clock, inner: &Weak<Inner>, first: Option<(u64, String)>) {
        let busy = self.seen();
        let Some((due, label)) = first else {
            drop(busy);
            return self.changed.notified().await;
        };
        let sleep = clock.sleep_until(Timestamp(due), label.clone());
        let woken = clock.in_flight(label, async {
            drop(busy);
            sleep.await
        });
        tokio::select! {
            biased;
            () = self.changed.notified() => {}
            _busy = woken => {
                if let Some(inner) = inner.upgrade() {
                    inner.run_due().await;
                }
            }
        }
    }
}

/// What is due first, if anything is, and when.
fn first(inner: &Arc<Inner>) -> Option<(u64, String)> {
    let mut state = inner.lock();
    for range in std::mem::take(&mut state.left) {
        inner.sweep(&state, range);
    }
    let (due, what) = state.due.first().copied()?;
    let label = match what {
        Due::Queue(id) => state.peek(id).map(|queue| format!("sqs {}: a message is seen", queue.key.name)),
        Due::Task(id) => state.tasks.get(&id).map(|task| format!("sqs {}: messages are moved", task.source.name)),
    };
    Some((due, label.unwrap_or_else(|| "sqs".to_owned())))
}

impl Inner {
    /// Does what is due.
    async fn run_due(self: &Arc<Self>) {
        let now = self.now();
        loop {
            let task = {
                let mut state = self.lock();
                if state.swapped {
                    return;
                }
                let Some((due, what)) = state.due.first().copied().filter(|(due, _)| *due <= now) else { return };
                match what {
                    Due::Queue(id) => {
                        self.current(&mut state, id);
                        self.settle(&mut state, id);
                        // Nothing may stay that is not looked at again: it would be due for ever.
                        state.due.remove(&(due, what));
                        None
                    }
                    Due::Task(id) => {
                        state.due.remove(&(due, what));
                        Some(id)
                    }
                }
            };
            if let Some(id) = task {
                self.go_on(id).await;
            }
        }
    }
}
