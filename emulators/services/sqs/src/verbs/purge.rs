//! Purging.

use greenroom_aws_wire::ApiError;

use crate::key::QueueKey;
use crate::queue::Index;
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
            let before = (queue.purged, queue.purged_at);
            let index = std::mem::replace(&mut queue.index, Index::new(which.is_fifo()));
            (queue.purged, queue.purged_at) = (queue.newest(), Some(now));
            let dedup = std::mem::take(&mut queue.dedup);
            queue.attempts.clear();
            let count = index.rows().count();
            let range = Range { from: key(id, 0), to: key(id, queue.purged), count };
            let changes = vec![queue.kept(), Change::Forget { queue: id, until: now }];
            self.inner.settle(&mut state, id);
            self.inner.submit(&state, changes, true, move |inner, state, result| {
                match (&result, state.queue(id)) {
                    (Ok(_), _) => inner.sweep(state, range),
                    (Err(_), Some(queue)) => {
                        (queue.purged, queue.purged_at) = before;
                        queue.index = index;
                        queue.dedup.put_back(dedup);
                        inner.settle(state, id);
                    }
                    (Err(_), None) => {}
                }
                result.map(|_| count)
            })
        };
        Ok(write.await??)
    }
}
