//! What rules of faults make of requests at the door.

use greenroom_host::faults::{Action, Failure, Site, Surface};
use greenroom_host::{EventId, Outcome};
use http::StatusCode;

use crate::door::FrontDoor;

/// What can be made to go wrong with requests from outside. Their operations are methods, their resources paths.
pub static REQUEST: Surface = Surface { service: "request", operations: &[], actions: &["latency", "error", "crash"], codes: &[] };

/// What is to become of a request.
pub(crate) enum Doom {
    /// The code gets and answers it.
    None,
    /// The code does not see it: status and text.
    Refused(u16, String),
    /// The guest ends when it has its answer ready.
    Crash,
}

impl FrontDoor {
    /// What is to become of the request of `event`, once as much time has passed as the rules say.
    pub(crate) async fn doom(&self, event: EventId, method: &str, path: &str) -> Doom {
        if !self.host.faults.any() {
            return Doom::None;
        }
        let without_query = path.split('?').next().unwrap_or_default();
        let names = [without_query.to_owned(), path.to_owned()];
        let struck = self.host.strike(&Site { app: &self.app, surface: &REQUEST, operation: method, resources: &names }).await;
        for note in struck.notes {
            self.host.journal.fault(event, note);
        }
        match struck.action {
            Some(Action::Crash) => Doom::Crash,
            Some(Action::Error(Failure { status, message, .. })) => {
                let status = status.unwrap_or(500);
                let reason =
                    || StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or_default().to_owned();
                Doom::Refused(status, message.unwrap_or_else(reason))
            }
            _ => Doom::None,
        }
    }
}

/// How a request ends whose guest a fault has ended.
pub(crate) fn crashed() -> Outcome {
    Outcome::Crashed { message: "the guest's process was ended by a fault".to_owned() }
}
