//! Events from one app of the run for another: the same way to the guests as requests from outside go.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use greenroom_channel::message::{Body, HeaderBlock, RequestHead};
use greenroom_host::{ByteStream, Content, Event, EventId, EventKind, Outcome, Parcel, Recipient, Reply, Undelivered};
use greenroom_supervisor::{InvokeError, Response, Unanswered};

use crate::door::{Behind, Finish, FrontDoor, SWITCHING_PROTOCOLS, message_of};
use crate::failure::outcome_of_unanswered;
use crate::record::{self, Recorded};

/// How many Workers one request may go through, each called by the one before. Production counts to the same number; the page names only
/// the limit of 32 invocations for a request: <https://developers.cloudflare.com/workers/platform/limits/#worker-invocations>.
const DEEPEST: u32 = 16;

/// A call from app to app that is over, for the log.
#[derive(Debug, Clone)]
pub struct CallRecord<'a> {
    /// The app that was called.
    pub app: &'a str,
    /// The event.
    pub event: EventId,
    /// The event whose code called.
    pub cause: Option<EventId>,
    /// How many calls led here.
    pub depth: u32,
    /// `AUTH.verify()`.
    pub summary: &'a str,
    /// How it ended.
    pub outcome: &'a Outcome,
    /// How long until the answer.
    pub took: Duration,
}

impl FrontDoor {
    /// Whether the guest of this number is one of this app's and has not ended.
    #[must_use]
    pub fn has_guest(&self, number: u64) -> bool {
        self.fleet.guest(number).is_some()
    }

    /// Delivers an event to the app's code and waits for the answer.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn deliver(&self, parcel: Parcel) -> Result<Reply, Undelivered> {
        let caller = parcel.cause.and_then(|cause| self.host.journal.lineage(cause));
        let called = matches!(parcel.to, Recipient::App(_));
        let depth = caller.as_ref().map_or(0, |caller| caller.depth) + u32::from(called);
        if depth >= DEEPEST {
            return Err(Undelivered::TooDeep);
        }
        let (to, cause) = (parcel.to.clone(), parcel.cause);
        let Some(summary) = parcel.summary.clone() else { return self.ask(cause, parcel).await.1 };
        let source = caller.map_or_else(|| Arc::from("service"), |caller| caller.app);
        let (head, body) = pack(parcel);
        let event = Event::new(&self.host, EventKind::ServiceCall, &source, &self.app, summary.clone(), cause);
        let id = event.id;
        self.host.journal.append(Event { depth, ..event }.carrying(record::payload(&head)));
        let said = asks_for_socket(&head);
        let body = body.map(|body| if said { body } else { Recorded::request(body, &self.host.journal, id).boxed() });
        let started = self.host.clock.uptime();
        let mut finish = Finish { door: self, id, started, outcome: Outcome::Canceled };
        let (outcome, answer) = self.ask_packed(Some(id), &to, head, body).await;
        if let Ok(reply) = &answer {
            self.host.journal.answered(id, record::reply(reply));
        }
        finish.outcome = outcome.clone();
        let took = self.host.clock.uptime().saturating_sub(started);
        let record = CallRecord { app: &self.app, event: id, cause, depth, summary: &summary, outcome: &outcome, took };
        self.log.call(&record);
        answer
    }

    /// Sends what is in a parcel to the code, and waits for the answer.
    async fn ask(&self, event: Option<EventId>, parcel: Parcel) -> (Outcome, Result<Reply, Undelivered>) {
        let to = parcel.to.clone();
        let (head, body) = pack(parcel);
        self.ask_packed(event, &to, head, body).await
    }

    /// The same for what is packed already.
    pub(crate) async fn ask_packed(
        &self,
        event: Option<EventId>,
        to: &Recipient,
        mut head: RequestHead,
        mut body: Option<ByteStream>,
    ) -> (Outcome, Result<Reply, Undelivered>) {
        let mut said = None;
        if body.is_some() && asks_for_socket(&head) {
            (head.body, said) = (Body::Empty, body.take());
        }
        let answered = match (to, self.behind()) {
            (Recipient::Guest(number), _) => match self.fleet.guest(*number) {
                Some(guest) => {
                    let mut invocation = guest.invoke(event, &head, body);
                    invocation.response().await.map(|response| (invocation, response)).map_err(Unanswered::Failed)
                }
                None => return refused(Undelivered::Gone),
            },
            (Recipient::Function(arn), _) => return refused(Undelivered::NoSuchFunction(arn.clone())),
            (Recipient::Queue(arn), _) => return refused(Undelivered::NoSuchQueue(arn.clone())),
            (Recipient::App(_), Behind::Broken(why)) => return refused(Undelivered::Failed { message: why.to_string(), carried: None }),
            (Recipient::App(_), Behind::App(_)) => self.fleet.answer(event, &head, body).await,
        };
        let error = match answered {
            Ok((invocation, response)) => {
                if let Some(said) = said.filter(|_| response.head.status == SWITCHING_PROTOCOLS) {
                    invocation.send(said);
                }
                return (Outcome::Ok, Ok(reply(response)));
            }
            Err(error) => error,
        };
        self.nobody_ran(event, &error);
        let outcome = self.mapped(outcome_of_unanswered(&error, self.rules.words));
        let undelivered = match &error {
            Unanswered::Failed(error) => Self::failed(error, &outcome),
            Unanswered::Nobody(_) => Undelivered::Failed { message: message_of(&outcome).to_owned(), carried: None },
        };
        (outcome, Err(undelivered))
    }

    fn failed(error: &InvokeError, outcome: &Outcome) -> Undelivered {
        match error {
            InvokeError::Failed(failure) => Undelivered::Failed { message: failure.message.clone(), carried: failure.carried.clone() },
            // What a Worker is told of one whose isolate has gone.
            InvokeError::Crashed(_) | InvokeError::Untaken(_) => Undelivered::Gone,
            _ => Undelivered::Failed { message: message_of(outcome).to_owned(), carried: None },
        }
    }
}

/// Whether the answer may be a WebSocket. Then a body that comes as a stream is none, but what the caller says once there is one.
fn asks_for_socket(head: &RequestHead) -> bool {
    let upgrade = head.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(b"upgrade"));
    upgrade.is_some_and(|(_, value)| value.eq_ignore_ascii_case(b"websocket"))
}

fn refused(undelivered: Undelivered) -> (Outcome, Result<Reply, Undelivered>) {
    (Outcome::error(undelivered.to_string()), Err(undelivered))
}

pub(crate) fn pack(parcel: Parcel) -> (RequestHead, Option<ByteStream>) {
    let (body, stream) = match parcel.body {
        None => (Body::Empty, None),
        Some(Content::Whole(bytes)) => (Body::Inline(bytes), None),
        Some(Content::Stream(stream)) => (Body::Stream, Some(stream)),
    };
    let mut packed = Vec::new();
    let (method, url, extra) = match parcel.request {
        Some(request) => {
            let headers = request.headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
            HeaderBlock::encode(&mut packed, headers.len(), headers);
            (Bytes::from(request.method), Bytes::from(request.url), Bytes::from(request.extra))
        }
        None => {
            HeaderBlock::encode(&mut packed, 0, std::iter::empty());
            (Bytes::new(), Bytes::new(), Bytes::new())
        }
    };
    (RequestHead { method, url, headers: HeaderBlock(packed.into()), extra, entry: parcel.entry, body }, stream)
}

fn reply(response: Response) -> Reply {
    let characters = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let mut headers: Vec<_> = response.head.header_pairs().map(|(name, value)| (characters(name), characters(value))).collect();
    // A reason comes first, under no name; no text at all is no name with an empty value.
    let reason = headers.first().filter(|(name, _)| name.is_empty()).map_or_else(String::new, |(_, reason)| reason.clone());
    headers.retain(|(name, _)| !name.is_empty());
    let body = match (response.stream, response.head.body) {
        (Some(stream), _) => Some(Content::Stream(Box::pin(stream))),
        (None, Body::Inline(bytes)) => Some(Content::Whole(bytes)),
        (None, _) => None,
    };
    Reply { status: response.head.status, reason, headers, body }
}
