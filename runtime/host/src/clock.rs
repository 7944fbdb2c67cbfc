//! The one clock. Every due thing in the program asks it, so that time can be frozen and moved for all of them at once.

use std::fmt;
use std::ops::{Add, Sub};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// Whole seconds since 1970.
    #[must_use]
    pub fn seconds(self) -> u64 {
        self.0 / 1000
    }

    /// How long after `earlier` this is; zero if it is not after it.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }

    /// As ISO 8601 has it, UTC, with milliseconds: `2026-11-26T12:30:00.000Z`.
    #[must_use]
    pub fn iso_8601(self) -> String {
        // Days are counted in years that begin in March, so that the day that leap years add comes last.
        let days = self.seconds() / 86_400 + 719_468;
        let (era, day_of_era) = (days / 146_097, days % 146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let months_since_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * months_since_march + 2) / 5 + 1;
        let month = if months_since_march < 10 { months_since_march + 3 } else { months_since_march - 9 };
        let year = era * 400 + year_of_era + u64::from(month <= 2);
        format!("{year:04}-{month:02}-{day:02}T{}.{:03}Z", self.time_of_day(), self.0 % 1000)
    }

    /// `HH:MM:SS` of the day, UTC.
    #[must_use]
    pub fn time_of_day(self) -> String {
        let seconds = self.seconds() % 86_400;
        format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;
    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;
    fn sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:03}", self.seconds(), self.0 % 1000)
    }
}

/// The clock. Cheap to clone; all clones are one clock.
#[derive(Clone)]
pub struct Clock {
    shared: Arc<Shared>,
}

struct Shared {
    /// `Some` while time stands still.
    frozen: Mutex<Option<Timestamp>>,
    /// Tells sleepers that time was moved.
    moved: tokio::sync::watch::Sender<u64>,
    started: std::time::Instant,
}

impl Default for Clock {
    fn default() -> Self {
        Self::real()
    }
}

impl Clock {
    /// The wall clock.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn real() -> Self {
        Self::with(None, std::time::Instant::now())
    }

    /// A clock that stands at `at` until it is moved.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn frozen(at: Timestamp) -> Self {
        Self::with(Some(at), std::time::Instant::now())
    }

    fn with(frozen: Option<Timestamp>, started: std::time::Instant) -> Self {
        let (moved, _) = tokio::sync::watch::channel(0);
        Self { shared: Arc::new(Shared { frozen: Mutex::new(frozen), moved, started }) }
    }

    /// What time it is here.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.frozen_at().unwrap_or_else(Self::wall)
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

    /// Returns once the clock has reached `due`. `label` says what is waiting.
    pub async fn sleep_until(&self, due: Timestamp, label: &'static str) {
        let _ = label;
        let mut moved = self.shared.moved.subscribe();
        loop {
            let now = self.now();
            if now >= due {
                return;
            }
            if self.frozen_at().is_some() {
                let _ = moved.changed().await;
                continue;
            }
            tokio::select! {
                () = tokio::time::sleep(due.since(now)) => {}
                _ = moved.changed() => {}
            }
        }
    }

    /// Returns after `duration` of this clock's time.
    pub async fn sleep(&self, duration: Duration, label: &'static str) {
        self.sleep_until(self.now() + duration, label).await;
    }

    /// Stops time where it is, or at `at`.
    pub fn freeze(&self, at: Option<Timestamp>) {
        let at = at.unwrap_or_else(|| self.now());
        self.set(Some(at));
    }

    /// Moves a frozen clock on by `duration`; a clock that runs is not moved and `false` is returned.
    #[must_use]
    pub fn advance(&self, duration: Duration) -> bool {
        let Some(at) = self.frozen_at() else { return false };
        self.set(Some(at + duration));
        true
    }

    /// Back to the wall clock.
    pub fn resume(&self) {
        self.set(None);
    }

    fn frozen_at(&self) -> Option<Timestamp> {
        *self.shared.frozen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, frozen: Option<Timestamp>) {
        *self.shared.frozen.lock().unwrap_or_else(PoisonError::into_inner) = frozen;
        self.shared.moved.send_modify(|moves| *moves += 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_have_dates() {
        let iso = |seconds: u64| Timestamp(seconds * 1000 + 7).iso_8601();
        assert_eq!(iso(0), "1970-01-01T00:00:00.007Z");
        assert_eq!(iso(951_782_400), "2000-02-29T00:00:00.007Z");
        assert_eq!(iso(4_107_542_399), "2100-02-28T23:59:59.007Z");
        assert_eq!(iso(4_107_542_400), "2100-03-01T00:00:00.007Z");
    }

    #[tokio::test]
    async fn a_frozen_clock_wakes_sleepers_only_when_moved_far_enough() {
        let clock = Clock::frozen(Timestamp(1_000));
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move {
                clock.sleep(Duration::from_secs(60), "test").await;
                clock.now()
            }
        });
        tokio::task::yield_now().await;
        assert!(clock.advance(Duration::from_secs(59)));
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());
        assert!(clock.advance(Duration::from_secs(1)));
        assert_eq!(sleeper.await.unwrap(), Timestamp(61_000));
    }

    #[test]
    fn a_running_clock_is_not_advanced() {
        assert!(!Clock::real().advance(Duration::from_secs(1)));
    }
}
