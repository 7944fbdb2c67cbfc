//! The events of Lambda itself: as lines of text, and as JSON.
//! <https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html>

use std::time::Duration;

use greenroom_host::{Function, InvokeReport, Timestamp, runtime_version_arn};
use serde_json::{Value, json};

use crate::report;

/// How a phase ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Success,
    Error,
    Timeout,
}

impl Status {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Error => "error",
            Self::Timeout => "timeout",
        }
    }
}

/// What is counted of one run of the handler.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RunMetrics {
    pub(crate) duration: Duration,
    /// How many bytes it answered.
    pub(crate) produced: u64,
}

/// The version of a function's runtime, which the vendor numbers; this is none of its own.
#[derive(Debug, Clone)]
pub(crate) struct RuntimeVersion {
    version: String,
    arn: String,
}

impl RuntimeVersion {
    /// `nodejs:22.local`
    pub(crate) fn of(function: &Function) -> Self {
        let at = function.runtime.find(|c: char| c.is_ascii_digit()).unwrap_or(function.runtime.len());
        let (family, version) = function.runtime.split_at(at);
        let version = match version.trim_end_matches(".x") {
            "" => format!("{family}.local"),
            version => format!("{}:{version}.local", family.trim_end_matches('.')),
        };
        Self { version, arn: runtime_version_arn(&function.region, &function.runtime) }
    }

    fn text(&self) -> String {
        format!("Runtime Version: {}\tRuntime Version ARN: {}", self.version, self.arn)
    }
}

/// Something that Lambda reports.
#[derive(Debug, Clone)]
pub(crate) enum Platform {
    InitStart {
        kind: &'static str,
        phase: &'static str,
        runtime: RuntimeVersion,
        function: String,
        version: String,
        stream: String,
        memory: u32,
    },
    InitRuntimeDone {
        kind: &'static str,
        phase: &'static str,
        status: Status,
        error: Option<String>,
    },
    InitReport {
        kind: &'static str,
        phase: &'static str,
        status: Status,
        error: Option<String>,
        took: Duration,
    },
    RestoreStart {
        runtime: RuntimeVersion,
        function: String,
        version: String,
        stream: String,
        memory: u32,
    },
    RestoreRuntimeDone {
        status: Status,
        error: Option<String>,
    },
    RestoreReport {
        status: Status,
        error: Option<String>,
        took: Duration,
    },
    Start {
        request_id: String,
        version: String,
        trace: Option<String>,
    },
    RuntimeDone {
        request_id: String,
        status: Status,
        error: Option<String>,
        metrics: RunMetrics,
        trace: Option<String>,
    },
    Report {
        request_id: String,
        status: Status,
        error: Option<String>,
        report: InvokeReport,
        trace: Option<String>,
    },
    Extension {
        name: String,
        state: &'static str,
        events: Vec<String>,
        error: Option<String>,
    },
    Subscription {
        name: String,
        types: Vec<String>,
    },
}

use Platform::{
    Extension, InitReport, InitRuntimeDone, InitStart, Report, RestoreReport, RestoreRuntimeDone, RestoreStart, RuntimeDone, Start,
    Subscription,
};

impl Platform {
    /// `platform.start`
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            InitStart { .. } => "platform.initStart",
            InitRuntimeDone { .. } => "platform.initRuntimeDone",
            InitReport { .. } => "platform.initReport",
            RestoreStart { .. } => "platform.restoreStart",
            RestoreRuntimeDone { .. } => "platform.restoreRuntimeDone",
            RestoreReport { .. } => "platform.restoreReport",
            Start { .. } => "platform.start",
            RuntimeDone { .. } => "platform.runtimeDone",
            Report { .. } => "platform.report",
            Extension { .. } => "platform.extension",
            Subscription { .. } => "platform.telemetrySubscription",
        }
    }

    /// The line of a log in text; none where there is none.
    pub(crate) fn text(&self) -> Option<String> {
        Some(match self {
            InitStart { runtime, .. } => format!("INIT_START {}", runtime.text()),
            InitReport { status: Status::Success, .. } | InitRuntimeDone { .. } | RestoreRuntimeDone { .. } => {
                return None;
            }
            InitReport { phase, status, error, took, .. } => {
                format!(
                    "INIT_REPORT Init Duration: {} ms\tPhase: {phase}\t{}",
                    report::millis(*took),
                    report::status(*status, error.as_deref())
                )
            }
            RestoreStart { runtime, .. } => format!("RESTORE_START {}", runtime.text()),
            RestoreReport { status: Status::Success, took, .. } => format!("RESTORE_REPORT Restore Duration: {} ms", report::millis(*took)),
            RestoreReport { status, error, took } => {
                format!("RESTORE_REPORT Restore Duration: {} ms\t{}", report::millis(*took), report::status(*status, error.as_deref()))
            }
            Start { request_id, version, .. } => format!("START RequestId: {request_id} Version: {version}"),
            RuntimeDone { request_id, .. } => format!("END RequestId: {request_id}"),
            Report { request_id, status, error, report, trace } => {
                report::line(request_id, report, *status, error.as_deref(), trace.as_deref())
            }
            Extension { name, state, events, error } => {
                let error = error.as_ref().map_or_else(String::new, |error| format!("\tError Type: {error}"));
                format!("EXTENSION\tName: {name}\tState: {state}\tEvents: [{}]{error}", events.join(", "))
            }
            Subscription { name, types } => format!("TELEMETRY\tName: {name}\tState: Subscribed\tTypes: [{}]", types.join(", ")),
        })
    }

    /// The line of a log in JSON.
    pub(crate) fn json(&self, at: Timestamp) -> String {
        self.event(at).to_string()
    }

    /// The event of the Telemetry API.
    pub(crate) fn event(&self, at: Timestamp) -> Value {
        json!({ "time": at.iso_8601(), "type": self.kind(), "record": self.record() })
    }

    pub(super) fn record(&self) -> Value {
        let mut record = self.fields();
        if let Some(fields) = record.as_object_mut() {
            fields.retain(|_, value| !value.is_null());
        }
        record
    }

    fn fields(&self) -> Value {
        match self {
            InitStart { kind, phase, runtime, function, version, stream, memory } => json!({
                "initializationType": kind, "phase": phase, "runtimeVersion": runtime.version, "runtimeVersionArn": runtime.arn,
                "functionName": function, "functionVersion": version,
                "instanceId": stream, "instanceMaxMemory": u64::from(*memory) * 1024 * 1024,
            }),
            InitRuntimeDone { kind, phase, status, error } => {
                json!({ "initializationType": kind, "phase": phase, "status": status.word(), "errorType": error })
            }
            InitReport { kind, phase, status, error, took } => json!({
                "initializationType": kind, "phase": phase, "status": status.word(), "errorType": error,
                "metrics": { "durationMs": number(*took) },
            }),
            RestoreStart { runtime, function, version, stream, memory } => json!({
                "runtimeVersion": runtime.version, "runtimeVersionArn": runtime.arn, "functionName": function, "functionVersion": version,
                "instanceId": stream, "instanceMaxMemory": u64::from(*memory) * 1024 * 1024,
            }),
            RestoreRuntimeDone { status, error } => json!({ "status": status.word(), "errorType": error }),
            RestoreReport { status, error, took } => {
                json!({ "status": status.word(), "errorType": error, "metrics": { "durationMs": number(*took) } })
            }
            Start { request_id, version, trace } => {
                json!({ "requestId": request_id, "version": version, "tracing": tracing(trace.as_deref()) })
            }
            RuntimeDone { request_id, status, error, metrics, trace } => json!({
                "requestId": request_id, "status": status.word(), "errorType": error,
                "metrics": { "durationMs": number(metrics.duration), "producedBytes": metrics.produced }, "tracing": tracing(trace.as_deref()),
            }),
            Report { request_id, status, error, report, trace } => json!({
                "requestId": request_id, "status": status.word(), "errorType": error, "metrics": measured(report),
                "tracing": tracing(trace.as_deref()),
            }),
            Extension { name, state, events, error } => json!({ "name": name, "state": state, "events": events, "errorType": error }),
            Subscription { name, types } => json!({ "name": name, "state": "Subscribed", "types": types }),
        }
    }
}

fn measured(report: &InvokeReport) -> Value {
    let mut metrics = json!({
        "durationMs": number(report.duration), "billedDurationMs": report.billed.as_millis(), "memorySizeMB": report.memory,
        "maxMemoryUsedMB": report.max_memory, "initDurationMs": report.init.map(number), "restoreDurationMs": report.restore.map(number),
    });
    if let Some(fields) = metrics.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    metrics
}

fn tracing(trace: Option<&str>) -> Value {
    trace.map_or(Value::Null, |value| {
        let span = value.split(';').find_map(|part| part.strip_prefix("Parent="));
        json!({ "spanId": span.unwrap_or_default(), "type": "X-Amzn-Trace-Id", "value": value })
    })
}

/// Milliseconds with three digits behind the point.
fn number(took: Duration) -> f64 {
    (took.as_secs_f64() * 1_000_000.0).round() / 1000.0
}
