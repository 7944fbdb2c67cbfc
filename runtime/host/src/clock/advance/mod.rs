//! Moves a frozen clock: to the next due thing, run it, wait until nothing is in flight, and so on.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use super::{Clock, Member, Timestamp};

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
    /// After so many due things.
    pub count: u64,
    /// After so much real time in all.
    pub wall: Duration,
    /// After waiting so much real time for what is in flight at one instant.
    pub settle: Duration,
}

impl Default for Bound {
    fn default() -> Self {
        Self { count: 1_000_000, wall: Duration::from_secs(120), settle: Duration::from_secs(10) }
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

/// How often other tasks of the thread are let run before what is in flight counts as settled. A piece of a body goes from one guest to
/// another through a few tasks of the host, and while it lies between two of them nobody is busy with it.
const YIELDS: usize = 16;

/// How long, in real time, a guest that has nothing to do may take to say so, before it is called busy.
const PROMPT: Duration = Duration::from_millis(100);

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
        let turns = self.turns();
        let mut run = Run { turns, clock: self, bound, began: self.uptime(), count: 0, ran: Vec::new(), places: HashMap::new() };
        let stopped = run.go(target).await;
        let waits = matches!(stopped, Some(Stopped::Wall | Stopped::Count));
        let busy = if waits { self.in_the_way().await } else { Vec::new() };
        let (count, ran) = (run.count, run.ran);
        Ok(Advanced { from, to: self.now(), count, ran, stopped, busy })
    }

    /// Waits until nothing is in flight. `Err`: something still is after `bound`; what.
    pub async fn settle(&self, bound: Duration) -> Result<(), Vec<String>> {
        match self.still(bound).await {
            Some(_) => Ok(()),
            None => Err(self.in_the_way().await),
        }
    }

    async fn in_the_way(&self) -> Vec<String> {
        let mut busy: Vec<String> = self.shared.in_flight().iter().map(ToString::to_string).collect();
        for member in self.members().into_iter().filter(|member| member.is_stirred()) {
            // Whoever was only told the time says at once that nothing of it runs.
            let label = member.label();
            if tokio::time::timeout(PROMPT, member.still()).await.is_err() {
                busy.push(format!("{label}: code that runs"));
            }
        }
        busy.dedup();
        busy
    }

    /// Waits until nothing is in flight; when guests' next timers are due. None: it took longer than `bound`.
    async fn still(&self, bound: Duration) -> Option<Dues> {
        let quiet = async {
            loop {
                self.nothing_busy().await;
                let mut dues = Vec::new();
                for member in self.members() {
                    if let Some(still) = Arc::clone(&member).still().await {
                        dues.extend(still.due.first().map(|due| (*due, member)));
                    }
                }
                if self.is_settled().await {
                    return dues;
                }
            }
        };
        tokio::time::timeout(bound, quiet).await.ok()
    }

    async fn nothing_busy(&self) {
        loop {
            let settled = self.shared.settled.notified();
            tokio::pin!(settled);
            settled.as_mut().enable();
            if self.shared.lock().busy.is_empty() {
                return;
            }
            settled.await;
        }
    }

    /// Whether nothing begins when all tasks have been let run.
    async fn is_settled(&self) -> bool {
        for _ in 0..YIELDS {
            tokio::task::yield_now().await;
            if !self.shared.lock().busy.is_empty() || self.members().iter().any(|member| member.is_stirred()) {
                return false;
            }
        }
        true
    }
}

/// When the next timer of a guest is due, and whose it is.
type Dues = Vec<(Timestamp, Arc<dyn Member>)>;

struct Run<'a> {
    clock: &'a Clock,
    /// Tells that somebody else has set the time.
    turns: tokio::sync::watch::Receiver<()>,
    bound: Bound,
    /// In real time of the clock's.
    began: Duration,
    count: u64,
    ran: Vec<Ran>,
    /// Where in `ran` a label stands.
    places: HashMap<String, usize>,
}

impl Run<'_> {
    /// `target`: none stops behind the first instant at which something runs.
    async fn go(&mut self, target: Option<Timestamp>) -> Option<Stopped> {
        let mut only = None;
        loop {
            let settled = self.settle().await;
            if self.turns.has_changed().unwrap_or(false) {
                return Some(Stopped::Turned);
            }
            let Some(dues) = settled else { return Some(Stopped::Wall) };
            let next = dues.iter().map(|(due, _)| *due).chain(self.clock.next_due()).min();
            let last = target.or(only);
            let Some(next) = next.filter(|next| last.is_none_or(|last| *next <= last)) else {
                if let Some(target) = target.filter(|target| *target > self.clock.now()) {
                    self.clock.set(Some(target));
                }
                return None;
            };
            if self.count >= self.bound.count {
                return Some(Stopped::Count);
            }
            let next = next.max(self.clock.now());
            if next > self.clock.now() {
                self.clock.set(Some(next));
            }
            only = only.or(Some(next));
            // What the program waits for comes before the timers of code: by order of asking, then by guest.
            if let Some(label) = self.clock.release_one() {
                self.note(label.to_string());
            } else if let Some((_, member)) = dues.into_iter().find(|(due, _)| *due <= next) {
                self.note(format!("{}: timer", member.label()));
                member.run_due();
            }
        }
    }

    async fn settle(&self) -> Option<Dues> {
        let left = self.bound.wall.saturating_sub(self.clock.uptime().saturating_sub(self.began));
        if left.is_zero() {
            return None;
        }
        self.clock.still(left.min(self.bound.settle)).await
    }

    fn note(&mut self, label: String) {
        self.count += 1;
        let now = self.clock.now();
        if let Some(place) = self.places.get(&label) {
            let ran = &mut self.ran[*place];
            (ran.count, ran.last) = (ran.count + 1, now);
        } else {
            self.places.insert(label.clone(), self.ran.len());
            self.ran.push(Ran { label, count: 1, first: now, last: now });
        }
    }
}

#[cfg(test)]
mod tests;
