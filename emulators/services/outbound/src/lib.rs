//! The outside: `fetch` of guest code, done by the host.
//!
//! The guest process opens no connection of its own, so that what it asks for can be recorded, limited and made to fail in one place.

mod decode;
mod redirect;
mod websocket;

use bytes::Bytes;
use futures::{Stream, StreamExt};

use crate::redirect::{Hop, Sending};

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
}

/// A body to send.
pub enum Body {
    /// Known whole: sent with its length, and again after a redirect that keeps it.
    Whole(Bytes),
    /// Sent as it comes.
    Stream(Bodies),
}

/// What the outside answered.
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The status text of that code.
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
    client: reqwest::Client,
    /// Speaks HTTP/1.1 alone: only there does a connection become a WebSocket.
    upgrading: reqwest::Client,
}

impl Outbound {
    /// Connects when first used.
    ///
    /// # Errors
    /// When no TLS can be had: the machine's certificates cannot be read.
    pub fn new() -> Result<Self, String> {
        // A provider that is there already will do as well.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        // Redirects are followed in `redirect.rs`. Code sees the headers of compressed answers as they came; `decode.rs` does the rest.
        let client = || {
            let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).referer(false);
            client.no_gzip().no_brotli().no_deflate()
        };
        let build = |client: reqwest::ClientBuilder| client.build().map_err(|error| with_causes(&error));
        Ok(Self { client: build(client())?, upgrading: build(client().http1_only())? })
    }

    /// Sends `request` and gives the head of the answer; its body comes as it is read.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn fetch(&self, request: Request) -> Result<Response, FetchError> {
        let mut url = reqwest::Url::parse(&request.url).map_err(|_| FetchError::Url(request.url.clone()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(FetchError::Url(request.url));
        }
        url.set_fragment(None);
        let method = reqwest::Method::from_bytes(request.method.as_bytes()).map_err(|_| FetchError::Url(request.method.clone()))?;
        let body = match request.body {
            None => Sending::None,
            Some(Body::Whole(bytes)) => Sending::Whole(bytes),
            Some(stream) => Sending::Stream(stream),
        };
        let is_stream = matches!(body, Sending::Stream(_));
        let headers = request.headers.into_iter().filter(|(name, _)| is_sent(name, is_stream)).collect();
        let mut hop = Hop { method, headers, urls: vec![url], body };
        loop {
            let response = self.send(&mut hop).await?;
            let location = response.headers().get("location").map(|value| characters(value.as_bytes()));
            if request.redirect == RedirectMode::Manual || !hop.follow(response.status(), location.as_deref())? {
                return Ok(convert(response, &hop.urls));
            }
        }
    }

    async fn send(&self, hop: &mut Hop) -> Result<reqwest::Response, FetchError> {
        // Credentials in a URL are not sent, as on Workers.
        let mut url = hop.url().clone();
        let _ = url.set_username("");
        let _ = url.set_password(None);
        let mut builder = self.client.request(hop.method.clone(), url);
        for (name, value) in &hop.headers {
            builder = builder.header(name.as_str(), value.as_bytes());
        }
        builder = match std::mem::replace(&mut hop.body, Sending::Gone) {
            Sending::Whole(bytes) if !bytes.is_empty() => {
                hop.body = Sending::Whole(bytes.clone());
                builder.body(bytes)
            }
            Sending::Stream(Body::Stream(stream)) => {
                builder.body(reqwest::Body::wrap_stream(stream.map(|chunk| chunk.map_err(std::io::Error::other))))
            }
            Sending::None | Sending::Whole(_) | Sending::Gone | Sending::Stream(Body::Whole(_)) => {
                hop.body = Sending::None;
                let expects_one = matches!(hop.method.as_str(), "POST" | "PUT" | "PATCH");
                if expects_one { builder.header("content-length", "0") } else { builder }
            }
        };
        builder.send().await.map_err(|error| failure(&error))
    }
}

/// Headers that belong to the connection are its own, whatever code says; only of a stream it does not know the length.
fn is_sent(name: &str, is_stream: bool) -> bool {
    const OWN: &[&str] = &["connection", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"];
    let own = |own: &str| own.eq_ignore_ascii_case(name);
    !OWN.iter().copied().any(own) && (is_stream || !own("content-length"))
}

fn convert(response: reqwest::Response, urls: &[reqwest::Url]) -> Response {
    let headers: Vec<_> = response.headers().iter().map(|(name, value)| (name.as_str().to_owned(), characters(value.as_bytes()))).collect();
    let coding = response.headers().get("content-encoding").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let reason = response.extensions().get::<hyper::ext::ReasonPhrase>().map(|reason| characters(reason.as_bytes()));
    Response {
        status: response.status().as_u16(),
        status_text: reason.unwrap_or_else(|| response.status().canonical_reason().unwrap_or_default().to_owned()),
        headers,
        urls: urls.iter().map(ToString::to_string).collect(),
        body: decode::decoded(coding.as_deref(), response.bytes_stream().map(|chunk| chunk.map_err(|_| LOST.to_owned())).boxed()),
    }
}

/// What production tells apart: connections that fail, and everything that it logs and keeps to itself.
fn failure(error: &reqwest::Error) -> FetchError {
    let text = with_causes(error);
    let internal = ["dns error", "certificate", "tls handshake", "invalid HTTP"].iter().any(|part| text.contains(part));
    if internal { FetchError::Internal(text) } else { FetchError::Lost(text) }
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// A header's value as the vendor shows it: UTF-8, and U+FFFD for what is none.
fn characters(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
