//! The outside: `fetch` of guest code, done by the host.
//!
//! The guest process opens no connection of its own, so that what it asks for can be recorded, limited and made to fail in one place.

mod websocket;

use std::sync::Arc;

use bytes::Bytes;
use futures::{Stream, StreamExt};
use reqwest::redirect;

/// Redirects after which `fetch` gives up. <https://fetch.spec.whatwg.org/#http-redirect-fetch> (20)
const MAX_REDIRECTS: usize = 20;

/// Bytes that come or go piece by piece.
pub type Bodies = std::pin::Pin<Box<dyn Stream<Item = Result<Bytes, String>> + Send>>;

/// What to do with a redirect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedirectMode {
    /// Go where it points.
    Follow,
    /// Hand it to the code.
    Manual,
    /// Fail.
    Error,
}

/// A request to the outside.
pub struct Request {
    /// Where to.
    pub url: String,
    /// `GET`.
    pub method: String,
    /// Names and values, bytes as the characters U+0000 to U+00FF.
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
    /// Names and values, bytes as the characters U+0000 to U+00FF.
    pub headers: Vec<(String, String)>,
    /// Where it came from in the end.
    pub url: String,
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
    #[error("internal error; {0}")]
    Network(String),
    /// It asked not to be redirected, and was.
    #[error("Unexpected redirect to {0} with redirect mode set to 'error'.")]
    Redirected(String),
    /// More redirects than one follows.
    #[error("Too many redirects.")]
    TooMany,
}

/// Connections to the outside, kept open between requests. Cheap to clone.
#[derive(Clone)]
pub struct Outbound {
    clients: Arc<Clients>,
}

struct Clients {
    following: reqwest::Client,
    staying: reqwest::Client,
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
        let builder = |policy| reqwest::Client::builder().redirect(policy).referer(false);
        let client = |builder: reqwest::ClientBuilder| builder.build().map_err(|error| with_causes(&error));
        let following = client(builder(redirect::Policy::limited(MAX_REDIRECTS)))?;
        let staying = client(builder(redirect::Policy::none()))?;
        let upgrading = client(builder(redirect::Policy::none()).http1_only())?;
        Ok(Self { clients: Arc::new(Clients { following, staying, upgrading }) })
    }

    /// Sends `request` and gives the head of the answer; its body comes as it is read.
    pub async fn fetch(&self, request: Request) -> Result<Response, FetchError> {
        let url = reqwest::Url::parse(&request.url).map_err(|_| FetchError::Url(request.url.clone()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(FetchError::Url(request.url));
        }
        let method = reqwest::Method::from_bytes(request.method.as_bytes()).map_err(|_| FetchError::Url(request.method.clone()))?;
        let client = if request.redirect == RedirectMode::Follow { &self.clients.following } else { &self.clients.staying };
        let mut builder = client.request(method, url);
        for (name, value) in &request.headers {
            builder = builder.header(name.as_str(), value.as_bytes());
        }
        builder = match request.body {
            None => builder,
            Some(Body::Whole(bytes)) => builder.body(bytes),
            Some(Body::Stream(stream)) => {
                builder.body(reqwest::Body::wrap_stream(stream.map(|chunk| chunk.map_err(std::io::Error::other))))
            }
        };
        let response = builder.send().await.map_err(|error| failure(&error))?;
        if request.redirect == RedirectMode::Error && response.status().is_redirection() {
            let target = response.headers().get("location").map_or_else(String::new, |value| characters(value.as_bytes()));
            return Err(FetchError::Redirected(target));
        }
        Ok(convert(response))
    }
}

fn convert(response: reqwest::Response) -> Response {
    let headers = response.headers().iter().map(|(name, value)| (name.as_str().to_owned(), characters(value.as_bytes()))).collect();
    Response {
        status: response.status().as_u16(),
        status_text: response.status().canonical_reason().unwrap_or_default().to_owned(),
        headers,
        url: response.url().to_string(),
        body: response.bytes_stream().map(|chunk| chunk.map_err(|error| with_causes(&error))).boxed(),
    }
}

fn failure(error: &reqwest::Error) -> FetchError {
    if error.is_redirect() { FetchError::TooMany } else { FetchError::Network(with_causes(error)) }
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
