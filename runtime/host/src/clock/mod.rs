//! The one clock. Every due thing in the program asks it, so that time can be frozen and moved for all of them at once.
//!
//! `due.rs` keeps what waits for an instant, `busy.rs` what is in flight, `member.rs` says what guests have to do with it, `advance.rs`
//! moves a frozen clock from due thing to due thing.

mod advance;
mod busy;
mod due;
mod member;
mod parse;
mod timestamp;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

pub use advance::{Advance, AdvanceError, Advanced, Bound, Ran, Stopped};
pub use busy::{Busy, Flight, Label};
pub use due::{Pending, Place};
pub use member::{Member, Stillness};
pub use timestamp::Timestamp;

/// The clock. Cheap to clone; all clones are one clock.
#[derive(Clone)]
pub struct Clock {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    /// Tells sleepers that time has begun to run or to stand.
    mode: tokio::sync::watch::Sender<()>,
    /// Tells whoever moves the clock that something is no longer in flight.
    settled: tokio::sync::Notify,
    /// Held by whoever moves the clock.
    moving: tokio::sync::Mutex<()>,
    started: std::time::Instant,
}

#[derive(Default)]
struct State {
    /// `Some` while time stands still.
    frozen: Option<Timestamp>,
    due: BTreeMap<(Timestamp, u64), due::Waiting>,
    busy: BTreeMap<u64, Flight>,
    members: Vec<Weak<dyn Member>>,
    last: u64,
}

impl Default for Clock {
    fn default() -> Self {
        Self::real()
    }
}

impl Clock {
    /// The wall clock.
    #[must_use]
    pub fn real() -> Self {
        Self::with(None)
    }

    /// A clock that stands at `at` until it is moved.
    #[must_use]
    pub fn frozen(at: Timestamp) -> Self {
        Self::with(Some(at))
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn with(frozen: Option<Timestamp>) -> Self {
        let state = Mutex::new(State { frozen, ..State::default() });
        let shared = Shared {
            state,
            mode: tokio::sync::watch::channel(()).0,
            settled: tokio::sync::Notify::new(),
            moving: tokio::sync::Mutex::default(),
            started: std::time::Instant::now(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// What time it is here.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.frozen_at().unwrap_or_else(Self::wall)
    }

    /// Where time stands still; none while it runs.
    #[must_use]
    pub fn frozen_at(&self) -> Option<Timestamp> {
        self.shared.lock().frozen
    }

    /// The machine's own time, whatever this clock says: for records of what really happened when.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn wall() -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }

    /// How long this clock has existed in real time: for measuring how long things took, never for deciding when they are due.
    #[must_use]
    pub fn uptime(&self) -> Duration {
        self.shared.started.elapsed()
    }

    /// Stops time where it is, or at `at`. What is due by then runs at once, in order. Returns where it stands.
    pub fn freeze(&self, at: Option<Timestamp>) -> Timestamp {
        let at = at.unwrap_or_else(|| self.now());
        self.set(Some(at));
        self.shared.mode.send_replace(());
        self.release_due();
        for member in self.members() {
            member.run_due();
        }
        at
    }

    /// Back to the wall clock.
    pub fn resume(&self) {
        self.set(None);
        self.shared.mode.send_replace(());
    }

    /// Tells of every freeze and resume, which may set time anywhere. Advancing is none: there everything that falls due runs.
    #[must_use]
    pub fn turns(&self) -> tokio::sync::watch::Receiver<()> {
        self.shared.mode.subscribe()
    }

    /// Counts `member` among those who follow the clock, for as long as it exists, and tells it the time.
    pub fn join(&self, member: &Arc<dyn Member>) {
        let mut state = self.shared.lock();
        state.members.retain(|member| member.strong_count() > 0);
        state.members.push(Arc::downgrade(member));
        let frozen = state.frozen;
        drop(state);
        if frozen.is_some() {
            member.set(frozen);
        }
    }

    fn members(&self) -> Vec<Arc<dyn Member>> {
        self.shared.lock().members.iter().filter_map(Weak::upgrade).collect()
    }

    /// Sets the time for all. Nothing that is due runs because of it.
    fn set(&self, frozen: Option<Timestamp>) {
        self.shared.lock().frozen = frozen;
        for member in self.members() {
            member.set(frozen);
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self) -> u64 {
        let mut state = self.lock();
        state.last += 1;
        state.last
    }
}
