//! What waits for an instant.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use super::busy::{Busy, Label, Pause};
use super::{Clock, Shared, Timestamp};

/// How long a timer of the system is waited for before the calendar is looked at again.
const LONGEST: Duration = Duration::from_secs(30);

/// One thing that waits.
pub(super) struct Waiting {
    label: Label,
    /// Tells it that its time has come; with it goes the proof that somebody is busy from now on.
    release: Option<tokio::sync::oneshot::Sender<Busy>>,
}

/// A place in the order of what is due at one instant.
#[derive(Debug)]
pub struct Place(u64);

/// Something that will run, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pending {
    /// When.
    pub due: Timestamp,
    /// What.
    pub label: String,
}

/// Takes the thing off the list, also when whoever waited is dropped.
struct Entry {
    shared: Arc<Shared>,
    key: (Timestamp, u64),
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.shared.lock().due.remove(&self.key);
    }
}

impl Clock {
    /// Returns once the clock has reached `due`. `label` says what is waiting. What is done because of it is in flight until the guard is
    /// dropped.
    pub async fn sleep_until(&self, due: Timestamp, label: impl Into<Label>) -> Busy {
        let mut place = self.place();
        self.sleep_at(&mut place, due, label).await
    }

    /// A place in the order of what is due at one instant: before those that are asked for later, whatever is waited for there and when.
    #[must_use]
    pub fn place(&self) -> Place {
        Place(self.shared.next())
    }

    /// [`Clock::sleep_until`] at a place of its own in the order. It borrows the place for as long as it waits: one thing waits there.
    pub async fn sleep_at(&self, place: &mut Place, due: Timestamp, label: impl Into<Label>) -> Busy {
        let label = label.into();
        let (release, mut released) = tokio::sync::oneshot::channel();
        // Before the time is looked at, so that no change of it is missed.
        let mut mode = self.shared.mode.subscribe();
        let _entry = self.wait(place, due, label.clone(), release);
        if self.now() >= due {
            return self.busy(label);
        }
        let _pause = Pause::of_task();
        loop {
            let tick = async {
                match self.frozen_at() {
                    // Whoever moves the clock says when.
                    Some(_) => std::future::pending().await,
                    // The timer stands still while the machine sleeps, and the calendar does not.
                    None => tokio::time::sleep(due.since(Self::wall()).min(LONGEST)).await,
                }
            };
            tokio::select! {
                biased;
                Ok(busy) = &mut released => return busy,
                () = tick => {}
                _ = mode.changed() => {}
            }
            if self.frozen_at().is_none() && Self::wall() >= due {
                return self.busy(label);
            }
        }
    }

    /// Returns after `duration` of this clock's time.
    pub async fn sleep(&self, duration: Duration, label: impl Into<Label>) -> Busy {
        self.sleep_until(self.now() + duration, label).await
    }

    /// What waits for an instant, soonest first: what the program waits for, then, by guest, the timers of code.
    pub async fn pending(&self) -> Vec<Pending> {
        let mut pending: Vec<Pending> = {
            let state = self.shared.lock();
            state.due.iter().map(|((due, _), waiting)| Pending { due: *due, label: waiting.label.to_string() }).collect()
        };
        for member in self.members() {
            let label = member.label();
            if let Some(still) = member.timers().await {
                pending.extend(still.due.into_iter().map(|due| Pending { due, label: format!("{label}: timer") }));
            }
        }
        pending.sort_by_key(|pending| pending.due);
        pending
    }

    fn wait(&self, place: &Place, due: Timestamp, label: Label, release: tokio::sync::oneshot::Sender<Busy>) -> Entry {
        let key = (due, place.0);
        self.shared.lock().due.insert(key, Waiting { label, release: Some(release) });
        Entry { shared: Arc::clone(&self.shared), key }
    }

    /// When the next thing that the program waits for is due.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.shared.lock().due.iter().find(|(_, waiting)| waiting.release.is_some()).map(|((due, _), _)| *due)
    }

    /// Lets the first thing that is due by now run. What it is called.
    pub(super) fn release_one(&self) -> Option<Label> {
        let now = self.now();
        let (label, release) = {
            let mut state = self.shared.lock();
            let mut due = state.due.range_mut(..=(now, u64::MAX));
            let waiting = due.find_map(|(_, waiting)| waiting.release.take().map(|release| (waiting.label.clone(), release)));
            waiting?
        };
        // If nobody waits any more, the guard comes back and is dropped.
        let _ = release.send(self.busy(label.clone()));
        Some(label)
    }

    /// Lets everything run that is due by now.
    pub(super) fn release_due(&self) {
        while self.release_one().is_some() {}
    }
}
