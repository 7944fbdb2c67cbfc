//! What rules of faults make of requests.

use greenroom_host::faults::{Action, Failure, Site, Surface};
use greenroom_host::{EventId, Host};

use crate::answer::Answer;

/// What can be made to go wrong with requests from outside. Their operations are methods, their resources paths.
pub static REQUEST: Surface = Surface { service: "request", operations: &[], actions: &["latency", "error"], codes: &[] };

/// The answer that a rule gives in place of the door's, once as much time has passed as the rules say.
pub(crate) async fn struck(host: &Host, app: &str, event: EventId, (method, target): (&str, &str)) -> Option<Answer> {
    if !host.faults.any() {
        return None;
    }
    let path = target.split('?').next().unwrap_or_default();
    let names = [path.to_owned(), target.to_owned()];
    let struck = host.strike(&Site { app, surface: &REQUEST, operation: method, resources: &names }).await;
    for note in struck.notes {
        host.journal.fault(event, note);
    }
    let Some(Action::Error(Failure { status, message, .. })) = struck.action else { return None };
    let status = status.unwrap_or(500);
    let reason = || http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or_default().to_owned();
    Some(Answer::message(status, &message.unwrap_or_else(reason)).because("a fault"))
}
