//! The two APIs by which extensions subscribe: the older one knows fewer events, and some by other names.

use serde_json::{Value, json};

use super::Platform;

/// Which API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-logs-api.html>
    Logs,
    /// <https://docs.aws.amazon.com/lambda/latest/dg/telemetry-api.html>
    Telemetry,
}

impl Dialect {
    /// As errors begin.
    pub(crate) fn family(self) -> &'static str {
        match self {
            Self::Logs => "Logs",
            Self::Telemetry => "Telemetry",
        }
    }

    /// Versions of the form of events.
    pub(crate) fn versions(self) -> &'static [&'static str] {
        match self {
            Self::Logs => &["2020-08-15", "2021-03-18"],
            Self::Telemetry => &["2022-07-01", "2022-12-13", "2025-01-29"],
        }
    }

    /// The events that stand for one of Lambda's.
    pub(super) fn platform(self, at: &str, event: &Platform) -> Vec<Value> {
        let as_is = || json!({ "time": at, "type": event.kind(), "record": event.record() });
        if self == Self::Telemetry {
            return vec![as_is()];
        }
        let named = |kind: &str, record: Value| json!({ "time": at, "type": kind, "record": record });
        match event {
            Platform::Start { request_id, version, .. } => {
                vec![named("platform.start", json!({ "requestId": request_id, "version": version }))]
            }
            Platform::RuntimeDone { request_id, status, .. } => vec![
                named("platform.end", json!({ "requestId": request_id })),
                named("platform.runtimeDone", json!({ "requestId": request_id, "status": status.word() })),
            ],
            Platform::Report { .. } | Platform::Extension { .. } => vec![as_is()],
            Platform::Subscription { .. } => vec![named("platform.logsSubscription", event.record())],
            _ => Vec::new(),
        }
    }
}
