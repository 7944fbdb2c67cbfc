//! Letting rules strike: what every boundary does before it does what it is there for.

use super::{Action, Failure, Site, Struck, Surface};
use crate::host::Host;
use crate::ids::EventId;

/// Where events are delivered to an app's code that are no requests. Their operations are kinds, `cron.tick`.
pub static DELIVERY: Surface =
    Surface { service: "trigger", operations: &[], actions: &["latency", "error", "drop", "duplicate"], codes: &[] };

/// What becomes of the delivery of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is delivered, as ever.
    Delivered,
    /// It is delivered twice.
    Twice,
    /// It gets lost on the way: the code never sees it.
    Lost,
    /// It is not delivered, and counts as tried: this is why.
    Failed(String),
}

impl Host {
    /// What the rules make of `site`, once as much time has passed as they say; nothing where none strikes.
    pub async fn strike(&self, site: &Site<'_>) -> Struck {
        let Some(struck) = self.faults.at(site) else { return Struck::default() };
        if !struck.latency.is_zero() {
            let label = format!("app {}: {} {}, made slow", site.app, site.surface.service, site.operation);
            drop(self.clock.sleep(struck.latency, label).await);
        }
        struck
    }

    /// What becomes of the delivery of `event`, which is of `kind` and for `app`, and about what has these `names`. To be asked each time
    /// that it is tried, after it was appended to the journal.
    pub async fn fate(&self, event: EventId, app: &str, kind: &str, names: &[String]) -> Fate {
        let struck = self.strike(&Site { app, surface: &DELIVERY, operation: kind, resources: names }).await;
        for note in struck.notes {
            self.journal.fault(event, note);
        }
        match struck.action {
            Some(Action::Drop) => Fate::Lost,
            Some(Action::Duplicate) => Fate::Twice,
            Some(Action::Error(Failure { message, .. })) => {
                Fate::Failed(message.unwrap_or_else(|| "a fault keeps this event from being delivered".to_owned()))
            }
            _ => Fate::Delivered,
        }
    }
}
