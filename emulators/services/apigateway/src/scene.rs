//! One request on its way: its event, its ids, the time at which it came.

use std::sync::Arc;

use greenroom_host::{EventId, Host, LogLine, Timestamp};

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
}

impl Scene {
    /// Of the request of `event`.
    pub(crate) fn of(host: &Host, event: EventId, at: Timestamp, inbound: &Inbound) -> Self {
        let sent = inbound.headers.get("x-amzn-trace-id").filter(|sent| sent.contains("Root="));
        let trace = sent.map_or_else(|| format!("Root={}", ids::trace_root(&host.ids, at)), str::to_owned);
        Self { host: host.clone(), event, at, request_id: ids::uuid(&host.ids), extended_id: ids::extended(&host.ids), trace }
    }

    /// Something for the operator, written under the event.
    pub(crate) fn note(&self, level: &str, text: impl Into<String>) {
        self.host.journal.log(self.event, LogLine { level: Arc::from(level), text: text.into() });
    }
}
