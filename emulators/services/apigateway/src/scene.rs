//! One request on its way: its event, its ids, the time at which it came.

use std::time::Duration;

use greenroom_host::{EventId, Host, Outcome, Timestamp, TraceId};

use crate::ids;
use crate::inbound::Inbound;

/// What belongs to one request.
pub(crate) struct Scene {
    pub(crate) host: Host,
    /// The journal's event.
    pub(crate) event: EventId,
    /// When it came.
    pub(crate) at: Timestamp,
    /// A UUID.
    pub(crate) request_id: String,
    /// The other id, in base64.
    pub(crate) extended_id: String,
    /// `Root=…`, or what the client sent.
    pub(crate) trace: String,
    /// When, by the time that things really take.
    started: Duration,
}

impl Scene {
    /// Of something that happens within a trace.
    pub(crate) fn within(host: &Host, event: EventId, at: Timestamp, trace: String) -> Self {
        let (request_id, extended_id) = (ids::uuid(&host.ids), ids::extended(&host.ids));
        Self { host: host.clone(), event, at, request_id, extended_id, trace, started: host.clock.uptime() }
    }

    /// It is over, for the journal.
    pub(crate) fn finish(&self, outcome: Outcome) {
        self.host.journal.finish(self.event, outcome, self.host.clock.uptime().saturating_sub(self.started));
        self.host.journal.over(self.event, None);
    }
}

/// The trace of a request that came at `at`: what the client sent, or one that begins.
pub(crate) fn trace(host: &Host, at: Timestamp, inbound: &Inbound) -> String {
    let sent = inbound.headers.get("x-amzn-trace-id").filter(|sent| sent.contains("Root="));
    sent.map_or_else(|| format!("Root={}", ids::trace_root(&host.ids, at)), str::to_owned)
}

/// A trace that the journal knows, as functions are told of it.
pub(crate) fn header(trace: TraceId) -> String {
    let hex = trace.to_string();
    format!("Root=1-{}-{}", &hex[..8], &hex[8..])
}

/// The id by which the journal knows the trace.
pub(crate) fn root(trace: &str) -> Option<TraceId> {
    let root = trace.split(';').find_map(|part| part.trim().strip_prefix("Root=1-"))?;
    TraceId::parse(&root.replacen('-', "", 1))
}
