//! Log lines of an instance: to the journal, to the operator's sink, to subscribers of telemetry, and into the last 4 KiB that a caller
//! may ask for.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use greenroom_host::{EventId, Function, Host, LogLine};

use crate::options::Options;
use crate::telemetry::{Dialect, NotSubscribed, Platform, Telemetry};

/// <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_ResponseSyntax>: the last 4 KB of the execution log.
const TAIL: usize = 4096;

/// Who wrote a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogSource {
    /// Lambda: `START`, `END`, `REPORT`, and what it says of failures.
    Platform,
    /// The function's code.
    Function,
    /// The extension of this name.
    Extension(Arc<str>),
}

/// A line of a function's log.
pub struct LogRecord<'a> {
    /// Whose.
    pub function: &'a Function,
    /// The stream of its log group, one for each instance.
    pub stream: &'a str,
    /// The event under which the journal has it.
    pub event: Option<EventId>,
    /// Which invocation it belongs to; none before the first.
    pub request_id: Option<&'a str>,
    /// Who wrote it.
    pub source: &'a LogSource,
    /// `debug`, `info`, `warn`, `error`; `platform` for what is no error of [`LogSource::Platform`].
    pub level: &'static str,
    /// What it says, without a line break at the end; there may be some inside.
    pub text: &'a str,
}

/// Where an operator sees log lines.
pub trait LogSink: Send + Sync {
    /// Takes one. It must not wait.
    fn record(&self, record: &LogRecord<'_>);
}

/// Nobody looks.
pub(crate) struct Silent;

impl LogSink for Silent {
    fn record(&self, _: &LogRecord<'_>) {}
}

/// The log of one instance.
pub(crate) struct Log {
    pub(crate) function: Arc<Function>,
    pub(crate) stream: String,
    pub(crate) telemetry: Telemetry,
    host: Host,
    sink: Arc<dyn LogSink>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    event: Option<EventId>,
    request_id: Option<String>,
    tail: Vec<u8>,
}

impl Log {
    pub(crate) fn new(function: &Arc<Function>, host: &Host, options: &Options) -> Self {
        Self {
            function: Arc::clone(function),
            stream: stream_name(host, &function.version),
            telemetry: Telemetry::new(host, options.delivery),
            host: host.clone(),
            sink: Arc::clone(&options.sink),
            state: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What comes from here on belongs to `event`.
    pub(crate) fn belongs_to(&self, event: EventId) {
        self.lock().event = Some(event);
    }

    /// What comes from here on belongs to this invocation. An invocation that another one went before begins with an empty tail.
    pub(crate) fn begin(&self, event: EventId, request_id: &str) {
        let mut state = self.lock();
        if state.request_id.is_some() {
            state.tail.clear();
        }
        state.event = Some(event);
        state.request_id = Some(request_id.to_owned());
    }

    /// The last of what was written.
    pub(crate) fn tail(&self) -> Bytes {
        Bytes::copy_from_slice(&self.lock().tail)
    }

    /// A line of the function's code.
    pub(crate) fn function(&self, level: &'static str, text: &str) {
        self.telemetry.function(text, self.function.json_logs);
        self.write(&LogSource::Function, level, text);
    }

    /// A line of an extension.
    pub(crate) fn extension(&self, name: &Arc<str>, text: &str) {
        self.telemetry.extension(text);
        self.write(&LogSource::Extension(Arc::clone(name)), "info", text);
    }

    /// What Lambda says of a failure.
    pub(crate) fn failure(&self, text: &str) {
        self.write(&LogSource::Platform, "error", text);
    }

    /// Something that Lambda reports.
    pub(crate) fn platform(&self, event: &Platform) {
        self.telemetry.platform(event);
        let text = if self.function.json_logs { Some(event.json(self.host.clock.now())) } else { event.text() };
        if let Some(text) = text {
            self.write(&LogSource::Platform, "platform", &text);
        }
    }

    /// An extension subscribes to what is logged and reported.
    pub(crate) fn subscribe(&self, name: &str, body: &[u8], dialect: Dialect) -> Result<(), NotSubscribed> {
        let types = self.telemetry.subscribe(body, dialect)?;
        self.platform(&Platform::Subscription { name: name.to_owned(), types });
        Ok(())
    }

    /// A UUID.
    pub(crate) fn new_id(&self) -> String {
        let (high, low) = (self.host.ids.random(), self.host.ids.random());
        let (a, b, c) = (high >> 32, high >> 16 & 0xffff, high & 0xfff);
        format!("{a:08x}-{b:04x}-4{c:03x}-{:04x}-{:012x}", 0x8000 | low >> 50, low & 0xffff_ffff_ffff)
    }

    fn write(&self, source: &LogSource, level: &'static str, text: &str) {
        let mut state = self.lock();
        remember(&mut state.tail, text);
        if let Some(event) = state.event {
            self.host.journal.log(event, LogLine { level: level.into(), text: text.to_owned() });
        }
        let request_id = state.request_id.as_deref();
        let (function, stream, event) = (&*self.function, &*self.stream, state.event);
        self.sink.record(&LogRecord { function, stream, event, request_id, source, level, text });
    }
}

/// `2026/11/26/[$LATEST]0123…`
fn stream_name(host: &Host, version: &str) -> String {
    let day = host.clock.now().iso_8601()[..10].replace('-', "/");
    format!("{day}/[{version}]{:016x}{:016x}", host.ids.random(), host.ids.random())
}

fn remember(tail: &mut Vec<u8>, text: &str) {
    tail.extend_from_slice(text.as_bytes());
    tail.push(b'\n');
    let beyond = tail.len().saturating_sub(TAIL);
    tail.drain(..beyond);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_is_the_last_four_kilobytes() {
        let mut tail = Vec::new();
        remember(&mut tail, "first");
        assert_eq!(tail, b"first\n");
        remember(&mut tail, &"x".repeat(TAIL));
        assert_eq!((tail.len(), tail[0]), (TAIL, b'x'));
        remember(&mut tail, "last");
        assert!(tail.ends_with(b"x\nlast\n") && tail.len() == TAIL);
    }
}
