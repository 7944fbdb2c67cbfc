//! Waiting until there is something.

use greenroom_aws_wire::ApiError;
use greenroom_host::Busy;

use crate::key::QueueKey;
use crate::limits;
use crate::service::Queues;

impl Queues {
    /// Something is done here; time is not moved on while the guard is held.
    #[must_use]
    pub fn busy(&self, what: &'static str) -> Busy {
        self.inner.host.clock.busy(what)
    }

    /// Completes when a message may be received; at once, if one may already. While the guard is held time is not moved on.
    ///
    /// # Errors
    /// No such queue.
    pub async fn ready(&self, at: &QueueKey) -> Result<Busy, ApiError> {
        loop {
            let woken = {
                let mut state = self.inner.lock();
                let queue = self.inner.find(&mut state, at)?;
                let in_flight = queue.index.counts().in_flight as u64;
                let full = self.inner.host.limits.refuses_beyond(&limits::IN_FLIGHT, in_flight + 1);
                if queue.index.next().is_some() && !full {
                    return Ok(self.inner.host.clock.busy(format!("sqs {}: messages are taken", at.name)));
                }
                queue.waiters.wait()
            };
            // Dropped as soon as it is here: others who wait look too.
            drop(woken.await);
        }
    }
}
