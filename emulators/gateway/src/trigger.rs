//! Events that are no requests: the same way to the guests as requests go.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use greenroom_host::faults::Fate;
use greenroom_host::{Clock, Content, Event, EventId, EventKind, Outcome, Parcel, ParcelRequest, Payload, Reply, Undelivered};
use serde_json::Value;

use crate::deliver::pack;
use crate::door::{Finish, FrontDoor};
use crate::parcel;
use crate::record::{self, Recorded};

/// Something that is to make the app's code run.
#[derive(Debug, Clone)]
pub struct Trigger {
    /// What happened.
    pub kind: EventKind,
    /// Where from: `cron`.
    pub source: Arc<str>,
    /// In one line: `0 0 * * *`.
    pub summary: String,
    /// The event that made it; none for what comes from outside.
    pub cause: Option<EventId>,
    /// What the code is called with.
    pub payload: Delivered,
}

/// What the code is called with.
#[derive(Debug, Clone)]
pub enum Delivered {
    /// A handler's argument, as the platform's scripts take it.
    Data(Value),
    /// A request, and its body.
    Request(ParcelRequest, Bytes),
}

/// What became of a trigger.
#[derive(Debug, Clone)]
pub struct Triggered {
    /// The event.
    pub event: EventId,
    /// How it ended.
    pub outcome: Outcome,
    /// How long that took.
    pub took: Duration,
    /// What the platform's scripts say beside the outcome; null if nothing.
    pub said: Value,
    /// The answer to a request.
    pub answer: Option<Answered>,
}

/// The answer to a request that was made here.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The status.
    pub status: u16,
    /// Names and values in order.
    pub headers: Vec<(String, String)>,
    /// The body, as far as it came.
    pub body: Bytes,
}

/// A trigger that is over, for the log.
#[derive(Debug, Clone)]
pub struct TriggerRecord<'a> {
    /// The app.
    pub app: &'a str,
    /// The event.
    pub event: EventId,
    /// What happened.
    pub kind: EventKind,
    /// In one line.
    pub summary: &'a str,
    /// How it ended.
    pub outcome: &'a Outcome,
    /// How long that took.
    pub took: Duration,
}

impl FrontDoor {
    /// Lets the app's code run for an event, and waits until it is over. Work in flight that calls this does not count as such while the
    /// guest has it.
    pub async fn trigger(&self, trigger: Trigger) -> Triggered {
        let Trigger { kind, source, summary, cause, payload } = trigger;
        let event = Event::new(&self.host, kind, &source, &self.app, summary.clone(), cause);
        let id = event.id;
        let is_request = matches!(payload, Delivered::Request(..));
        let (parcel, kept) = packed(&self.app, kind, payload);
        let to = parcel.to.clone();
        let (head, body) = pack(parcel);
        self.host.journal.append(event.carrying(kept.unwrap_or_else(|| record::payload(&head))));
        let started = self.host.clock.uptime();
        let mut finish = Finish { door: self, id, started, outcome: Outcome::Canceled };
        let (outcome, reply) = match self.host.fate(id, &self.app, kind.word(), std::slice::from_ref(&summary)).await {
            Fate::Lost => (Outcome::Dropped { message: "lost on the way by a fault".to_owned() }, Err(Undelivered::Gone)),
            Fate::Failed(message) => (Outcome::error(message.clone()), Err(Undelivered::Failed { message, carried: None })),
            Fate::Twice => {
                drop(Clock::waiting(self.ask_packed(Some(id), &to, head.clone(), None)).await);
                Clock::waiting(self.ask_packed(Some(id), &to, head, body)).await
            }
            Fate::Delivered => Clock::waiting(self.ask_packed(Some(id), &to, head, body)).await,
        };
        let (said, answer) = match reply {
            Ok(reply) if is_request => (Value::Null, Some(self.answered(id, reply).await)),
            Ok(Reply { body: Some(Content::Whole(bytes)), .. }) => (serde_json::from_slice(&bytes).unwrap_or_default(), None),
            Err(Undelivered::Failed { carried: Some(text), .. }) => (serde_json::from_str(&text).unwrap_or_default(), None),
            Ok(_) | Err(_) => (Value::Null, None),
        };
        finish.outcome = outcome.clone();
        let took = self.host.clock.uptime().saturating_sub(started);
        self.log.trigger(&TriggerRecord { app: &self.app, event: id, kind, summary: &summary, outcome: &outcome, took });
        Triggered { event: id, outcome, took, said, answer }
    }

    /// The answer to a request, whole. The journal keeps of it what it keeps of any.
    async fn answered(&self, event: EventId, reply: Reply) -> Answered {
        self.host.journal.answered(event, record::reply(&reply));
        let mut body = Vec::new();
        match reply.body {
            Some(Content::Whole(bytes)) => body.extend_from_slice(&bytes),
            Some(Content::Stream(stream)) => {
                let mut stream = Recorded::answer(stream, &self.host.journal, event);
                while let Some(Ok(bytes)) = Clock::waiting(stream.next()).await {
                    body.extend_from_slice(&bytes);
                }
            }
            None => {}
        }
        Answered { status: reply.status, headers: reply.headers, body: body.into() }
    }
}

/// What is sent, and what the journal keeps of it where that is something else.
fn packed(app: &str, kind: EventKind, payload: Delivered) -> (Parcel, Option<Payload>) {
    match payload {
        Delivered::Data(data) => {
            let kept = Payload::Data(data);
            (parcel::of(app, kind, &kept), Some(kept))
        }
        Delivered::Request(request, body) => (parcel::of_request(app, request, body), None),
    }
}
