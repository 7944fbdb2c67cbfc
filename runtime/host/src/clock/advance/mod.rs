//! Moves a frozen clock: to the next due thing, run it, wait until nothing is in flight, and so on.

mod quiet;
mod run;

use std::time::Duration;

use serde::Serialize;

use super::{Clock, Timestamp};
use run::Run;

/// How far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advance {
    /// By so much.
    By(Duration),
    /// To this instant.
    To(Timestamp),
    /// To the next due thing, and no further than what is due at the same instant.
    Next,
}

/// When to give up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// After so many due things; timers without delay, which fall due at once, are counted too.
    pub count: u64,
    /// After so much real time in all.
    pub wall: Duration,
    /// After waiting so much real time for what is in flight at one instant.
    pub settle: Duration,
    /// What waits for the outside longer than `settle` is left behind, and time goes on; else the advance ends there.
    pub despite_outside: bool,
}

impl Default for Bound {
    fn default() -> Self {
        Self { count: 1_000_000, wall: Duration::from_secs(120), settle: Duration::from_secs(30), despite_outside: false }
    }
}

/// Things that ran, by label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ran {
    /// What.
    pub label: String,
    /// How often.
    pub count: u64,
    /// When first.
    pub first: Timestamp,
    /// When last.
    pub last: Timestamp,
}

/// Why an advance ended before it was where it was to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stopped {
    /// Too many due things: [`Bound::count`].
    Count,
    /// Too much real time: [`Bound::wall`] or [`Bound::settle`].
    Wall,
    /// The clock was frozen elsewhere, or resumed, meanwhile.
    Turned,
}

impl Stopped {
    /// As clients see it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Wall => "wall",
            Self::Turned => "turned",
        }
    }
}

/// What an advance did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Advanced {
    /// Where the clock stood.
    pub from: Timestamp,
    /// Where it stands.
    pub to: Timestamp,
    /// How many due things ran.
    pub count: u64,
    /// Which, in the order in which they first ran.
    pub ran: Vec<Ran>,
    /// Why it ended early; none where it did not.
    pub stopped: Option<Stopped>,
    /// What keeps things busy, where it ended early.
    pub busy: Vec<String>,
    /// What had no answer from the outside in time and was left behind.
    pub left: Vec<String>,
}

/// Why the clock was not moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AdvanceError {
    /// It runs.
    #[error("the clock runs with the machine's; only a frozen clock can be advanced")]
    Running,
    /// The instant is in the past.
    #[error("{} is before {}, where the clock stands; time does not go backwards", to.iso_8601(), now.iso_8601())]
    Backwards {
        /// Where it stands.
        now: Timestamp,
        /// Where it was to go.
        to: Timestamp,
    },
    /// Beyond what dates can say.
    #[error("that is beyond 9999-12-31T23:59:59.999Z, the last instant that this clock can show")]
    TooFar,
}

/// 9999-12-31T23:59:59.999Z: later dates have no form of four digits for the year.
const LAST: Timestamp = Timestamp(253_402_300_799_999);

impl Clock {
    /// Moves a frozen clock. Everything that falls due on the way runs, in order, one at a time, each until nothing is in flight. Calls that
    /// come meanwhile wait for their turn.
    ///
    /// # Errors
    /// Why the clock stays where it is.
    pub async fn advance(&self, how: Advance, bound: Bound) -> Result<Advanced, AdvanceError> {
        let _turn = self.shared.moving.lock().await;
        let from = self.frozen_at().ok_or(AdvanceError::Running)?;
        let target = match how {
            Advance::By(duration) => Some(from + duration),
            Advance::To(to) if to < from => return Err(AdvanceError::Backwards { now: from, to }),
            Advance::To(to) => Some(to),
            Advance::Next => None,
        };
        if target.is_some_and(|target| target > LAST) {
            return Err(AdvanceError::TooFar);
        }
        let mut run = Run::new(self, bound);
        let stopped = run.go(target).await;
        let waits = matches!(stopped, Some(Stopped::Wall | Stopped::Count));
        let busy = if waits { self.in_the_way().await } else { Vec::new() };
        let Run { count, ran, left, .. } = run;
        Ok(Advanced { from, to: self.now(), count, ran, stopped, busy, left: left.labels })
    }
}

#[cfg(test)]
mod tests;
