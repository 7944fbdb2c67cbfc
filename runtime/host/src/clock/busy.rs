//! What is in flight: work that time does not gate. Time is not moved on while there is any.

use std::borrow::Cow;
use std::collections::HashSet;
use std::future::Future;
use std::sync::Arc;

use super::{Clock, Shared};

/// What something is called where people read it.
pub type Label = Cow<'static, str>;

/// A piece of work, and whom it waits for.
#[derive(Debug, Clone)]
pub struct Flight {
    label: Label,
    /// It waits for somebody outside of this program, who answers when he likes.
    outside: bool,
}

impl Flight {
    /// Work that waits for somebody outside of this program.
    pub fn outside(label: impl Into<Label>) -> Self {
        Self { label: label.into(), outside: true }
    }

    /// The same with the name of whoever does it.
    #[must_use]
    pub fn named(self, who: &str) -> Self {
        Self { label: format!("{who}: {}", self.label).into(), ..self }
    }
}

impl<L: Into<Label>> From<L> for Flight {
    fn from(label: L) -> Self {
        Self { label: label.into(), outside: false }
    }
}

/// Work that time no longer waits for.
#[derive(Default)]
pub(super) struct LeftBehind {
    ids: HashSet<u64>,
    /// What it is called, in the order in which it was left.
    pub(super) labels: Vec<String>,
}

tokio::task_local! {
    /// The work that the running task is part of.
    static SCOPE: Arc<Busy>;
}

/// A piece of work in flight, from its making until it is dropped.
pub struct Busy {
    shared: Arc<Shared>,
    id: u64,
    flight: Flight,
}

impl Busy {
    fn new(shared: &Arc<Shared>, flight: Flight) -> Self {
        let id = shared.next();
        let busy = Self { shared: Arc::clone(shared), id, flight };
        busy.enter();
        busy
    }

    fn enter(&self) {
        self.shared.lock().busy.insert(self.id, self.flight.clone());
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
        Busy::new(&self.shared, label.into().into())
    }

    /// Runs `work`, which is in flight until it is over, except while it waits for this clock or inside [`Clock::waiting`].
    pub async fn in_flight<T>(&self, flight: impl Into<Flight>, work: impl Future<Output = T>) -> T {
        let scope = Arc::new(Busy::new(&self.shared, flight.into()));
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
        self.lock().busy.values().map(|flight| flight.label.clone()).collect()
    }

    /// Whether something is in flight that has not been left behind.
    pub(super) fn is_busy(&self, left: &LeftBehind) -> bool {
        self.lock().busy.keys().any(|id| !left.ids.contains(id))
    }

    /// Leaves behind what waits for the outside. Whether that is anything new.
    pub(super) fn leave_behind(&self, left: &mut LeftBehind) -> bool {
        let before = left.ids.len();
        for (id, flight) in self.lock().busy.iter().filter(|(_, flight)| flight.outside) {
            if left.ids.insert(*id) {
                left.labels.push(flight.label.to_string());
            }
        }
        left.ids.len() > before
    }
}
