//! How much a function is given at once.
//! <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html>

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use greenroom_host::Timestamp;
use tokio::sync::Notify;

/// So many batches at once a mapping begins with.
const FIRST: usize = 5;
/// So many more it may have after each minute in which there was always something to do.
const MORE_PER_MINUTE: usize = 300;
/// And so many at most.
const MOST: usize = 1_250;

/// After the first refusal it waits this long, after each further one twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// What the function has of one mapping, through all changes of its settings. Cheap to clone; all clones are one.
#[derive(Debug, Clone, Default)]
pub struct Running(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    pace: Mutex<Pace>,
    /// Told whenever a batch is over.
    freed: Notify,
}

impl Running {
    pub(super) fn pace(&self) -> MutexGuard<'_, Pace> {
        self.0.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn freed(&self) -> &Notify {
        &self.0.freed
    }
}

/// Counts batches that the function has, and refusals.
#[derive(Debug, Default)]
pub(super) struct Pace {
    running: usize,
    /// Since when there has always been a batch with the function.
    busy_since: Option<Timestamp>,
    refusals: u32,
    /// Before that, it is given nothing.
    not_before: Option<Timestamp>,
}

impl Pace {
    /// Whether another batch may begin.
    pub(super) fn has_room(&self, most: Option<usize>, now: Timestamp) -> bool {
        let minutes = self.busy_since.map_or(0, |since| now.since(since).as_secs() / 60);
        let scaled = usize::try_from(minutes).unwrap_or(MOST).saturating_mul(MORE_PER_MINUTE).saturating_add(FIRST).min(MOST);
        self.running < most.unwrap_or(MOST).min(scaled)
    }

    /// It is tried anew, whatever it has refused before.
    pub(super) fn forgive(&mut self) {
        self.refusals = 0;
        self.not_before = None;
    }

    /// Until when it is given nothing.
    pub(super) fn pause(&self, now: Timestamp) -> Option<Timestamp> {
        self.not_before.filter(|until| *until > now)
    }

    pub(super) fn begin(&mut self, now: Timestamp) {
        self.running += 1;
        self.busy_since.get_or_insert(now);
    }

    pub(super) fn end(&mut self, refused: bool, now: Timestamp) {
        self.running -= 1;
        if self.running == 0 {
            self.busy_since = None;
        }
        if refused {
            self.refused(now);
        } else {
            self.forgive();
        }
    }

    /// It is left alone for a while.
    pub(super) fn refused(&mut self, now: Timestamp) {
        let wait = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(self.refusals.min(10))).min(LONGEST_WAIT);
        self.refusals += 1;
        self.not_before = Some(now + wait);
    }
}
