//! What the journal has of queues: an event for each send, each receive that got something, each delete.

use std::time::Duration;

use greenroom_aws_wire::ApiError;
use greenroom_host::{Event, EventId, EventKind, Host, Outcome, Payload, TraceId};
use serde_json::{Value, json};

use crate::faults::Struck;
use crate::key::QueueKey;
use crate::message::{Outgoing, Received};
use crate::verbs::Sent;

/// The app that queues belong to that no template declares.
pub const APP: &str = "aws";

/// How much of a text is kept, in characters.
const KEPT: usize = 65_536;

/// An event that is not over.
pub(crate) struct Entry {
    host: Host,
    /// Its id.
    pub(crate) id: EventId,
    started: Duration,
    outcome: Option<Outcome>,
}

impl Entry {
    /// Messages are about to be sent.
    pub(crate) fn send(host: &Host, to: &QueueKey, app: Option<&str>, messages: &[Outgoing]) -> Self {
        let said = |message: &Outgoing| {
            let mut said = json!({ "body": kept(&message.body) });
            let parts = [("groupId", &message.group), ("deduplicationId", &message.deduplication)];
            for (name, value) in parts.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?))) {
                said[name] = value.as_str().into();
            }
            if !message.attributes.is_empty() {
                said["attributes"] = json!(message.attributes);
            }
            said
        };
        let summary = format!("send {} to {}", counted(messages.len()), to.name);
        let first = messages.first();
        let cause = first.and_then(|message| message.cause);
        let trace = first.and_then(Outgoing::trace_text).and_then(root);
        let data = json!({ "messages": messages.iter().map(said).collect::<Vec<_>>() });
        Self::begin(host, EventKind::QueueSend, to, app, summary, (cause, trace), data)
    }

    /// Messages are about to be deleted.
    pub(crate) fn delete(host: &Host, from: &QueueKey, app: Option<&str>, count: usize) -> Self {
        let summary = format!("delete {} of {}", counted(count), from.name);
        Self::begin(host, EventKind::QueueDelete, from, app, summary, (None, None), Value::Null)
    }

    fn begin(
        host: &Host,
        kind: EventKind,
        key: &QueueKey,
        app: Option<&str>,
        summary: String,
        (cause, trace): (Option<EventId>, Option<TraceId>),
        data: Value,
    ) -> Self {
        let event = Event::new(host, kind, &"sqs".into(), &app.unwrap_or(APP).into(), summary, cause);
        let trace = trace.filter(|_| cause.is_none()).unwrap_or(event.trace);
        let payload = if data.is_null() { Payload::None } else { Payload::Data(data) };
        let event = Event { trace, ..event }.for_part(key.arn()).carrying(payload);
        let id = event.id;
        host.journal.append(event);
        Self { host: host.clone(), id, started: host.clock.uptime(), outcome: None }
    }

    /// Rules have struck.
    pub(crate) fn struck(&self, struck: &Struck) {
        for note in &struck.notes {
            self.host.journal.fault(self.id, note.clone());
        }
    }

    /// What became of messages that were sent.
    pub(crate) fn sent(mut self, result: &Result<Vec<Result<Sent, ApiError>>, ApiError>) {
        self.outcome = Some(match result {
            Err(error) => Outcome::error(error.message.clone()),
            Ok(all) => outcome(&all.iter().map(|one| one.as_ref().err()).collect::<Vec<_>>()),
        });
    }

    /// What became of messages that were deleted.
    pub(crate) fn over(mut self, results: &[Result<(), ApiError>]) {
        self.outcome = Some(outcome(&results.iter().map(|one| one.as_ref().err()).collect::<Vec<_>>()));
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let outcome = self.outcome.take().unwrap_or(Outcome::Canceled);
        let took = self.host.clock.uptime().saturating_sub(self.started);
        self.host.journal.finish(self.id, outcome, took);
        self.host.journal.over(self.id, None);
    }
}

/// Messages were received.
pub(crate) fn received(host: &Host, from: &QueueKey, app: Option<&str>, messages: &[Received], struck: &Struck) {
    let Some(first) = messages.first() else { return };
    let said = |message: &Received| json!({ "messageId": message.id, "body": kept(&message.body), "receiveCount": message.count });
    let data = json!({ "messages": messages.iter().map(said).collect::<Vec<_>>() });
    let summary = format!("receive {} of {}", counted(messages.len()), from.name);
    let trace = first.extra.trace.as_deref().and_then(root);
    let mut entry = Entry::begin(host, EventKind::QueueReceive, from, app, summary, (first.event, trace), data);
    entry.struck(struck);
    entry.outcome = Some(Outcome::Ok);
}

fn outcome(errors: &[Option<&ApiError>]) -> Outcome {
    let failed = errors.iter().flatten().count();
    match errors.iter().flatten().next() {
        None => Outcome::Ok,
        Some(first) if failed == errors.len() => Outcome::error(first.message.clone()),
        Some(_) => {
            let failed = errors.iter().enumerate().filter(|(_, error)| error.is_some()).map(|(place, _)| (place + 1).to_string());
            Outcome::Partial { failed: failed.collect() }
        }
    }
}

fn counted(count: usize) -> String {
    if count == 1 { "a message".to_owned() } else { format!("{count} messages") }
}

fn kept(text: &str) -> Value {
    if text.len() <= KEPT { text.into() } else { text.chars().take(KEPT).collect::<String>().into() }
}

/// The trace in `Root=1-67…-…;Parent=…`.
fn root(header: &str) -> Option<TraceId> {
    let root = header.split(';').find_map(|part| part.trim().strip_prefix("Root=1-"))?;
    let (seconds, rest) = root.split_once('-')?;
    TraceId::parse(&format!("{seconds}{rest}"))
}
