//! Requests that are whole, and answers.

use bytes::Bytes;
use futures::stream::BoxStream;
use http::{HeaderMap, Method};

/// A request with its body: read, uncompressed, and no longer in chunks.
#[derive(Debug, Clone)]
pub struct WireRequest {
    /// `POST`.
    pub method: Method,
    /// The path, still encoded.
    pub path: String,
    /// The query, still encoded; empty if there is none.
    pub query: String,
    /// As they came.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl WireRequest {
    /// The value of a header, where it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The value of `name` in the query, decoded.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<String> {
        crate::encoding::pairs(&self.query).into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

/// An answer.
#[derive(Debug)]
pub struct WireResponse {
    /// The status.
    pub status: u16,
    /// Names and values in order; length and date are set by whoever writes it.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: WireBody,
}

/// The body of an answer.
pub enum WireBody {
    /// It is here.
    Whole(Bytes),
    /// It comes piece by piece. An error cuts it off.
    Stream(BoxStream<'static, Result<Bytes, String>>),
    /// Nothing is sent, no status either: the connection ends.
    Unsent,
}

impl WireResponse {
    /// An answer with a body of that media type.
    #[must_use]
    pub fn new(status: u16, media_type: &str, body: impl Into<Bytes>) -> Self {
        Self { status, headers: vec![("Content-Type".to_owned(), media_type.to_owned())], body: WireBody::Whole(body.into()) }
    }

    /// The same with a header more.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}

impl std::fmt::Debug for WireBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Whole(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::Stream(_) => f.write_str("a stream"),
            Self::Unsent => f.write_str("nothing"),
        }
    }
}
