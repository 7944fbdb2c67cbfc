//! What the journal has of queues: an event for each send, each receive that got something, each delete, and whatever else takes messages
//! from one queue to another.

use std::time::Duration;

use greenroom_aws_wire::ApiError;
use greenroom_host::{Event, EventId, EventKind, Host, Outcome, Payload, TraceId};
use serde_json::{Value, json};

use crate::faults::Struck;
use crate::key::QueueKey;
use crate::message::{Outgoing, Received};
use crate::store::Content;
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

/// A way from one queue to another.
#[derive(Clone, Copy)]
pub(crate) struct Moved<'a> {
    /// `give up`, `redrive`.
    pub(crate) how: &'static str,
    pub(crate) from: &'a QueueKey,
    pub(crate) to: &'a QueueKey,
    /// The app that the first queue belongs to.
    pub(crate) app: Option<&'a str>,
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
    pub(crate) fn delete(host: &Host, from: &QueueKey, app: Option<&str>, count: usize, cause: Option<EventId>) -> Self {
        let summary = format!("delete {} of {}", counted(count), from.name);
        Self::begin(host, EventKind::QueueDelete, from, app, summary, (cause, None), Value::Null)
    }

    /// Messages that one event has sent go to another queue. `as_event`: where their rows name the event already.
    pub(crate) fn moved(host: &Host, way: &Moved<'_>, messages: &[&Content], as_event: Option<EventId>) -> Self {
        let Moved { how, from, to, app } = *way;
        let summary = format!("{how} {} of {} to {}", counted(messages.len()), from.name, to.name);
        let ids = messages.iter().map(|message| json!({ "messageId": message.id }));
        let data = json!({ "to": to.arn(), "messages": ids.collect::<Vec<_>>() });
        let first = messages.first();
        let (cause, trace) = (first.and_then(|message| message.event), first.and_then(|message| root(message.extra.trace.as_deref()?)));
        let event = Event::new(host, EventKind::QueueMove, &"sqs".into(), &app.unwrap_or(APP).into(), summary, cause);
        let id = as_event.unwrap_or(event.id);
        Self::append(host, Event { id, span: id.span(), ..event }, from, trace, data)
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
        Self::append(host, event, key, trace, data)
    }

    fn append(host: &Host, event: Event, key: &QueueKey, trace: Option<TraceId>, data: Value) -> Self {
        let trace = trace.filter(|_| event.cause.is_none()).unwrap_or(event.trace);
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

    /// They are in the other queue, or why not.
    pub(crate) fn moved_on(mut self, failure: Option<String>) {
        self.outcome = Some(failure.map_or(Outcome::Ok, Outcome::error));
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

/// Messages were received: what is done with them is caused by that.
pub(crate) fn received(host: &Host, from: &QueueKey, app: Option<&str>, messages: &mut [Received], struck: &Struck) {
    let Some(first) = messages.first() else { return };
    let said = |message: &Received| json!({ "messageId": message.id, "body": kept(&message.body), "receiveCount": message.count });
    let data = json!({ "messages": messages.iter().map(said).collect::<Vec<_>>() });
    let summary = format!("receive {} of {}", counted(messages.len()), from.name);
    let trace = first.extra.trace.as_deref().and_then(root);
    let event = Event::new(host, EventKind::QueueReceive, &"sqs".into(), &app.unwrap_or(APP).into(), summary, first.event);
    let mut entry = Entry::append(host, Event { attempt: first.count, ..event }, from, trace, data);
    entry.struck(struck);
    entry.outcome = Some(Outcome::Ok);
    for message in messages {
        message.event = Some(entry.id);
    }
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
