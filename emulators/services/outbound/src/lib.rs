//! The outside: `fetch` of guest code, done by the host.
//!
//! The guest process opens no connection of its own, so that what it asks for can be recorded, limited and made to fail in one place.

mod client;
mod decode;
mod head;
mod line;
mod own;
mod redirect;
pub mod rules;
mod websocket;

use std::sync::Arc;

use bytes::Bytes;
use futures::{Stream, StreamExt, TryStreamExt};
use greenroom_host::Caller;
use http::Method;
use http_body_util::{BodyExt, Empty, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use url::Url;

use crate::client::{Connections, Message, OutBody};
pub use crate::decode::decoded;
use crate::redirect::{Hop, Sending};
use crate::rules::Rules;

/// What code is told of a connection that broke off or could not be made.
pub(crate) const LOST: &str = "Network connection lost.";

/// Bytes that come or go piece by piece.
pub type Bodies = std::pin::Pin<Box<dyn Stream<Item = Result<Bytes, String>> + Send>>;

/// What to do with a redirect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedirectMode {
    /// Go where it points.
    Follow,
    /// Hand it to the code.
    Manual,
}

/// A request to the outside.
pub struct Request {
    /// Where to.
    pub url: String,
    /// `GET`.
    pub method: String,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// What to do with a redirect.
    pub redirect: RedirectMode,
    /// The body, where there is one.
    pub body: Option<Body>,
    /// Whose code sends it, where that is known.
    pub caller: Option<Caller>,
}

/// A body to send.
pub enum Body {
    /// Known whole: sent with its length, and again after a redirect that keeps it.
    Whole(Bytes),
    /// Sent as it comes, and once.
    Stream {
        /// Its bytes.
        bytes: Bodies,
        /// How many there will be, if that is known: then it goes out under a length, otherwise in chunks.
        length: Option<u64>,
    },
}

/// What the outside answered.
pub struct Response {
    /// The status code.
    pub status: u16,
    /// What stood beside it; empty where nothing did.
    pub status_text: String,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// Where it was asked for: first what was wanted, then each redirect's target.
    pub urls: Vec<String>,
    /// The body, decompressed.
    pub body: Bodies,
}

/// Why there is no answer. Its text is what guest code sees.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum FetchError {
    /// A URL that is none, or whose scheme is not spoken.
    #[error("Fetch API cannot load: {0}")]
    Url(String),
    /// The connection could not be made, or broke off.
    #[error("Network connection lost.")]
    Lost(String),
    /// What production answers with the reference of a log entry: a host without an address, a certificate that is not trusted, an answer
    /// that is no HTTP. The text is the reason.
    #[error("internal error; {0}")]
    Internal(String),
    /// A rule keeps it from going out; which, and why.
    #[error("Network connection lost. ({0})")]
    Denied(String),
    /// More redirects than one follows; the text is all of their URLs, put behind the sentence as workerd does it.
    #[error("Too many redirects.{0}")]
    TooMany(String),
    /// A redirect to what is no URL.
    #[error("Invalid Location header; unable to follow redirect.")]
    Location,
    /// A redirect that asks for a body again that came as a stream.
    #[error(
        "A request with a one-time-use body (it was initialized from a stream, not a buffer) encountered a redirect requiring the body to be \
         retransmitted. To avoid this error in the future, construct this request from a buffer-like body initializer."
    )]
    OneTimeBody,
}

/// Connections to the outside, kept open between requests. Cheap to clone.
#[derive(Clone)]
pub struct Outbound {
    connections: Connections,
    /// What becomes of requests of `app`.
    rules: Rules,
    app: Arc<str>,
}

impl Outbound {
    /// Connects for `app` when first used, where `rules` let it.
    ///
    /// # Errors
    /// When no TLS can be had.
    pub fn new(rules: Rules, app: &str) -> Result<Self, String> {
        Ok(Self { connections: Connections::new(rules.clone())?, rules, app: app.into() })
    }

    /// Sends `request` and gives the head of the answer; its body comes as it is read.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn fetch(&self, request: Request) -> Result<Response, FetchError> {
        let mut url = Url::parse(&request.url).map_err(|_| FetchError::Url(request.url.clone()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(FetchError::Url(request.url));
        }
        url.set_fragment(None);
        let method = Method::from_bytes(request.method.as_bytes()).map_err(|_| FetchError::Url(request.method.clone()))?;
        let body = match request.body {
            None => Sending::None,
            Some(Body::Whole(bytes)) => Sending::Whole(bytes),
            Some(Body::Stream { bytes, length }) => Sending::Stream(bytes, length),
        };
        let headers = request.headers.into_iter().filter(|(name, _)| is_sent(name)).collect();
        let mut hop = Hop { method, headers, urls: vec![url], body, caller: request.caller };
        loop {
            let response = self.hop(&mut hop).await?;
            let location = response.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("location"));
            let location = location.map(|(_, value)| value.as_str());
            if request.redirect == RedirectMode::Manual || !hop.follow(response.status, location)? {
                return Ok(response);
            }
        }
    }

    async fn send(&self, hop: &mut Hop) -> Result<http::Response<Incoming>, FetchError> {
        let (body, framing, length) = hop.body.take(&hop.method);
        let framing = framing.map(|(name, value)| (name.to_owned(), value));
        let headers: Vec<_> = framing.into_iter().chain(hop.headers.iter().cloned()).collect();
        let head = head::head(&hop.method, hop.url(), &headers);
        let (method, url, caller) = (hop.method.clone(), hop.url().clone(), hop.caller.clone());
        self.connections.send(Message { method, url, head, length, body, caller }).await
    }
}

/// How a body is framed: the header that says so.
type Framing = Option<(&'static str, String)>;

impl Sending {
    /// What is sent now; what can be sent again stays.
    fn take(&mut self, method: &Method) -> (OutBody, Framing, Option<u64>) {
        match std::mem::replace(self, Self::Gone) {
            Self::Whole(bytes) if !bytes.is_empty() => {
                *self = Self::Whole(bytes.clone());
                let framing = ("Content-Length", bytes.len().to_string());
                (Full::new(bytes).map_err(|never| match never {}).boxed_unsync(), Some(framing), None)
            }
            Self::Stream(bytes, length) => {
                let body = StreamBody::new(bytes.map_ok(Frame::data).map_err(std::io::Error::other)).boxed_unsync();
                let framing = match length {
                    Some(length) => ("Content-Length", length.to_string()),
                    None => ("Transfer-Encoding", "chunked".to_owned()),
                };
                (body, Some(framing), length)
            }
            Self::None | Self::Whole(_) | Self::Gone => {
                *self = Self::None;
                let expects_one = matches!(*method, Method::POST | Method::PUT | Method::PATCH);
                (nothing(), expects_one.then(|| ("Content-Length", "0".to_owned())), None)
            }
        }
    }
}

fn nothing() -> OutBody {
    Empty::new().map_err(|never: std::convert::Infallible| match never {}).boxed_unsync()
}

/// Headers that belong to the connection are its own, whatever code says.
fn is_sent(name: &str) -> bool {
    const OWN: &[&str] = &["connection", "content-length", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"];
    !OWN.iter().any(|own| own.eq_ignore_ascii_case(name))
}

fn convert(response: http::Response<Incoming>, urls: &[Url]) -> Response {
    let headers: Vec<_> = response.headers().iter().map(|(name, value)| (name.as_str().to_owned(), characters(value.as_bytes()))).collect();
    let coding = response.headers().get("content-encoding").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let reason = response.extensions().get::<hyper::ext::ReasonPhrase>().map(|reason| characters(reason.as_bytes()));
    Response {
        status: response.status().as_u16(),
        status_text: reason.unwrap_or_else(|| response.status().canonical_reason().unwrap_or_default().to_owned()),
        headers,
        urls: urls.iter().map(ToString::to_string).collect(),
        body: decoded(coding.as_deref(), response.into_body().into_data_stream().map_err(|_| LOST.to_owned()).boxed()),
    }
}

/// A header's value as the vendor shows it: UTF-8, and U+FFFD for what is none.
fn characters(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
