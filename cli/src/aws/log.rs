//! What the AWS side of a run says on the terminal: requests to front doors, and the lines of functions.

use greenroom_apigateway::{GatewayLog, HttpRecord};
use greenroom_lambda_api::{LogRecord, LogSink, LogSource};
use owo_colors::OwoColorize;
use serde_json::json;

use crate::terminal::{Terminal, brief};

/// Lines on the terminal.
pub(super) struct AwsLog(pub(super) Terminal);

impl GatewayLog for AwsLog {
    fn request(&self, record: &HttpRecord<'_>) {
        let took = record.took.as_secs_f64() * 1000.0;
        let fields = json!({
            "app": record.app, "event": record.event.to_string(), "method": record.method, "path": record.path,
            "status": record.status, "outcome": brief(record.outcome), "ms": (took * 1000.0).round() / 1000.0,
        });
        self.0.object("request", fields);
        let status = match record.status {
            500.. => record.status.red().bold().to_string(),
            400.. => record.status.yellow().to_string(),
            _ => record.status.green().to_string(),
        };
        self.0.timed(&format!("{} {} {status} {}", record.method, record.path, format_args!("{took:.1} ms").dimmed()));
        for line in record.outcome.text().into_iter().flat_map(str::lines) {
            self.0.text(format!("         {}", line.red()));
        }
    }
}

impl LogSink for AwsLog {
    fn record(&self, record: &LogRecord<'_>) {
        let event = record.event.map(|event| event.to_string());
        let source = match record.source {
            LogSource::Platform => "platform",
            LogSource::Function => "function",
            LogSource::Extension(_) => "extension",
        };
        self.0.object(
            "log",
            json!({
                "app": record.function.name, "event": event, "request": record.request_id, "stream": record.stream, "source": source,
                "level": record.level, "message": record.text,
            }),
        );
        let text = match record.level {
            "platform" => record.text.dimmed().to_string(),
            "warn" => record.text.yellow().to_string(),
            "error" => record.text.red().to_string(),
            _ => record.text.to_owned(),
        };
        self.0.timed(&format!("{} {text}", record.function.name.cyan()));
    }
}
