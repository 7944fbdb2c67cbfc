//! Whether anything is in flight, and what.

use std::sync::Arc;
use std::time::Duration;

use super::Stopped;
use crate::clock::busy::LeftBehind;
use crate::clock::{Clock, Member, Timestamp};

/// How often other tasks of the thread are let run before what is in flight counts as settled. A piece of a body goes from one guest to
/// another through a few tasks of the host, and while it lies between two of them nobody is busy with it.
const YIELDS: usize = 16;

/// How long, in real time, a guest that has nothing to do may take to say so, before it is called busy: some milliseconds, if the machine has
/// not much else to do.
const PROMPT: Duration = Duration::from_secs(3);

/// How many timers without delay may set each other before they are named.
const A_FEW: u64 = 16;

/// What there is to know once nothing is in flight.
#[derive(Default)]
pub(super) struct Quiet {
    /// When the next timer of a guest is due, and whose it is.
    pub(super) dues: Vec<(Timestamp, Arc<dyn Member>)>,
    /// How many timers without delay ran until then.
    pub(super) ran: u64,
}

impl Clock {
    /// Waits until nothing is in flight. `Err`: something still is after `bound`; what.
    pub async fn settle(&self, bound: Duration) -> Result<(), Vec<String>> {
        match self.still(bound, u64::MAX, &LeftBehind::default()).await {
            Ok(_) => Ok(()),
            Err(_) => Err(self.in_the_way().await),
        }
    }

    /// What is in flight.
    pub(super) async fn in_the_way(&self) -> Vec<String> {
        let mut busy: Vec<String> = self.shared.in_flight().iter().map(ToString::to_string).collect();
        for member in self.members().into_iter().filter(|member| member.is_stirred()) {
            let label = member.label();
            // Whoever was only told the time says at once that nothing of it runs.
            match tokio::time::timeout(PROMPT, member.still(A_FEW)).await {
                Err(_) => busy.push(format!("{label}: code that runs")),
                Ok(Some(still)) if still.ran > A_FEW => {
                    busy.push(format!("{label}: timers without delay, which set each other again and again"));
                }
                Ok(_) => {}
            }
        }
        busy.dedup();
        busy
    }

    /// Waits until nothing is in flight but what was left behind. [`Stopped::Wall`]: it took longer than `bound`; [`Stopped::Count`]: more
    /// than `most` timers without delay ran.
    pub(super) async fn still(&self, bound: Duration, most: u64, left: &LeftBehind) -> Result<Quiet, Stopped> {
        let quiet = async {
            let mut quiet = Quiet::default();
            loop {
                self.nothing_busy(left).await;
                quiet.dues.clear();
                for member in self.members() {
                    let Some(still) = Arc::clone(&member).still(most - quiet.ran).await else { continue };
                    quiet.ran = quiet.ran.saturating_add(still.ran);
                    if quiet.ran > most {
                        return Err(Stopped::Count);
                    }
                    quiet.dues.extend(still.due.first().map(|due| (*due, member)));
                }
                if self.is_settled(left).await {
                    return Ok(quiet);
                }
            }
        };
        tokio::time::timeout(bound, quiet).await.unwrap_or(Err(Stopped::Wall))
    }

    async fn nothing_busy(&self, left: &LeftBehind) {
        loop {
            let settled = self.shared.settled.notified();
            tokio::pin!(settled);
            settled.as_mut().enable();
            if !self.shared.is_busy(left) {
                return;
            }
            settled.await;
        }
    }

    /// Whether nothing begins when all tasks have been let run.
    async fn is_settled(&self, left: &LeftBehind) -> bool {
        for _ in 0..YIELDS {
            tokio::task::yield_now().await;
            if self.shared.is_busy(left) || self.members().iter().any(|member| member.is_stirred()) {
                return false;
            }
        }
        true
    }
}
