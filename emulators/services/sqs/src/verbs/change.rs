//! Changing what is kept of a queue.

use futures::FutureExt;
use futures::future::BoxFuture;
use greenroom_aws_wire::ApiError;

use crate::key::QueueKey;
use crate::queue::{Attributes, Queue};
use crate::service::Queues;
use crate::state::State;

/// What of a queue can be changed.
struct Kept {
    attributes: Attributes,
    tags: Attributes,
    modified: u64,
    app: Option<String>,
}

impl Kept {
    fn of(queue: &Queue) -> Self {
        Self { attributes: queue.attributes.clone(), tags: queue.tags.clone(), modified: queue.modified, app: queue.app.clone() }
    }

    fn put_back(self, queue: &mut Queue) {
        queue.set(self.attributes);
        (queue.tags, queue.modified, queue.app) = (self.tags, self.modified, self.app);
    }
}

impl Queues {
    /// Lets `change` change a queue; what it refuses, or the disk does, leaves all as it was.
    pub(super) fn change_queue(
        &self,
        which: &QueueKey,
        check: impl FnOnce(&mut State) -> Result<(), ApiError>,
        change: impl FnOnce(&mut Queue) -> Result<(), ApiError>,
    ) -> Result<BoxFuture<'static, Result<(), ApiError>>, ApiError> {
        let mut state = self.inner.lock();
        let id = self.inner.find(&mut state, which)?.id;
        check(&mut state)?;
        let Some(queue) = state.queue(id) else { return Err(crate::error::no_queue()) };
        let before = Kept::of(queue);
        if let Err(error) = change(queue) {
            before.put_back(queue);
            return Err(error);
        }
        let changes = vec![queue.kept()];
        let write = self.inner.submit(&state, changes, true, move |_, state, result| {
            if let (Err(_), Some(queue)) = (&result, state.queue(id)) {
                before.put_back(queue);
            }
            result.map(|_| ())
        });
        Ok(async move { Ok(write.await??) }.boxed())
    }
}
