//! Deleting queues.

use greenroom_aws_wire::ApiError;

use crate::error::no_queue;
use crate::key::QueueKey;
use crate::service::Queues;
use crate::store::{Change, Range, key};

impl Queues {
    /// Deletes a queue with all its messages.
    ///
    /// # Errors
    /// No such queue; a disk that takes nothing.
    pub async fn delete_queue(&self, which: &QueueKey) -> Result<(), ApiError> {
        let write = {
            let mut state = self.inner.lock();
            let id = state.id(which).ok_or_else(no_queue)?;
            let at = self.inner.now();
            // Whoever waits for a message of it finds out that it is gone.
            let queue = state.remove(id).ok_or_else(no_queue)?;
            state.deleted.insert(which.clone(), at);
            let changes = vec![Change::DropQueue { id, key: which.clone(), at }];
            let count = queue.index.rows().count();
            let (which, range) = (which.clone(), Range { from: key(id, 0), to: key(id, queue.newest()), count });
            self.inner.submit(&state, changes, true, move |inner, state, result| {
                match &result {
                    Ok(_) => inner.sweep(state, range),
                    Err(_) => {
                        state.deleted.remove(&which);
                        state.insert(queue);
                        inner.settle(state, id);
                    }
                }
                result.map(|_| ())
            })
        };
        Ok(write.await??)
    }
}
