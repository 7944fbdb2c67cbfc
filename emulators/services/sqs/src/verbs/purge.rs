//! Purging.

use greenroom_aws_wire::ApiError;

use crate::key::QueueKey;
use crate::service::Queues;
use crate::store::{Change, Range, key};
use crate::{error, limits};

impl Queues {
    /// Takes all messages out of a queue, which forgets that they were sent. Gives how many there were.
    ///
    /// # Errors
    /// No such queue, one that was purged a moment ago, a disk that takes nothing.
    pub async fn purge(&self, which: &QueueKey) -> Result<usize, ApiError> {
        let write = {
            let mut state = self.inner.lock();
            let now = self.inner.now();
            let queue = self.inner.find(&mut state, which)?;
            let id = queue.id;
            if queue.purged_at.is_some_and(|at| now < at + limits::PURGE) {
                return Err(error::purge_in_progress(&which.name));
            }
            // Until it is written no message is gone: where the disk takes nothing, all stays as it was.
            let before = (queue.purged, queue.purged_at);
            (queue.purged, queue.purged_at) = (queue.newest(), Some(now));
            let (from, to) = (key(id, 0), key(id, queue.purged));
            // What is sent from now on is not compared with what is about to go.
            let dedup = std::mem::take(&mut queue.dedup);
            let changes = vec![queue.kept(), Change::Forget { queue: id, until: now }];
            self.inner.submit(&state, changes, true, move |inner, state, result| {
                let Some(queue) = state.queue(id) else { return result.map(|_| 0) };
                if let Err(fault) = result {
                    (queue.purged, queue.purged_at) = before;
                    queue.dedup.put_back(dedup);
                    // Another change may have been written meanwhile, with what was to be.
                    let changes = vec![queue.kept()];
                    drop(inner.submit(state, changes, false, |_, _, _| ()));
                    return Err(fault);
                }
                let count = queue.empty();
                inner.settle(state, id);
                inner.sweep(state, Range { from, to, count });
                Ok(count)
            })
        };
        Ok(write.await??)
    }
}
