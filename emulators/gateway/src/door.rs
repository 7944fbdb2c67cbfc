//! One request from beginning to end.

use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use futures::StreamExt;
use greenroom_host::{Event, EventId, EventKind, Host, Outcome, Words};
use greenroom_supervisor::{BodyStream, Fleet, Unanswered};
use hyper::body::Incoming;

use crate::deliver::CallRecord;
use crate::failure::{outcome_of_unanswered, page, signed_page};
use crate::faults::Doom;
use crate::limits::DoorLimits;
use crate::origins::Origins;
use crate::record::{self, Recorded};
use crate::request::Converted;
use crate::response::OutBody;
use crate::test_path::TestPaths;
use crate::trigger::TriggerRecord;
use crate::upgrade::Upgrade;

/// The status of an answer whose connection becomes something else.
pub(crate) const SWITCHING_PROTOCOLS: u16 = 101;

/// A request that is over, for the log.
#[derive(Debug, Clone)]
pub struct RequestRecord<'a> {
    /// The event; none where the request was answered at the door.
    pub event: Option<EventId>,
    /// The app.
    pub app: &'a str,
    /// `GET`.
    pub method: &'a str,
    /// Path and query.
    pub path: &'a str,
    /// The status that was sent.
    pub status: u16,
    /// How it ended.
    pub outcome: &'a Outcome,
    /// How long it took until the head of the answer.
    pub took: Duration,
    /// How much of that the guest took, from the request's arrival there to its answer.
    pub in_guest: Option<Duration>,
}

/// Takes a line for every request.
pub trait RequestLog: Send + Sync {
    /// A request is over.
    fn request(&self, record: &RequestRecord<'_>);

    /// A call from another app, or from itself, is over.
    fn call(&self, record: &CallRecord<'_>);

    /// An event that is no request is over.
    fn trigger(&self, record: &TriggerRecord<'_>);

    /// Something of what the code answered to `event` did not go out.
    fn warning(&self, event: EventId, text: &str);
}

/// Rewrites stack traces into places in the sources.
type StackMap = dyn Fn(&str) -> String + Send + Sync;

/// What stands behind the door at the moment.
#[derive(Clone)]
pub(crate) enum Behind {
    /// The fleet serves; stack traces are mapped by this.
    App(Arc<StackMap>),
    /// No version has been loaded yet, and this is why.
    Broken(Arc<str>),
}

/// What the platform's edge makes of requests and answers.
pub struct EdgeRules {
    /// The vendor's words for what has none of its own.
    pub words: Words,
    /// How large requests and answers may be; none where nothing is held.
    pub limits: Option<DoorLimits>,
    /// Where requests come from.
    pub origins: Origins,
    /// Which paths make triggers happen.
    pub test_paths: TestPaths,
}

/// The front door of one app.
pub struct FrontDoor {
    pub(crate) app: Arc<str>,
    pub(crate) host: Host,
    pub(crate) fleet: Arc<Fleet>,
    pub(crate) log: Arc<dyn RequestLog>,
    pub(crate) rules: EdgeRules,
    local: SocketAddr,
    /// The source of what comes in here.
    source: Arc<str>,
    behind: RwLock<Behind>,
}

impl FrontDoor {
    /// A door at `local` to the guests of `fleet`.
    #[must_use]
    pub fn new(app: &str, host: Host, fleet: Arc<Fleet>, log: Arc<dyn RequestLog>, rules: EdgeRules, local: SocketAddr) -> Arc<Self> {
        let behind = RwLock::new(Behind::App(Arc::new(str::to_owned)));
        Arc::new(Self { app: app.into(), host, fleet, log, rules, local, source: "http".into(), behind })
    }

    /// A version has been loaded: stack traces are mapped by `map` from now on.
    pub fn opened(&self, map: Arc<StackMap>) {
        *self.behind.write().unwrap_or_else(PoisonError::into_inner) = Behind::App(map);
    }

    /// There is no version to serve: every request is answered with this text.
    pub fn broken(&self, why: &str) {
        *self.behind.write().unwrap_or_else(PoisonError::into_inner) = Behind::Broken(why.into());
    }

    /// Rewrites stack traces in `text` into places in the sources.
    #[must_use]
    pub fn map_stack(&self, text: &str) -> String {
        let text = without_own_frames(text);
        match self.behind() {
            Behind::App(map) => map(&text),
            Behind::Broken(_) => text,
        }
    }

    pub(crate) fn behind(&self) -> Behind {
        self.behind.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) async fn answer(&self, request: hyper::Request<Incoming>, peer: SocketAddr) -> http::Response<OutBody> {
        let started = self.host.clock.uptime();
        let asked = Asked::of(&request);
        let Answered { response, outcome, in_guest, event } = self.dispatch(request, peer, &asked, started).await;
        let took = self.host.clock.uptime().saturating_sub(started);
        let (method, path, status) = (&*asked.method, &*asked.path, response.status().as_u16());
        self.log.request(&RequestRecord { event, app: &self.app, method, path, status, outcome: &outcome, took, in_guest });
        response
    }

    async fn dispatch(&self, mut request: hyper::Request<Incoming>, peer: SocketAddr, asked: &Asked, started: Duration) -> Answered {
        if let Behind::Broken(why) = self.behind() {
            return asked.refused(500, &why);
        }
        if let Some(status) = self.rules.limits.and_then(|limits| limits.refusal(&self.host.limits, &request)) {
            return self.too_large(status, asked);
        }
        if let Some(test_path) = self.rules.test_paths.find(request.uri().path()) {
            let response = self.happen(test_path, request.uri(), request.headers()).await;
            return Answered { response, outcome: Outcome::Ok, in_guest: None, event: None };
        }
        let upgrade = Upgrade::of(&mut request);
        let ray = self.host.ids.random();
        let (head, body) = match crate::request::convert(request, self.local, peer, &self.rules.origins, ray) {
            Ok(converted) => converted,
            Err(why) => return asked.refused(400, &why.words()),
        };
        let summary = format!("{} {}", asked.method, asked.path);
        let event = Event::new(&self.host, EventKind::HttpRequest, &self.source, &self.app, summary, self.host.callers.at(peer));
        let id = event.id;
        self.host.journal.append(event.carrying(record::payload(&head)));
        let body = body.map(|body| Recorded::request(body, &self.host.journal, id).boxed());
        let mut finish = Finish { door: self, id, started, outcome: Outcome::Canceled };
        let answered = self.ask_app(id, (head, body), upgrade, asked).await;
        finish.outcome = answered.outcome.clone();
        Answered { event: Some(id), ..answered }
    }

    async fn ask_app(&self, id: EventId, (head, body): Converted, upgrade: Option<Upgrade>, asked: &Asked) -> Answered {
        let doom = self.doom(id, &asked.method, &asked.path).await;
        if let Doom::Refused(status, message) = &doom {
            return asked.refused(*status, message);
        }
        let (body, too_large) = self.bound(body);
        let answered = tokio::select! {
            answered = self.fleet.answer(Some(id), &head, body) => answered,
            () = settled(too_large) => return self.too_large(http::StatusCode::PAYLOAD_TOO_LARGE, asked),
        };
        let (invocation, answer) = match answered {
            Ok(answered) => answered,
            Err(error) => {
                self.nobody_ran(Some(id), &error);
                let outcome = self.mapped(outcome_of_unanswered(&error, self.rules.words));
                return asked.failed(status_of(&outcome), outcome);
            }
        };
        if matches!(doom, Doom::Crash) {
            invocation.end_guest();
            let outcome = crate::faults::crashed();
            return asked.failed(status_of(&outcome), outcome);
        }
        let in_guest = Some(Duration::from_micros(u64::from(answer.head.took)));
        self.host.journal.answered(id, record::answer(&answer.head));
        let lost = |why: String| self.log.warning(id, &why);
        let response = match upgrade {
            Some(upgrade) if answer.head.status == SWITCHING_PROTOCOLS => upgrade.grant(invocation, answer, lost),
            _ => crate::response::convert(answer, asked.method == "HEAD", |body| Recorded::answer(body, &self.host.journal, id), lost),
        };
        if self.rules.limits.is_some_and(|limits| limits.refuses_response(&self.host.limits, &response)) {
            return asked.refused(520, HEADERS_TOO_LARGE);
        }
        Answered { response, outcome: Outcome::Ok, in_guest, event: None }
    }

    fn too_large(&self, status: http::StatusCode, asked: &Asked) -> Answered {
        let reason = crate::limits::words(status);
        let answered = asked.refused(status.as_u16(), reason);
        match self.rules.words.server {
            "" => answered,
            server => Answered { response: signed_page(status, reason, server), ..answered },
        }
    }

    /// The body as far as it may go, and what tells that it would have gone further.
    fn bound(&self, body: Option<BodyStream>) -> (Option<BodyStream>, Option<impl Future<Output = ()> + use<>>) {
        match (body, self.rules.limits) {
            (Some(body), Some(limits)) => {
                let (body, too_large) = limits.bound(&self.host.limits, body);
                (Some(body), Some(too_large))
            }
            (body, _) => (body, None),
        }
    }

    /// Where no guest has the event, nobody else will say that it is over.
    pub(crate) fn nobody_ran(&self, event: Option<EventId>, error: &Unanswered) {
        if let (Some(event), Unanswered::Nobody(_)) = (event, error) {
            self.host.journal.over(event, None);
        }
    }

    pub(crate) fn mapped(&self, outcome: Outcome) -> Outcome {
        match outcome {
            Outcome::Error { class, message, stack: Some(stack) } => Outcome::Error { class, message, stack: Some(self.map_stack(&stack)) },
            other => other,
        }
    }
}

/// Leaves out the frames of a stack that are this program's own JavaScript: they say nothing about the user's code. What follows a stack on
/// its last line (` {` before an error's properties, a comma) stays.
fn without_own_frames(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.split('\n') {
        match (after_own_frame(line), lines.last_mut()) {
            (Some(after), Some(before)) => before.push_str(after),
            _ => lines.push(line.to_owned()),
        }
    }
    lines.join("\n")
}

/// What stands behind the place on a line that is a frame of this program's own.
fn after_own_frame(line: &str) -> Option<&str> {
    let frame = line.trim_start().strip_prefix("at ")?;
    ["ext:", "greenroom:", "node:internal"].iter().find_map(|place| {
        if frame.starts_with(place) || frame.strip_prefix("async ").is_some_and(|frame| frame.starts_with(place)) {
            let end = frame.find([' ', ',']).filter(|_| !frame.starts_with("async "));
            return Some(end.map_or("", |end| &frame[end..]));
        }
        let named = &frame[frame.find(&format!("({place}"))?..];
        Some(named.find(')').map_or("", |end| &named[end + 1..]))
    })
}

/// What a client asks for.
struct Asked {
    method: String,
    path: String,
    wants_html: bool,
}

impl Asked {
    fn of<B>(request: &hyper::Request<B>) -> Self {
        let path = request.uri().path_and_query().map_or("/", http::uri::PathAndQuery::as_str).to_owned();
        Self { method: request.method().as_str().to_owned(), path, wants_html: wants_html(request.headers()) }
    }

    /// What the door answers by itself.
    fn refused(&self, status: u16, message: &str) -> Answered {
        self.failed(status, Outcome::error(message))
    }

    /// The page that tells how it ended.
    fn failed(&self, status: u16, outcome: Outcome) -> Answered {
        Answered { response: page(status, message_of(&outcome), self.wants_html), outcome, in_guest: None, event: None }
    }
}

struct Answered {
    response: http::Response<OutBody>,
    outcome: Outcome,
    in_guest: Option<Duration>,
    /// The event, once there is one.
    event: Option<EventId>,
}

/// Waits for `future`; for ever where there is none.
async fn settled(future: Option<impl Future<Output = ()>>) {
    match future {
        Some(future) => future.await,
        None => std::future::pending().await,
    }
}

/// An answer that the vendor's network does not pass on:
/// <https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/error-520/>
const HEADERS_TOO_LARGE: &str = "Web server is returning an unknown error: its headers are too large";

/// Writes the outcome down, also when the client goes away and the future is dropped.
pub(crate) struct Finish<'a> {
    pub(crate) door: &'a FrontDoor,
    pub(crate) id: EventId,
    pub(crate) started: Duration,
    pub(crate) outcome: Outcome,
}

impl Drop for Finish<'_> {
    fn drop(&mut self) {
        let took = self.door.host.clock.uptime().saturating_sub(self.started);
        let outcome = std::mem::replace(&mut self.outcome, Outcome::Canceled);
        self.door.host.journal.finish(self.id, outcome, took);
    }
}

/// 500 for what the code did, 503 where there was no guest to do it: as Cloudflare tells 1101 from 1102.
/// <https://developers.cloudflare.com/workers/observability/errors/>
fn status_of(outcome: &Outcome) -> u16 {
    match outcome {
        Outcome::Exceeded { .. } | Outcome::Crashed { .. } => 503,
        _ => 500,
    }
}

pub(crate) fn message_of(outcome: &Outcome) -> &str {
    outcome.text().unwrap_or_default()
}

fn wants_html(headers: &http::HeaderMap) -> bool {
    headers.get(http::header::ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}

#[cfg(test)]
mod tests {
    use super::without_own_frames;

    #[test]
    fn stacks_show_the_frames_of_the_user() {
        let stack =
            "Error: (ext: is no frame)\n    at f (file:///index.js:1:2)\n    at g (ext:greenroom/guest.js:1:2)\n    at ext:core/x.js:1:1";
        assert_eq!(without_own_frames(stack), "Error: (ext: is no frame)\n    at f (file:///index.js:1:2)");
    }

    #[test]
    fn what_follows_a_stack_stays() {
        let shown = "Error: a\n    at f (index.js:1:2)\n    at g (ext:x.js:1:2) {\n  cause: Error: b\n      at ext:y.js:1:1,\n  c: 1\n}";
        assert_eq!(without_own_frames(shown), "Error: a\n    at f (index.js:1:2) {\n  cause: Error: b,\n  c: 1\n}");
    }
}
