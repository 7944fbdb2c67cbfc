//! Requests from beginning to end.

use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use bytes::Bytes;
use greenroom_host::{Event, EventId, EventKind, Host, Limit, Outcome};

use crate::answer::{Answer, Body};
use crate::authorize::{Decisions, KeySets};
use crate::config::Doors;
use crate::door::{Door, DoorKind};
use crate::inbound::{self, Inbound, TooLarge};
use crate::outside::Outside;
use crate::scene::Scene;
use crate::usage::Usage;

/// A request that is over, for the log.
#[derive(Debug, Clone)]
pub struct HttpRecord<'a> {
    /// The event.
    pub event: EventId,
    /// Where it came in.
    pub door: &'a Door,
    /// `GET`.
    pub method: &'a str,
    /// Path and query.
    pub path: &'a str,
    /// The status that was sent.
    pub status: u16,
    /// How it ended; an error's text is the cause that clients are not told.
    pub outcome: &'a Outcome,
    /// How long it took until the head of the answer.
    pub took: Duration,
}

/// Takes a line for every request.
pub trait GatewayLog: Send + Sync {
    /// A request is over.
    fn request(&self, record: &HttpRecord<'_>);
}

/// All doors of a run. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Gateway {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) host: Host,
    log: Arc<dyn GatewayLog>,
    doors: RwLock<Arc<Doors>>,
    pub(crate) decisions: Decisions,
    pub(crate) keys: KeySets,
    pub(crate) usage: Usage,
}

impl Gateway {
    /// A gateway without doors. What issuers of tokens publish is fetched by `outside`.
    #[must_use]
    pub fn new(host: Host, log: Arc<dyn GatewayLog>, outside: Arc<dyn Outside>) -> Self {
        let (decisions, keys, usage) = (Decisions::default(), KeySets::new(outside), Usage::default());
        let shared = Shared { host, log, doors: RwLock::default(), decisions, keys, usage };
        Self { shared: Arc::new(shared) }
    }

    /// These are the doors from now on. What is under way ends as it began; what authorizers have decided is forgotten, since their code
    /// may be another.
    pub fn configure(&self, doors: Doors) {
        self.shared.decisions.forget();
        *self.shared.doors.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(doors);
    }

    /// The doors as they are configured.
    #[must_use]
    pub fn doors(&self) -> Arc<Doors> {
        Arc::clone(&self.shared.doors.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Answers a request that came to `door` from `peer`.
    pub async fn handle<B>(&self, door: &Door, request: http::Request<B>, peer: SocketAddr) -> http::Response<Body>
    where
        B: http_body::Body<Data = Bytes>,
    {
        let host = &self.shared.host;
        let started = host.clock.uptime();
        let (head, body) = request.into_parts();
        let mut inbound = Inbound::of(&head, peer);
        let read = inbound::read(body, self.most(door)).await;
        inbound.body = read.as_ref().map(Bytes::clone).unwrap_or_default();
        let (event, at) = self.append(door, &inbound);
        let mut finish = Finish { host, event, started, outcome: Outcome::Canceled };
        let answer = self.answer(door, &inbound, event, at, read.err()).await;
        host.journal.answered(event, answer.kept());
        finish.outcome = answer.outcome.clone();
        let took = host.clock.uptime().saturating_sub(started);
        let (path, outcome) = (&inbound.target(), &answer.outcome);
        self.shared.log.request(&HttpRecord { event, door, method: &inbound.method, path, status: answer.status, outcome, took });
        answer.response()
    }

    /// The journal's event, before anything is delivered because of it.
    fn append(&self, door: &Door, inbound: &Inbound) -> (EventId, greenroom_host::Timestamp) {
        let summary = format!("{} {}", inbound.method, inbound.target());
        let (source, target) = (Arc::from("http"), Arc::from(door.id.as_str()));
        let event = Event::new(&self.shared.host, EventKind::HttpRequest, &source, &target, summary, None);
        let (id, at) = (event.id, event.at);
        self.shared.host.journal.append(event.carrying(inbound.payload()));
        (id, at)
    }

    async fn answer(
        &self,
        door: &Door,
        inbound: &Inbound,
        event: EventId,
        at: greenroom_host::Timestamp,
        large: Option<TooLarge>,
    ) -> Answer {
        let scene = Scene::of(&self.shared.host, event, at, inbound);
        let doors = self.doors();
        match door.kind {
            DoorKind::HttpApi => match doors.http_apis.iter().find(|api| api.id == door.id) {
                Some(api) => crate::http_api::answer(&self.shared, api, door.stage.as_deref(), &scene, inbound, large).await,
                None => no_door(door),
            },
            DoorKind::RestApi => match doors.rest_apis.iter().find(|api| api.id == door.id) {
                Some(api) => crate::rest_api::answer(&self.shared, &doors, api, door.stage.as_deref(), &scene, inbound, large).await,
                None => no_door(door),
            },
            DoorKind::FunctionUrl => match doors.function_urls.iter().find(|url| url.id == door.id) {
                Some(url) => crate::function_url::answer(url, &scene, inbound, large).await,
                None => no_door(door),
            },
            DoorKind::LoadBalancer => match doors.load_balancers.iter().find(|balancer| balancer.name == door.id) {
                Some(balancer) => crate::load_balancer::answer(balancer, &scene, inbound, large).await,
                None => no_door(door),
            },
        }
    }

    /// How large a body may be that comes to `door`; none where limits are not held.
    fn most(&self, door: &Door) -> Option<u64> {
        let limit: &Limit = match door.kind {
            DoorKind::HttpApi => &crate::limits::HTTP_PAYLOAD,
            DoorKind::RestApi => &crate::limits::REST_PAYLOAD,
            DoorKind::FunctionUrl => &crate::limits::URL_PAYLOAD,
            DoorKind::LoadBalancer => &crate::limits::BALANCER_PAYLOAD,
        };
        let strict = self.shared.host.limits.profile() == greenroom_host::Profile::Production;
        strict.then_some(limit.most)
    }
}

/// What the vendor's network answers where an API does not exist: nobody has that name.
fn no_door(door: &Door) -> Answer {
    Answer::message(403, "Forbidden").because(format!("no API of this run has the id `{}`", door.id))
}

/// Writes the outcome down, also when the client goes away and the future is dropped.
struct Finish<'a> {
    host: &'a Host,
    event: EventId,
    started: Duration,
    outcome: Outcome,
}

impl Drop for Finish<'_> {
    fn drop(&mut self) {
        let took = self.host.clock.uptime().saturating_sub(self.started);
        let outcome = std::mem::replace(&mut self.outcome, Outcome::Canceled);
        self.host.journal.finish(self.event, outcome, took);
        self.host.journal.over(self.event, None);
    }
}
