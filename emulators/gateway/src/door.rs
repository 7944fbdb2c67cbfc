//! One request from beginning to end.

use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use futures::StreamExt;
use greenroom_host::{Event, EventId, EventKind, Host, Outcome, Words};
use greenroom_supervisor::Fleet;
use hyper::body::Incoming;

use crate::deliver::CallRecord;
use crate::failure::{outcome_of, outcome_of_deploy, page};
use crate::limits::DoorLimits;
use crate::origins::Origins;
use crate::record::{self, Recorded};
use crate::response::OutBody;
use crate::test_path::TestPaths;
use crate::trigger::TriggerRecord;
use crate::upgrade::Upgrade;

/// The status of an answer whose connection becomes something else.
const SWITCHING_PROTOCOLS: u16 = 101;

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
    pub(crate) words: Words,
    limits: Option<DoorLimits>,
    local: SocketAddr,
    origins: Origins,
    test_paths: TestPaths,
    /// The source of what comes in here.
    source: Arc<str>,
    behind: RwLock<Behind>,
}

impl FrontDoor {
    /// A door at `local` to the guests of `fleet`, for requests from `origins`.
    #[must_use]
    pub fn new(app: &str, host: Host, fleet: Arc<Fleet>, log: Arc<dyn RequestLog>, rules: EdgeRules, local: SocketAddr) -> Arc<Self> {
        let behind = RwLock::new(Behind::App(Arc::new(str::to_owned)));
        let EdgeRules { words, limits, origins, test_paths } = rules;
        let (app, source) = (app.into(), "http".into());
        Arc::new(Self { app, host, fleet, log, words, limits, local, origins, test_paths, source, behind })
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
        let method = request.method().as_str().to_owned();
        let path = request.uri().path_and_query().map_or("/", http::uri::PathAndQuery::as_str).to_owned();
        let wants_html = wants_html(request.headers());
        let Answered { response, outcome, in_guest, event } = self.dispatch(request, peer, &method, &path, wants_html, started).await;
        let took = self.host.clock.uptime().saturating_sub(started);
        let status = response.status().as_u16();
        self.log.request(&RequestRecord { event, app: &self.app, method: &method, path: &path, status, outcome: &outcome, took, in_guest });
        response
    }

    async fn dispatch(
        &self,
        mut request: hyper::Request<Incoming>,
        peer: SocketAddr,
        method: &str,
        path: &str,
        wants_html: bool,
        started: Duration,
    ) -> Answered {
        if let Behind::Broken(why) = self.behind() {
            let outcome = Outcome::error(&*why);
            return Answered { response: page(500, &why, wants_html), outcome, in_guest: None, event: None };
        }
        if let Some(status) = self.limits.and_then(|limits| limits.refusal(&self.host.limits, &request)) {
            return refused(status.as_u16(), crate::limits::words(status), wants_html);
        }
        if let Some(test_path) = self.test_paths.find(request.uri().path()) {
            let response = self.happen(test_path, request.uri(), request.headers()).await;
            return Answered { response, outcome: Outcome::Ok, in_guest: None, event: None };
        }
        let upgrade = Upgrade::of(&mut request);
        let ray = self.host.ids.random();
        let (head, body) = match crate::request::convert(request, self.local, peer, &self.origins, ray) {
            Ok(converted) => converted,
            Err(why) => return refused(400, &why.words(), wants_html),
        };
        let event = Event::new(&self.host, EventKind::HttpRequest, &self.source, &self.app, format!("{method} {path}"), None);
        let id = event.id;
        self.host.journal.append(event.carrying(record::payload(&head)));
        let body = body.map(|body| Recorded::request(body, &self.host.journal, id).boxed());
        let mut finish = Finish { door: self, id, started, outcome: Outcome::Canceled };
        let (body, too_large) = match (body, self.limits) {
            (Some(body), Some(limits)) => {
                let (body, too_large) = limits.bound(&self.host.limits, body);
                (Some(body), Some(too_large))
            }
            (body, _) => (body, None),
        };
        let answered = match self.fleet.invoke(Some(id), &head, body).await {
            Ok(mut invocation) => tokio::select! {
                answer = invocation.response() => {
                    answer.map(|answer| (invocation, answer)).map_err(|error| outcome_of(&error, self.words))
                }
                () = settled(too_large) => return refused(413, crate::limits::words(http::StatusCode::PAYLOAD_TOO_LARGE), wants_html),
            },
            Err(error) => Err(outcome_of_deploy(&error, self.words)),
        };
        match answered {
            Ok((invocation, answer)) => {
                let in_guest = Some(Duration::from_micros(u64::from(answer.head.took)));
                self.host.journal.answered(id, record::answer(&answer.head));
                let response = match upgrade {
                    Some(upgrade) if answer.head.status == SWITCHING_PROTOCOLS => upgrade.grant(invocation, answer),
                    _ => crate::response::convert(answer, method == "HEAD", |body| Recorded::answer(body, &self.host.journal, id)),
                };
                if self.limits.is_some_and(|limits| limits.refuses_response(&self.host.limits, &response)) {
                    let refused = refused(520, HEADERS_TOO_LARGE, wants_html);
                    finish.outcome = refused.outcome.clone();
                    return refused;
                }
                finish.outcome = Outcome::Ok;
                Answered { response, outcome: Outcome::Ok, in_guest, event: Some(id) }
            }
            Err(outcome) => {
                let outcome = self.mapped(outcome);
                finish.outcome = outcome.clone();
                Answered { response: page(status_of(&outcome), message_of(&outcome), wants_html), outcome, in_guest: None, event: Some(id) }
            }
        }
    }

    pub(crate) fn mapped(&self, outcome: Outcome) -> Outcome {
        match outcome {
            Outcome::Error { class, message, stack: Some(stack) } => Outcome::Error { class, message, stack: Some(self.map_stack(&stack)) },
            other => other,
        }
    }
}

/// Leaves out the frames of a stack that are this program's own JavaScript: they say nothing about the user's code.
fn without_own_frames(text: &str) -> String {
    let own = |line: &&str| {
        let frame = line.trim_start();
        frame.starts_with("at ")
            && ["ext:", "greenroom:", "node:internal"].iter().any(|place| {
                frame.contains(&format!("({place}"))
                    || frame.starts_with(&format!("at {place}"))
                    || frame.starts_with(&format!("at async {place}"))
            })
    };
    text.split('\n').filter(|line| !own(line)).collect::<Vec<_>>().join("\n")
}

struct Answered {
    response: http::Response<OutBody>,
    outcome: Outcome,
    in_guest: Option<Duration>,
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

/// What the door answers by itself.
fn refused(status: u16, message: &str, wants_html: bool) -> Answered {
    let outcome = Outcome::error(message);
    Answered { response: page(status, message, wants_html), outcome, in_guest: None, event: None }
}

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
}
