//! One request on its way: its event, its ids, the time at which it came.

use std::time::Duration;

use greenroom_host::{EventId, Host, Outcome, Timestamp};

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
    /// Of the request of `event`.
    pub(crate) fn of(host: &Host, event: EventId, at: Timestamp, inbound: &Inbound) -> Self {
        let sent = inbound.headers.get("x-amzn-trace-id").filter(|sent| sent.contains("Root="));
        let trace = sent.map_or_else(|| format!("Root={}", ids::trace_root(&host.ids, at)), str::to_owned);
        Self::within(host, event, at, trace)
    }

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
