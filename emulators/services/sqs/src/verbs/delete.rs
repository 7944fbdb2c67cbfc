//! Deleting messages.

use std::sync::Arc;

use greenroom_aws_wire::ApiError;
use greenroom_host::EventId;

use crate::error;
use crate::journal;
use crate::key::QueueKey;
use crate::queue::{Queue, Standing};
use crate::receipt::Receipt;
use crate::service::{Inner, Queues};
use crate::store::{Change, key};

impl Queues {
    /// Deletes the messages that receipt handles name, because of the event `cause`. What is wrong with one of them is its own result.
    ///
    /// # Errors
    /// No such queue; a disk that takes nothing: then none of them is deleted.
    pub async fn delete(&self, from: &QueueKey, handles: &[String], cause: Option<EventId>) -> Result<Vec<Result<(), ApiError>>, ApiError> {
        let struck = self.strike("DeleteMessage", from).await?;
        let (entry, write, results) = {
            let mut state = self.inner.lock();
            let queue = self.inner.find(&mut state, from)?;
            let id = queue.id;
            let entry = journal::Entry::delete(&self.inner.host, from, queue.app.as_deref(), handles.len(), cause);
            let (mut results, mut removed) = (Vec::with_capacity(handles.len()), Vec::new());
            entry.struck(&struck);
            for (place, handle) in handles.iter().enumerate() {
                let number = struck.fails(place, handles.len()).map_or_else(|| named(queue, handle), Err);
                if let Ok(Some(number)) = number
                    && let Some(row) = queue.index.get(number).copied()
                {
                    let moved = queue.index.was_moved(number, &row);
                    queue.index.remove(number);
                    removed.push((number, row, moved));
                }
                results.push(number.map(|_| ()));
            }
            let changes = removed.iter().map(|(number, ..)| Change::Drop(key(id, *number))).collect();
            self.inner.settle(&mut state, id);
            let write = self.inner.submit(&state, changes, true, move |inner: &Arc<Inner>, state, result| {
                let Some(queue) = state.queue(id) else { return Ok(()) };
                let Err(fault) = result else {
                    for (_, row, _) in &removed {
                        queue.index.forget(row.group);
                    }
                    return Ok(());
                };
                for (number, row, moved) in removed {
                    queue.put_back(number, row, moved);
                }
                inner.settle(state, id);
                Err(ApiError::from(fault))
            });
            (entry, write, results)
        };
        write.await??;
        entry.over(&results);
        Ok(results)
    }
}

/// The message that a handle names; none if it is gone, or was received again since.
fn named(queue: &Queue, handle: &str) -> Result<Option<u64>, ApiError> {
    let Receipt { number, nonce } = Receipt::read(handle, queue.salt).ok_or_else(|| error::receipt(handle))?;
    let Some(row) = queue.index.get(number) else { return Ok(None) };
    let is_last = row.nonce == nonce;
    if queue.settings.fifo && !(is_last && matches!(row.standing, Standing::InFlight(_))) {
        return Err(error::receipt_expired(handle));
    }
    Ok(is_last.then_some(number))
}
