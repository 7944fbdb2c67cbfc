//! Calls by whoever drives the run: the control API, replays.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use greenroom_aws_wire::{ApiError, uuid};
use greenroom_host::{EventId, EventKind, Outcome};

use crate::arn::Named;
use crate::dispatch::{Call, Called, TraceHeader};
use crate::service::LambdaService;

/// A call whose end is waited for.
#[derive(Debug, Clone)]
pub struct Direct {
    /// The function, and which version or alias.
    pub named: Named,
    /// JSON.
    pub payload: Bytes,
    /// The kind of the event in the journal. One of [`EventKind::InvokeAsync`] is tried once, without the queue.
    pub kind: EventKind,
    /// Who calls, as the journal has it.
    pub source: String,
}

/// What became of it.
#[derive(Debug, Clone)]
pub struct Ran {
    /// The event that the journal has of it.
    pub event: EventId,
    /// The version that handled it.
    pub version: String,
    /// What the function answered, or the document of its error.
    pub payload: Bytes,
    /// Set where the function failed: `Unhandled`, or what it said itself.
    pub error: Option<String>,
    /// How it ended.
    pub outcome: Outcome,
    /// The last of its log.
    pub log: Bytes,
    /// How long it took.
    pub took: Duration,
}

impl LambdaService {
    /// Calls a function and waits until it is over.
    ///
    /// # Errors
    /// What the API refuses.
    pub async fn run(self: &Arc<Self>, direct: Direct) -> Result<Ran, ApiError> {
        let Direct { named, payload, kind, source } = direct;
        let label = format!("lambda {}: Invoke", named.key.name);
        let started = self.host.clock.uptime();
        let work = async {
            let Called { version, invoked, event, .. } = self.call(call(self, named, payload, kind, &source)).await?;
            let payload = invoked.payload.whole().await.map_err(|message| ApiError { message, ..ApiError::internal() })?;
            let took = self.host.clock.uptime().saturating_sub(started);
            Ok(Ran { event, version, payload, error: invoked.error, outcome: invoked.outcome, log: invoked.log, took })
        };
        self.host.clock.in_flight(label, work).await
    }

    /// Leaves an event to be handled in the background, as the vendor does: tried again, sent on.
    ///
    /// # Errors
    /// What the API refuses.
    pub async fn queue(self: &Arc<Self>, named: Named, payload: Bytes, source: &str) -> Result<(), ApiError> {
        self.enqueue(call(self, named, payload, EventKind::InvokeAsync, source)).await
    }
}

fn call(service: &LambdaService, named: Named, payload: Bytes, kind: EventKind, source: &str) -> Call {
    Call {
        named,
        payload,
        request_id: uuid(&service.host),
        kind,
        client_context: None,
        tenant: None,
        stream: false,
        reports_failures: false,
        trace: TraceHeader::default(),
        cause: None,
        source: source.into(),
        attempt: 1,
    }
}
