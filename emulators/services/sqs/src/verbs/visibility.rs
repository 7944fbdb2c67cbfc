//! Changing for how long nobody else sees a message.

use std::sync::Arc;

use greenroom_aws_wire::ApiError;

use crate::key::QueueKey;
use crate::queue::{Queue, Row, Standing};
use crate::receipt::Receipt;
use crate::service::{Inner, Queues};
use crate::store::{Change, key};
use crate::{error, limits};

impl Queues {
    /// From now on others do not see the messages for so many seconds. What is wrong with one of them is its own result.
    ///
    /// # Errors
    /// No such queue; a disk that takes nothing.
    pub async fn change_visibility(&self, of: &QueueKey, wanted: &[(String, i64)]) -> Result<Vec<Result<(), ApiError>>, ApiError> {
        let struck = self.strike("ChangeMessageVisibility", of).await?;
        let (write, results) = {
            let mut state = self.inner.lock();
            let now = self.inner.now();
            let queue = self.inner.find(&mut state, of)?;
            let id = queue.id;
            let (mut results, mut changed) = (Vec::with_capacity(wanted.len()), Vec::new());
            for (place, (handle, seconds)) in wanted.iter().enumerate() {
                let failed = struck.fails(place, wanted.len());
                let change = failed.map_or_else(|| changed_row(queue, handle, *seconds, now), Err);
                if let Ok((number, before, after)) = change {
                    queue.index.change(number, after);
                    changed.push((number, before, after));
                }
                results.push(change.map(|_| ()));
            }
            let changes = changed.iter().map(|(number, _, after)| Change::Received { key: key(id, *number), row: *after }).collect();
            self.inner.settle(&mut state, id);
            let write = self.inner.submit(&state, changes, false, move |inner: &Arc<Inner>, state, result| {
                let Err(fault) = result else { return Ok(()) };
                if let Some(queue) = state.queue(id) {
                    // One message may have been named twice.
                    for (number, before, _) in changed.into_iter().rev() {
                        queue.index.change(number, before);
                    }
                }
                inner.settle(state, id);
                Err(ApiError::from(fault))
            });
            (write, results)
        };
        write.await??;
        Ok(results)
    }
}

fn changed_row(queue: &Queue, handle: &str, seconds: i64, now: u64) -> Result<(u64, Row, Row), ApiError> {
    let wanted = u64::try_from(seconds).ok().filter(|seconds| *seconds <= limits::VISIBILITY);
    let Some(wanted) = wanted else {
        return Err(error::invalid_value(&seconds.to_string(), "VisibilityTimeout", "Must be between 0 and 43200, if provided."));
    };
    let Receipt { number, nonce } = Receipt::read(handle, queue.salt).ok_or_else(|| error::receipt(handle))?;
    // Standard queues take every handle of a message that is there, whoever has it now; FIFO queues that of the receive which still holds it.
    let is_held = |row: &Row| row.nonce == nonce && matches!(row.standing, Standing::InFlight(_));
    let row = queue.index.get(number).copied().filter(|row| !queue.settings.fifo || is_held(row));
    let row = row.ok_or_else(|| error::not_available(handle))?;
    let due = now + wanted * 1000;
    // From the latest receive on: AWS counts twelve hours "from the time that Amazon SQS receives the `ReceiveMessage` request", and has put
    // it so because "receives the message" was read as something earlier; an extension does not reset them.
    // <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html>,
    // <https://github.com/awsdocs/amazon-sqs-developer-guide/issues/25>, <https://github.com/aws/aws-sdk-net/issues/794>
    if due > row.last + limits::VISIBILITY * 1000 {
        let reason = "Total VisibilityTimeout for the message is beyond the limit [43200 seconds].";
        return Err(error::invalid_value(&seconds.to_string(), "VisibilityTimeout", reason));
    }
    let standing = if wanted == 0 { Standing::Visible } else { Standing::InFlight(due) };
    Ok((number, row, Row { standing, ..row }))
}
