//! Waiting until there is something.

use greenroom_host::Busy;

use crate::key::QueueKey;
use crate::limits;
use crate::service::Queues;

impl Queues {
    /// Completes when the queue is there. While the guard is held time is not moved on.
    pub async fn appears(&self, at: &QueueKey) -> Busy {
        loop {
            let made = {
                let mut state = self.inner.lock();
                if state.id(at).is_some() {
                    return self.inner.host.clock.busy(format!("sqs {}: it is there", at.name));
                }
                state.next_made()
            };
            // Nothing comes where the state was swapped for another, which is looked at then.
            drop(made.await);
        }
    }

    /// Completes when receiving gives something: a message, or the refusal of a queue that is not there. At once, if it does already. While
    /// the guard is held time is not moved on.
    pub async fn ready(&self, at: &QueueKey) -> Busy {
        loop {
            let woken = {
                let mut state = self.inner.lock();
                let busy = || self.inner.host.clock.busy(format!("sqs {}: messages are taken", at.name));
                let Ok(queue) = self.inner.find(&mut state, at) else { return busy() };
                let in_flight = queue.index.counts().in_flight as u64;
                let full = self.inner.host.limits.refuses_beyond(&limits::IN_FLIGHT, in_flight + 1);
                if queue.index.next().is_some() && !full {
                    return busy();
                }
                queue.waiters.wait()
            };
            // Dropped as soon as it is here: others who wait look too.
            drop(woken.await);
        }
    }
}
