//! Faults at the boundary where calls of guest code are answered.

use std::sync::Arc;

use futures::StreamExt;
use greenroom_bindings::Bindings;
use greenroom_channel::CallError;
use greenroom_host::Host;
use greenroom_host::faults::{Action, DELIVERY, Failure, Site, Surface};
use greenroom_supervisor::{Answer, IncomingCall};

use crate::app::outside::{self, LOST, Network, Outside};

/// What can be made to go wrong with requests to the outside. Their operations are methods, and `WEBSOCKET`.
pub(crate) static FETCH: Surface = Surface {
    service: "fetch",
    operations: &[],
    actions: &["latency", "error", "throttle", "drop", "crash"],
    codes: &["lost", "internal"],
};

/// Stands between the code of an app and what it calls.
pub(crate) struct Faulty {
    pub(crate) app: Arc<str>,
    pub(crate) host: Host,
    /// Ends the guest with this number.
    pub(crate) end: Arc<dyn Fn(u64) + Send + Sync>,
}

impl Faulty {
    /// Says what there is in the app that can go wrong.
    pub(crate) fn introduce(&self, bindings: &Bindings) {
        let mut parts = bindings.surfaces();
        parts.extend([(&FETCH, Vec::new()), (&greenroom_gateway::REQUEST, Vec::new()), (&DELIVERY, Vec::new())]);
        self.host.faults.know(&self.app, parts);
    }

    /// Answers a call to a binding. The rules that struck go to `applied`.
    pub(crate) async fn binding(
        &self,
        bindings: &Bindings,
        incoming: IncomingCall,
        applied: &mut Vec<String>,
    ) -> Result<Answer, CallError> {
        let site = if self.host.faults.any() { bindings.site(&incoming.call) } else { None };
        let Some((surface, resources)) = site else { return plain(bindings, incoming).await };
        let struck = self.strike(surface, &incoming.call.method, &resources, applied).await;
        match struck {
            None
            | Some(Action::Latency | Action::Duplicate | Action::Timeout | Action::Reorder | Action::LoseVisibility | Action::Partial) => {
                plain(bindings, incoming).await
            }
            Some(Action::Stale(by)) => {
                let stream = incoming.stream.map(StreamExt::boxed);
                bindings.call_behind(incoming.call, stream, by).await.map(answer)
            }
            Some(Action::Crash) => Err(self.crash(incoming.guest)),
            Some(action @ Action::Drop) => {
                let lost = bindings.failure(&incoming.call, &action);
                let _ = plain(bindings, incoming).await;
                Err(lost)
            }
            Some(action @ (Action::Error(_) | Action::Throttle)) => Err(bindings.failure(&incoming.call, &action)),
        }
    }

    /// Answers a call to the outside. The rules that struck go to `applied`.
    pub(crate) async fn fetch(
        &self,
        outside: &Outside,
        incoming: IncomingCall,
        network: &Network,
        applied: &mut Vec<String>,
    ) -> Result<Answer, CallError> {
        if !self.host.faults.any() {
            return outside.fetch(incoming, network, &self.host.callers).await;
        }
        let (method, names) = outside::asked(&incoming.call);
        let event = incoming.event;
        match self.strike(&FETCH, &method, &names, applied).await {
            Some(Action::Crash) => Err(self.crash(incoming.guest)),
            Some(Action::Drop) => {
                let _ = outside.fetch(incoming, network, &self.host.callers).await;
                Err(CallError::error(LOST))
            }
            Some(Action::Throttle) => Ok(outside::answered(&incoming.call, 429, "")),
            Some(Action::Error(Failure { status: Some(status), message, .. })) => {
                Ok(outside::answered(&incoming.call, status, message.as_deref().unwrap_or_default()))
            }
            Some(Action::Error(Failure { message: Some(message), .. })) => Err(CallError::error(message)),
            Some(Action::Error(Failure { code, .. })) if code.as_deref() == Some("internal") => {
                Err(network.internal(event, &format!("{method} {}: a fault makes it fail", names.first().map_or("", String::as_str))))
            }
            Some(Action::Error(_)) => Err(CallError::error(LOST)),
            // Nothing of what else rules can do happens to requests.
            _ => outside.fetch(incoming, network, &self.host.callers).await,
        }
    }

    /// What the rules make of a call; those that strike go to `applied`, for the journal.
    async fn strike(&self, surface: &'static Surface, operation: &str, resources: &[String], applied: &mut Vec<String>) -> Option<Action> {
        let struck = self.host.strike(&Site { app: &self.app, surface, operation, resources }).await;
        applied.extend(struck.notes);
        struck.action
    }

    /// Ends the guest, as if its process had died at this call. What its code would catch, if it still ran.
    fn crash(&self, guest: u64) -> CallError {
        (self.end)(guest);
        CallError::error(LOST)
    }
}

async fn plain(bindings: &Bindings, incoming: IncomingCall) -> Result<Answer, CallError> {
    let stream = incoming.stream.map(StreamExt::boxed);
    bindings.call_of(incoming.call, stream, incoming.event).await.map(answer)
}

fn answer(reply: greenroom_bindings::Reply) -> Answer {
    Answer { result: reply.result, stream: reply.stream, endless: reply.endless }
}
