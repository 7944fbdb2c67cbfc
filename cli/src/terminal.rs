//! What a running server prints: one line per request, the lines of guest code, what happened to the app.
//!
//! Lines go through a thread of their own, so that a slow terminal does not slow down requests. It writes a few times per hundredth of a
//! second at most: waking it for every line would cost as much as a request does.

use std::fmt::Write as _;
use std::sync::mpsc;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use greenroom_channel::message::LogLevel;
use greenroom_gateway::{CallRecord, FrontDoor, RequestLog, RequestRecord, TriggerRecord};
use greenroom_host::{Clock, EventId, Journal, LogLine, Outcome};
use greenroom_supervisor::Output;
use owo_colors::OwoColorize;
use serde_json::json;

/// The terminal. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Terminal {
    lines: mpsc::Sender<Message>,
    shows: Shows,
    coloured: bool,
    clock: Clock,
}

/// What is printed, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shows {
    /// Text, on standard output.
    Text,
    /// An object a line, on standard output.
    Json,
    /// Text, on standard error: the standard output belongs to another program.
    Aside,
    /// Nothing.
    Nothing,
}

/// How long the thread lets lines gather after the first.
const GATHER: Duration = Duration::from_millis(2);

enum Message {
    Line(String),
    Flush(mpsc::Sender<()>),
}

impl Terminal {
    /// Prints what is to be shown.
    pub(crate) fn new(shows: Shows, clock: Clock) -> std::io::Result<Self> {
        let (lines, inbox) = mpsc::channel();
        let choice = match shows {
            Shows::Aside => anstream::AutoStream::choice(&std::io::stderr()),
            Shows::Text => anstream::AutoStream::choice(&std::io::stdout()),
            Shows::Json | Shows::Nothing => anstream::ColorChoice::Never,
        };
        if shows != Shows::Nothing {
            let thread = std::thread::Builder::new().name("terminal".to_owned()).stack_size(256 * 1024);
            thread
                .spawn(move || if shows == Shows::Aside { write(&inbox, std::io::stderr()) } else { write(&inbox, std::io::stdout()) })?;
        }
        Ok(Self { lines, shows, coloured: choice != anstream::ColorChoice::Never, clock })
    }

    /// Whether lines are JSON.
    pub(crate) fn is_json(&self) -> bool {
        self.shows == Shows::Json
    }

    fn is_text(&self) -> bool {
        matches!(self.shows, Shows::Text | Shows::Aside)
    }

    /// Prints a line of text, or nothing where lines are JSON. Colours are left out where they are not wanted.
    pub(crate) fn text(&self, line: impl Into<String>) {
        if !self.is_text() {
            return;
        }
        let line = line.into();
        self.line(if self.coloured { line } else { anstream::adapter::strip_str(&line).to_string() });
    }

    /// Prints an object where lines are JSON, with its kind first.
    pub(crate) fn object(&self, kind: &str, mut value: serde_json::Value) {
        if !self.is_json() {
            return;
        }
        if let Some(fields) = value.as_object_mut() {
            fields.shift_insert(0, "type".to_owned(), kind.into());
            fields.shift_insert(1, "at".to_owned(), self.clock.now().0.into());
        }
        self.line(value.to_string());
    }

    /// Prints a line of text with the time before it.
    pub(crate) fn timed(&self, line: &str) {
        if self.is_text() {
            self.text(format!("{} {line}", self.time()));
        }
    }

    /// Waits until everything has been printed.
    pub(crate) fn flush(&self) {
        let (done, printed) = mpsc::channel();
        if self.lines.send(Message::Flush(done)).is_ok() {
            let _ = printed.recv();
        }
    }

    fn line(&self, line: String) {
        let _ = self.lines.send(Message::Line(line));
    }

    fn time(&self) -> String {
        self.clock.now().time_of_day().dimmed().to_string()
    }
}

fn write(inbox: &mpsc::Receiver<Message>, mut out: impl std::io::Write) {
    while let Ok(first) = inbox.recv() {
        if matches!(first, Message::Line(_)) {
            gather();
        }
        let mut text = String::new();
        let mut flushes = Vec::new();
        for message in std::iter::once(first).chain(inbox.try_iter()) {
            match message {
                Message::Line(line) => {
                    text.push_str(&line);
                    text.push('\n');
                }
                Message::Flush(done) => flushes.push(done),
            }
        }
        // A terminal that was closed does not end the server.
        let _ = out.write_all(text.as_bytes());
        let _ = out.flush();
        for done in flushes {
            let _ = done.send(());
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "real time: it is about how often the terminal is written to")]
fn gather() {
    std::thread::sleep(GATHER);
}

/// The terminal of one app.
pub(crate) struct AppTerminal {
    terminal: Terminal,
    app: String,
    /// Shown before each line where there are several apps.
    prefix: String,
    plain_prefix: String,
    door: OnceLock<Arc<FrontDoor>>,
    /// Where what the code writes is kept beside.
    journal: Journal,
}

impl AppTerminal {
    /// Lines of `app`, marked with its name if there are `several`.
    pub(crate) fn new(terminal: Terminal, app: &str, several: bool, journal: Journal) -> Arc<Self> {
        let prefix = if several { format!("{} ", app.cyan()) } else { String::new() };
        let plain_prefix = anstream::adapter::strip_str(&prefix).to_string();
        Arc::new(Self { terminal, app: app.to_owned(), prefix, plain_prefix, door: OnceLock::new(), journal })
    }

    /// Stack traces are mapped by this door from now on.
    pub(crate) fn maps_by(&self, door: Arc<FrontDoor>) {
        let _ = self.door.set(door);
    }

    /// Says what happened to the app.
    pub(crate) fn says(&self, what: &str) {
        self.terminal.text(format!("{} {}{}", self.terminal.time(), self.prefix, what));
        self.terminal.object("app", json!({ "app": self.app, "message": anstream::adapter::strip_str(what).to_string() }));
    }

    /// The lines below that of a request or call that came to nothing.
    fn why(&self, outcome: &Outcome) {
        for line in outcome.text().into_iter().flat_map(str::lines) {
            self.terminal.text(format!("         {}", line.red()));
        }
    }

    fn mapped(&self, text: &str) -> String {
        match self.door.get() {
            Some(door) if text.lines().any(is_frame) => door.map_stack(text),
            _ => text.to_owned(),
        }
    }
}

/// Whether a line is one of a stack, however deep what has that stack is nested.
fn is_frame(line: &str) -> bool {
    line.starts_with("    ") && line.trim_start().starts_with("at ")
}

/// An outcome in the lines of JSON: its word, and the text that people see.
pub(crate) fn brief(outcome: &Outcome) -> serde_json::Value {
    let word = outcome.word();
    outcome.text().map_or_else(|| json!({ "type": word }), |text| json!({ "type": word, "message": text }))
}

fn word(level: LogLevel) -> &'static str {
    match level {
        LogLevel::Debug => "debug",
        LogLevel::Info => "info",
        LogLevel::Warn => "warn",
        LogLevel::Error => "error",
    }
}

impl Output for AppTerminal {
    fn over(&self, event: EventId, cpu: Option<Duration>) {
        self.journal.over(event, cpu);
    }

    fn waited(&self, event: EventId, waited: Duration) {
        self.journal.cold(event, waited);
    }

    fn line(&self, event: Option<EventId>, level: LogLevel, text: &str) {
        let text = self.mapped(text);
        if let Some(event) = event {
            self.journal.log(event, LogLine { level: word(level).into(), text: text.clone() });
        }
        if self.terminal.is_json() {
            let level = word(level);
            let event = event.map(|event| event.to_string());
            self.terminal.object("log", json!({ "app": self.app, "event": event, "level": level, "message": text }));
            return;
        }
        let shown = match level {
            LogLevel::Debug => text.dimmed().to_string(),
            LogLevel::Info => text,
            LogLevel::Warn => text.yellow().to_string(),
            LogLevel::Error => text.red().to_string(),
        };
        self.terminal.text(format!("{} {}{shown}", self.terminal.time(), self.prefix));
    }
}

impl RequestLog for AppTerminal {
    fn warning(&self, event: EventId, text: &str) {
        self.line(Some(event), LogLevel::Warn, text);
    }

    fn request(&self, record: &RequestRecord<'_>) {
        let took = record.took.as_secs_f64() * 1000.0;
        if self.terminal.is_json() {
            let fields = json!({
                "app": record.app, "event": record.event.map(|event| event.to_string()), "method": record.method, "path": record.path, "status": record.status,
                "outcome": brief(record.outcome), "ms": (took * 1000.0).round() / 1000.0,
                "guest_ms": record.in_guest.map(|took| (took.as_secs_f64() * 1_000_000.0).round() / 1000.0),
            });
            self.terminal.object("request", fields);
            return;
        }
        if !self.terminal.is_text() {
            return;
        }
        let mut line = String::with_capacity(64);
        let (method, path, status) = (record.method, record.path, record.status);
        if self.terminal.coloured {
            let status = match status {
                500.. => status.red().bold().to_string(),
                400.. => status.yellow().to_string(),
                300.. => status.cyan().to_string(),
                _ => status.green().to_string(),
            };
            let _ =
                write!(line, "{} {}{method} {path} {status} {}", self.terminal.time(), self.prefix, format_args!("{took:.1} ms").dimmed());
        } else {
            let _ = write!(line, "{} {}{method} {path} {status} {took:.1} ms", self.terminal.clock.now().time_of_day(), self.plain_prefix);
        }
        self.terminal.line(line);
        self.why(record.outcome);
    }

    fn call(&self, record: &CallRecord<'_>) {
        let took = record.took.as_secs_f64() * 1000.0;
        if self.terminal.is_json() {
            let fields = json!({
                "app": record.app, "event": record.event.to_string(), "cause": record.cause.map(|cause| cause.to_string()),
                "depth": record.depth, "call": record.summary, "outcome": brief(record.outcome), "ms": (took * 1000.0).round() / 1000.0,
            });
            self.terminal.object("call", fields);
            return;
        }
        let (word, took) = (coloured(record.outcome), format!("{took:.1} ms"));
        self.terminal.text(format!("{} {}  {} {word} {}", self.terminal.time(), self.prefix, record.summary, took.dimmed()));
        self.why(record.outcome);
    }

    fn trigger(&self, record: &TriggerRecord<'_>) {
        let took = record.took.as_secs_f64() * 1000.0;
        if self.terminal.is_json() {
            let fields = json!({
                "app": record.app, "event": record.event.to_string(), "kind": record.kind, "trigger": record.summary,
                "outcome": record.outcome, "ms": (took * 1000.0).round() / 1000.0,
            });
            self.terminal.object("trigger", fields);
            return;
        }
        let (kind, word, took) = (record.kind.word(), coloured(record.outcome), format!("{took:.1} ms"));
        let time = self.terminal.time();
        self.terminal.text(format!("{time} {}{} {} {word} {}", self.prefix, kind.cyan(), record.summary, took.dimmed()));
        self.why(record.outcome);
    }
}

fn coloured(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Ok => outcome.word().green().to_string(),
        _ => outcome.word().red().bold().to_string(),
    }
}
