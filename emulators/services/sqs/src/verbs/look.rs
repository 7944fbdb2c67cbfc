//! Looking without touching.

use greenroom_aws_wire::ApiError;

use crate::key::QueueKey;
use crate::message::Received;
use crate::service::Queues;
use crate::store::{Change, key};
use crate::verbs::receive::shown;

/// A queue, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// Its name with where it is.
    pub key: QueueKey,
    /// The app whose template declares it.
    pub app: Option<String>,
    /// Messages that whoever asks gets.
    pub visible: usize,
    /// Messages that were received and not deleted.
    pub in_flight: usize,
    /// Messages that are not to be seen yet.
    pub delayed: usize,
    /// Where messages go that are received too often, and how often that is.
    pub dead_letter: Option<(QueueKey, u32)>,
}

impl Queues {
    /// An id that nothing else has.
    #[must_use]
    pub fn new_id(&self) -> String {
        greenroom_aws_wire::uuid(&self.inner.host)
    }

    /// Whether there is such a queue.
    #[must_use]
    pub fn exists(&self, which: &QueueKey) -> bool {
        self.inner.lock().id(which).is_some()
    }

    /// The queues of an account in a region whose names begin so, in the order of their names.
    #[must_use]
    pub fn list(&self, account: &str, region: &str, prefix: &str) -> Vec<QueueKey> {
        let state = self.inner.lock();
        let is_meant = |key: &&QueueKey| key.account == account && key.region == region && key.name.starts_with(prefix);
        state.all().map(|queue| &*queue.key).filter(is_meant).cloned().collect()
    }

    /// The queues whose messages are given up to this one.
    ///
    /// # Errors
    /// No such queue.
    pub fn sources(&self, of: &QueueKey) -> Result<Vec<QueueKey>, ApiError> {
        let mut state = self.inner.lock();
        self.inner.find(&mut state, of)?;
        let is_source = |queue: &&crate::queue::Queue| queue.settings.redrive.as_ref().is_some_and(|redrive| redrive.target == *of);
        Ok(state.all().filter(is_source).map(|queue| (*queue.key).clone()).collect())
    }

    /// All queues, for people.
    #[must_use]
    pub fn overview(&self) -> Vec<Overview> {
        let mut state = self.inner.lock();
        let ids: Vec<u32> = state.all().map(|queue| queue.id).collect();
        for id in ids {
            self.inner.current(&mut state, id);
        }
        let of = |queue: &crate::queue::Queue| {
            let counts = queue.index.counts();
            Overview {
                key: (*queue.key).clone(),
                app: queue.app.clone(),
                visible: counts.visible,
                in_flight: counts.in_flight,
                delayed: counts.delayed,
                dead_letter: queue.settings.redrive.as_ref().map(|redrive| (redrive.target.clone(), redrive.most)),
            }
        };
        state.all().map(of).collect()
    }

    /// The first messages of a queue, whether or not they are to be seen. Nothing happens to them.
    ///
    /// # Errors
    /// No such queue; a disk that cannot be read.
    pub async fn peek(&self, at: &QueueKey, most: usize) -> Result<Vec<Received>, ApiError> {
        let read = {
            let mut state = self.inner.lock();
            let queue = self.inner.find(&mut state, at)?;
            let id = queue.id;
            let rows: Vec<_> = queue.index.rows().take(most).map(|(number, row)| (number, *row)).collect();
            let changes = rows.iter().map(|(number, _)| Change::Read(key(id, *number))).collect();
            self.inner.submit(&state, changes, false, move |_, state, result| {
                let contents = result?;
                let Some(queue) = state.queue(id) else { return Ok(Vec::new()) };
                Ok::<_, crate::error::Fault>(
                    rows.iter().zip(contents).map(|((number, row), content)| shown(queue, *number, row, content)).collect(),
                )
            })
        };
        Ok(read.await??)
    }
}
