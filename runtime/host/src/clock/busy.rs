//! What is in flight: work that time does not gate. Time is not moved on while there is any.

use std::borrow::Cow;
use std::future::Future;
use std::sync::Arc;

use super::{Clock, Shared};

/// What something is called where people read it.
pub type Label = Cow<'static, str>;

tokio::task_local! {
    /// The work that the running task is part of.
    static SCOPE: Arc<Busy>;
}

/// A piece of work in flight, from its making until it is dropped.
pub struct Busy {
    shared: Arc<Shared>,
    id: u64,
    label: Label,
}

impl Busy {
    pub(super) fn new(shared: &Arc<Shared>, label: Label) -> Self {
        let id = shared.next();
        let busy = Self { shared: Arc::clone(shared), id, label };
        busy.enter();
        busy
    }

    fn enter(&self) {
        self.shared.lock().busy.insert(self.id, self.label.clone());
    }

    fn leave(&self) {
        self.shared.lock().busy.remove(&self.id);
        self.shared.settled.notify_waiters();
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.leave();
    }
}

/// A pause of the running task's work: it waits for time, or for somebody who is asked separately whether he is busy.
pub(super) struct Pause(Arc<Busy>);

impl Pause {
    /// Pauses the work that the running task is part of, if there is any.
    pub(super) fn of_task() -> Option<Self> {
        let scope = SCOPE.try_with(Arc::clone).ok()?;
        scope.leave();
        Some(Self(scope))
    }
}

impl Drop for Pause {
    fn drop(&mut self) {
        self.0.enter();
    }
}

impl Clock {
    /// Something is in flight until the guard is dropped.
    #[must_use]
    pub fn busy(&self, label: impl Into<Label>) -> Busy {
        Busy::new(&self.shared, label.into())
    }

    /// Runs `work`, which is in flight until it is over, except while it waits for this clock or inside [`Clock::waiting`].
    pub async fn in_flight<T>(&self, label: impl Into<Label>, work: impl Future<Output = T>) -> T {
        let scope = Arc::new(Busy::new(&self.shared, label.into()));
        SCOPE.scope(scope, work).await
    }

    /// Waits for `other`, which is not in flight by itself: a guest's answer, since guests are asked whether they are quiet, or a client.
    pub async fn waiting<T>(other: impl Future<Output = T>) -> T {
        let _pause = Pause::of_task();
        other.await
    }
}

impl Shared {
    /// What is in flight, in the order in which it began.
    pub(super) fn in_flight(&self) -> Vec<Label> {
        self.lock().busy.values().cloned().collect()
    }
}
