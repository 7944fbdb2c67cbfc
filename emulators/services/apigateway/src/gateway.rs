//! Requests from beginning to end.

use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use bytes::Bytes;
use greenroom_host::{Event, EventId, EventKind, Host, Limit, Outcome, Profile};

use crate::answer::{Answer, Body};
use crate::authorize::{Decisions, KeySets};
use crate::config::{Doors, FunctionUrl};
use crate::door::{Door, DoorKind};
use crate::faults;
use crate::inbound::{self, Inbound, TooLarge};
use crate::limits;
use crate::outside::Outside;
use crate::rest_api::Caches;
use crate::scene::{self, Scene};
use crate::throttle::Throttles;
use crate::urls::Urls;
use crate::usage::Usage;
use crate::websocket_api::{Connections, Upgrade};

/// A request that is over, for the log.
#[derive(Debug, Clone)]
pub struct HttpRecord<'a> {
    /// The event.
    pub event: EventId,
    /// Whose door it came to.
    pub app: &'a str,
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
    urls: Arc<dyn Urls>,
    pub(crate) decisions: Decisions,
    pub(crate) keys: KeySets,
    pub(crate) usage: Usage,
    pub(crate) throttles: Throttles,
    pub(crate) caches: Caches,
    pub(crate) outside: Arc<dyn Outside>,
    pub(crate) connections: Connections,
}

impl Shared {
    /// The doors as they are configured.
    pub(crate) fn doors(&self) -> Arc<Doors> {
        Arc::clone(&self.doors.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The function URL with that id: one that a project declares, or one that was made since.
    async fn function_url(&self, id: &str) -> Option<Arc<FunctionUrl>> {
        match self.doors().function_urls.iter().find(|url| url.id == id) {
            Some(url) => Some(Arc::clone(url)),
            None => self.urls.find(id.to_owned()).await.map(Arc::new),
        }
    }
}

impl Gateway {
    /// A gateway without doors. What issuers of tokens publish is fetched by `outside`; function URLs that no door is for are asked of
    /// `urls`.
    #[must_use]
    pub fn new(host: Host, log: Arc<dyn GatewayLog>, outside: Arc<dyn Outside>, urls: Arc<dyn Urls>) -> Self {
        let keys = KeySets::new(Arc::clone(&outside));
        let shared = Shared {
            host,
            log,
            doors: RwLock::default(),
            urls,
            decisions: Decisions::default(),
            keys,
            usage: Usage::default(),
            throttles: Throttles::default(),
            caches: Caches::default(),
            outside,
            connections: Connections::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// These are the doors from now on. What is under way ends as it began; what authorizers have decided and what is kept of
    /// answers is forgotten, since the code may be another.
    pub fn configure(&self, doors: Doors) {
        self.shared.decisions.forget();
        self.shared.caches.forget();
        *self.shared.doors.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(doors);
    }

    /// The doors as they are configured.
    #[must_use]
    pub fn doors(&self) -> Arc<Doors> {
        self.shared.doors()
    }

    /// Answers a request that came to `door` from `peer`.
    pub async fn handle<B>(&self, door: &Door, mut request: http::Request<B>, peer: SocketAddr) -> http::Response<Body>
    where
        B: http_body::Body<Data = Bytes>,
    {
        let host = &self.shared.host;
        let upgrade = Upgrade::of(&mut request);
        let grant = upgrade.as_ref().map(|upgrade| upgrade.grant.clone());
        let (head, body) = request.into_parts();
        let mut inbound = Inbound::of(&head, peer);
        let (limit, strict) = (largest(door), host.limits.profile() == Profile::Production);
        let started = host.clock.uptime();
        let read = inbound::read(body, strict.then_some(limit.most)).await;
        inbound.body = read.as_ref().map(Bytes::clone).unwrap_or_default();
        // Where what is beyond is not refused, it is warned of.
        let _ = host.limits.refuses_beyond(limit, inbound.body.len() as u64);
        let (_, answer) = self.through(door, &inbound, started, ("http", upgrade, read.err())).await;
        let mut response = answer.response();
        if let Some(grant) = grant {
            grant.put(&mut response);
        }
        response
    }

    /// Lets a request through that has been read: its event, and the answer, which is written down.
    pub(crate) async fn through(
        &self,
        door: &Door,
        inbound: &Inbound,
        started: Duration,
        (source, upgrade, large): (&str, Option<Upgrade>, Option<TooLarge>),
    ) -> (EventId, Answer) {
        let host = &self.shared.host;
        let scene = self.append(door, inbound, source);
        let event = scene.event;
        let mut finish = Finish { host, event, started, outcome: Outcome::Canceled };
        let answer = match faults::struck(host, &self.doors().app(&door.id), event, (&inbound.method, &inbound.target())).await {
            Some(answer) => answer,
            None => self.answer(door, inbound, scene, (upgrade, large)).await,
        };
        host.journal.answered(event, answer.kept());
        finish.outcome = answer.outcome.clone();
        let took = host.clock.uptime().saturating_sub(started);
        let (app, path, outcome) = (&*self.doors().app(&door.id), &inbound.target(), &answer.outcome);
        self.shared.log.request(&HttpRecord { event, app, door, method: &inbound.method, path, status: answer.status, outcome, took });
        (event, answer)
    }

    /// The journal's event, before anything is delivered because of it. It belongs to the trace that functions are told: that of the code
    /// of this run that sends it, that which the client says, or one that begins.
    fn append(&self, door: &Door, inbound: &Inbound, source: &str) -> Scene {
        let host = &self.shared.host;
        let summary = format!("{} {}", inbound.method, inbound.target());
        let (source, target) = (Arc::from(source), self.doors().app(&door.id));
        let event = Event::new(host, EventKind::HttpRequest, &source, &target, summary, host.callers.at(inbound.peer));
        let trace = match event.cause {
            Some(_) => scene::header(event.trace),
            None => scene::trace(host, event.at, inbound),
        };
        let event = Event { trace: scene::root(&trace).unwrap_or(event.trace), ..event };
        let scene = Scene::within(host, event.id, event.at, trace);
        host.journal.append(event.for_part(door.name()).carrying(inbound.payload()));
        scene
    }

    async fn answer(&self, door: &Door, inbound: &Inbound, scene: Scene, (upgrade, large): (Option<Upgrade>, Option<TooLarge>)) -> Answer {
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
            DoorKind::WebSocketApi => match doors.websocket_apis.iter().find(|api| api.id == door.id) {
                Some(api) => {
                    let stage = door.stage.as_deref();
                    crate::websocket_api::answer(&self.shared, api, stage, &scene, inbound, (upgrade, large)).await
                }
                None => no_door(door),
            },
            DoorKind::FunctionUrl => match self.shared.function_url(&door.id).await {
                Some(url) => crate::function_url::answer(&url, &scene, inbound, large).await,
                None => no_door(door),
            },
            DoorKind::LoadBalancer => match doors.load_balancers.iter().find(|balancer| balancer.name == door.id) {
                Some(balancer) => crate::load_balancer::answer(balancer, &scene, inbound, large).await,
                None => no_door(door),
            },
        }
    }
}

/// How large a body may be that comes to `door`.
fn largest(door: &Door) -> &'static Limit {
    match door.kind {
        DoorKind::HttpApi => &limits::HTTP_PAYLOAD,
        DoorKind::RestApi => &limits::REST_PAYLOAD,
        DoorKind::WebSocketApi => &limits::SOCKET_MESSAGE,
        DoorKind::FunctionUrl => &limits::URL_PAYLOAD,
        DoorKind::LoadBalancer => &limits::BALANCER_PAYLOAD,
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
