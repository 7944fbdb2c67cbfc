//! What the code in a guest prints, and how a load that failed is told.

use std::time::Duration;

use greenroom_channel::message::{Failure, LogLevel};
use greenroom_host::{Clock, EventId};
use greenroom_lambda_api::{IsolateFailure, Writer};
use greenroom_supervisor::Output;
use serde_json::json;

use crate::StackMap;
use crate::guest::failed;

/// Hands lines on, with the places of stack traces as they are in the sources.
pub(crate) struct Lines {
    writer: Writer,
    map: StackMap,
}

impl Lines {
    pub(crate) fn new(writer: Writer, map: StackMap) -> Self {
        Self { writer, map }
    }

    /// Frames stand alone in a line, or between the quotes of JSON.
    pub(crate) fn mapped(&self, text: &str) -> String {
        if !text.contains("at ") {
            return text.to_owned();
        }
        text.split('"').map(|piece| (self.map)(piece)).collect::<Vec<_>>().join("\"")
    }

    /// The code could not be loaded: logged and told as the vendor's runtime does it.
    pub(crate) fn not_loaded(&self, failure: &Failure, clock: &Clock) -> IsolateFailure {
        let name = if failure.name.is_empty() { "Error" } else { &failure.name };
        let stack = self.mapped(&failure.stack);
        let trace: Vec<_> = stack.lines().map(str::to_owned).collect();
        let logged = json!({ "errorType": name, "errorMessage": failure.message, "stack": trace });
        (self.writer)("error", &format!("{}\tundefined\tERROR\tUncaught Exception \t{logged}", clock.now().iso_8601()));
        failed(name, &failure.message, &trace)
    }
}

impl Output for Lines {
    fn line(&self, _: Option<EventId>, level: LogLevel, text: &str) {
        let level = match level {
            LogLevel::Debug => "debug",
            LogLevel::Info => "info",
            LogLevel::Warn => "warn",
            LogLevel::Error => "error",
        };
        (self.writer)(level, &self.mapped(text));
    }

    fn over(&self, _: EventId, _: Option<Duration>) {}

    fn waited(&self, _: EventId, _: Duration) {}
}
