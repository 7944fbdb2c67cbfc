//! The one address of all services: requests in, answers out.
//!
//! `browser.rs` keeps pages of other machines out, `body.rs` reads bodies, `route.rs` finds the service, `serve.rs` takes connections. What is the same for every service happens here:
//! who calls, whether the signature is right, the request id, checksums.

mod address;
mod body;
mod browser;
mod health;
mod route;
mod serve;

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use futures::StreamExt;
use greenroom_host::{Clock, EventId, Host, SpanId};
use http::{HeaderValue, Request, Response};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};

use crate::auth::{Claim, Strictness, Unchunked, unchunk};
use crate::error::ApiError;
use crate::message::{WireBody, WireRequest, WireResponse};
use crate::model::Protocol;
use crate::operation::Context;
use crate::protocol;
use crate::service::Service;

pub use body::MAX_BODY;
pub use serve::serve;

/// The account of who has no account of his own.
pub const DEFAULT_ACCOUNT: &str = "000000000000";
/// The region of what says none.
pub const DEFAULT_REGION: &str = "us-east-1";

/// What stands before paths that are the program's own.
const OWN_PAGES: &str = "/_greenroom/";

/// What else is known of a request.
#[derive(Clone, Copy)]
struct Came<'a> {
    request_id: &'a str,
    /// The other end of its connection.
    from: Option<SocketAddr>,
}

type Body = UnsyncBoxBody<Bytes, std::io::Error>;

/// The endpoint.
pub struct Endpoint {
    host: Host,
    services: Vec<Arc<dyn Service>>,
    strictness: Strictness,
    origin: String,
}

impl Endpoint {
    /// The endpoint of `services`, which is reached at `origin` (`http://127.0.0.1:4566`).
    #[must_use]
    pub fn new(host: Host, services: Vec<Arc<dyn Service>>, strictness: Strictness, origin: String) -> Self {
        Self { host, services, strictness, origin }
    }

    /// Answers a request that comes in from `peer`; none: the connection ends without an answer.
    pub async fn answer(&self, request: Request<Incoming>, peer: SocketAddr) -> Option<Response<Body>> {
        let (parts, body) = request.into_parts();
        let path = parts.uri.path().to_owned();
        let query = parts.uri.query().unwrap_or_default().to_owned();
        let mut wire = WireRequest { method: parts.method, path, query, headers: parts.headers, body: Bytes::new() };
        let waits = wire.header("expect").is_some();
        let id = self.request_id();
        let response = match body::read(body, waits).await {
            Ok(raw) => {
                wire.body = raw;
                self.respond_to(wire, Came { request_id: &id, from: Some(peer) }).await
            }
            Err(error) => self.refused(&wire, &error, &id),
        };
        written(response, &id)
    }

    /// The answer to a request whose body could not be taken.
    fn refused(&self, request: &WireRequest, error: &ApiError, request_id: &str) -> WireResponse {
        let claim = Claim::of(request);
        let model = route::service(&self.services, request, claim.as_ref()).ok().map(Service::model);
        let protocol = model.map_or_else(|| route::guess(request, claim.as_ref()), |model| route::protocol(model, request));
        protocol::render_error(model, protocol, error, request_id)
    }

    /// Answers a request that is here.
    pub async fn respond(&self, request: WireRequest, request_id: &str) -> WireResponse {
        self.respond_to(request, Came { request_id, from: None }).await
    }

    async fn respond_to(&self, request: WireRequest, came: Came<'_>) -> WireResponse {
        if let Err(error) = browser::check(&request) {
            return protocol::render_error(None, route::guess(&request, None), &error, came.request_id);
        }
        let origin = request.header("origin").map(str::to_owned);
        let response = match browser::preflight(&request) {
            Some(answer) => answer,
            None => self.served(request, came).await,
        };
        browser::allow(response, origin.as_deref())
    }

    async fn served(&self, mut request: WireRequest, came: Came<'_>) -> WireResponse {
        if let Some(page) = self.page(&request) {
            return page;
        }
        let claim = Claim::of(&request);
        let service = route::service(&self.services, &request, claim.as_ref());
        let model = service.as_ref().ok().map(|service| service.model());
        let protocol = model.map_or_else(|| route::guess(&request, claim.as_ref()), |model| route::protocol(model, &request));
        let checked = self.strictness.check(&request, claim.as_ref(), &request.body, Clock::wall());
        let was_query = model.is_some_and(|model| model.speaks(Protocol::Query));
        let answered = match (checked, service) {
            (Err(refusal), _) => Err(refusal.error(protocol, was_query)),
            (Ok(()), Err(error)) => Err(error),
            (Ok(()), Ok(service)) => match self.opened(&mut request, claim.as_ref()) {
                Ok(()) => self.call(service, protocol, request, claim.as_ref(), came).await,
                Err(error) => Err(error),
            },
        };
        answered.unwrap_or_else(|error| protocol::render_error(model, protocol, &error, came.request_id))
    }

    /// Takes chunks and compression off the body.
    fn opened(&self, request: &mut WireRequest, claim: Option<&Claim>) -> Result<(), ApiError> {
        let secret = match &self.strictness {
            Strictness::Strict(known) => claim.and_then(|claim| Some((claim, known.secret(&claim.access_key)?))),
            Strictness::Parsed => None,
        };
        let raw = std::mem::take(&mut request.body);
        let Unchunked { body, trailers } = unchunk(request, raw, secret)?;
        request.headers.extend(trailers);
        request.body = body::uncompressed(request, body)?;
        Ok(())
    }

    async fn call(
        &self,
        service: &dyn Service,
        protocol: Protocol,
        mut request: WireRequest,
        claim: Option<&Claim>,
        came: Came<'_>,
    ) -> Result<WireResponse, ApiError> {
        let model = service.model();
        if let Some(path) = route::hosted(model, &request) {
            request.path = path;
        }
        if let Some(answer) = route::asks_nothing(protocol, &request) {
            return Ok(answer);
        }
        let (operation, captures) = route::operation(model, protocol, &request)?;
        let cause = self.cause(&request, came.from);
        let said = protocol::read(model, protocol, operation, &captures, &request, &self.origin)?;
        let context = Context {
            account: claim.and_then(Claim::account).unwrap_or(DEFAULT_ACCOUNT).to_owned(),
            region: route::region(&request, claim),
            request_id: came.request_id.to_owned(),
            origin: self.origin.clone(),
            headers: request.headers,
            payload: said.payload,
            cause,
        };
        let work = service.call(&operation.name, context, said.input).ok_or_else(|| not_emulated(&model.service, &operation.name))?;
        let label = format!("{}: {}", model.service, operation.name);
        let answer = self.host.clock.in_flight(label, work).await?;
        Ok(protocol::render(model, protocol, operation, answer, came.request_id))
    }

    /// The event whose code sent a request: by its connection, or by the part of the trace that it says.
    fn cause(&self, request: &WireRequest, from: Option<SocketAddr>) -> Option<EventId> {
        let said = || {
            let parts = request.header("x-amzn-trace-id")?.split(';');
            self.host.callers.within(SpanId::parse(parts.map(str::trim).find_map(|part| part.strip_prefix("Parent="))?)?)
        };
        from.and_then(|peer| self.host.callers.at(peer)).or_else(said)
    }

    fn page(&self, request: &WireRequest) -> Option<WireResponse> {
        if let Some(health) = health::page(&self.services, request) {
            return Some(health);
        }
        let (name, path) = request.path.strip_prefix(OWN_PAGES)?.split_once('/')?;
        let service = self.services.iter().find(|service| service.model().service == name)?;
        service.page(path, request)
    }

    fn request_id(&self) -> String {
        uuid(&self.host)
    }
}

fn written(response: WireResponse, request_id: &str) -> Option<Response<Body>> {
    let WireResponse { status, headers, body } = response;
    let mut built = Response::builder().status(status).header("x-amzn-RequestId", request_id);
    for (name, value) in headers {
        // What a function gives may be no header at all.
        if let Ok(value) = HeaderValue::from_str(&value) {
            built = built.header(name, value);
        }
    }
    let body = match body {
        WireBody::Whole(bytes) => {
            built = built.header("x-amz-crc32", crc32fast::hash(&bytes).to_string());
            Full::new(bytes).map_err(|never| match never {}).boxed_unsync()
        }
        WireBody::Stream(stream) => {
            StreamBody::new(stream.map(|piece| piece.map(Frame::data).map_err(std::io::Error::other))).boxed_unsync()
        }
        WireBody::Unsent => return None,
    };
    Some(built.body(body).unwrap_or_else(|_| {
        let mut failed = Response::new(Full::new(Bytes::new()).map_err(|never| match never {}).boxed_unsync());
        *failed.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
        failed
    }))
}

/// A UUID, version 4, from the one source of randomness.
#[must_use]
pub fn uuid(host: &Host) -> String {
    let (high, low) = (host.ids.random(), host.ids.random());
    let (high, low) = ((high & !0xf000) | 0x4000, (low & !(0b11 << 62)) | (0b10 << 62));
    format!("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, high >> 16 & 0xffff, high & 0xffff, low >> 48, low & 0xffff_ffff_ffff)
}

fn not_emulated(service: &str, operation: &str) -> ApiError {
    let message = format!("greenroom does not emulate {operation} of {service}");
    ApiError::new("NotImplemented", 501, message).under("Message").with("Type", "Service")
}
