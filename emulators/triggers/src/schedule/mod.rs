//! Waits on the clock for what is due.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use greenroom_host::{Clock, Place, Timestamp};

use crate::cron::Cron;

/// What is this late or later is missed, and missed ticks are not made up: the machine slept, or the clock was set past them.
const MISSED: Duration = Duration::from_secs(60);

/// A cron expression is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tick {
    /// The expression, as it was written.
    pub cron: Arc<str>,
    /// The instant for which it was due.
    pub due: Timestamp,
}

/// Lets the app's code run. What happens until the future waits for the first time happens in the order of the ticks.
pub type Deliver = Arc<dyn Fn(Tick) -> BoxFuture<'static, ()> + Send + Sync>;

/// The cron expressions of one app, each waiting for its next instant.
pub struct Schedule {
    clock: Clock,
    app: String,
    deliver: Deliver,
    crons: Vec<Cron>,
    waiting: Vec<tokio::task::AbortHandle>,
}

impl Schedule {
    /// A schedule for `app` without any expressions yet.
    #[must_use]
    pub fn new(clock: Clock, app: &str, deliver: Deliver) -> Self {
        Self { clock, app: app.to_owned(), deliver, crons: Vec::new(), waiting: Vec::new() }
    }

    /// From now on it is these that are due. What has been delivered goes on.
    pub fn set(&mut self, app: &str, crons: Vec<Cron>) {
        if self.crons == crons && self.app == app {
            return;
        }
        self.stop();
        app.clone_into(&mut self.app);
        self.crons = crons;
        let wait = |cron: &Cron| {
            let label = format!("app {}: cron {cron}", self.app);
            // Here and now, so that of one instant they come in the order of the list.
            let place = self.clock.place();
            tokio::spawn(keep(self.clock.clone(), place, label, cron.clone(), Arc::clone(&self.deliver))).abort_handle()
        };
        self.waiting = self.crons.iter().map(wait).collect();
    }

    fn stop(&mut self) {
        for task in self.waiting.drain(..) {
            task.abort();
        }
    }
}

impl Drop for Schedule {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Delivers every tick of `cron`. Never returns.
async fn keep(clock: Clock, mut place: Place, label: String, cron: Cron, deliver: Deliver) {
    let mut turns = clock.turns();
    let text: Arc<str> = cron.as_str().into();
    let mut last = clock.now();
    loop {
        let Some(due) = cron.next_after(clock.now().max(last)) else {
            if turns.changed().await.is_err() {
                return;
            }
            last = clock.now();
            continue;
        };
        let busy = tokio::select! {
            biased;
            // Time stands somewhere else: what was due before that is not due any more.
            Ok(()) = turns.changed() => {
                last = clock.now();
                continue;
            }
            busy = clock.sleep_at(&mut place, due, label.clone()) => busy,
        };
        last = due;
        if clock.now().since(due) >= MISSED {
            continue;
        }
        let tick = Tick { cron: Arc::clone(&text), due };
        let (clock, deliver, label) = (clock.clone(), Arc::clone(&deliver), label.clone());
        // In a task of its own: a handler may take longer than until the next tick.
        tokio::spawn(async move {
            let work = async {
                drop(busy);
                deliver(tick).await;
            };
            clock.in_flight(label, work).await;
        });
    }
}

#[cfg(test)]
mod tests;
