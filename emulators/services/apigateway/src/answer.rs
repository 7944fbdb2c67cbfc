//! What is answered.

use bytes::Bytes;
use futures::StreamExt;
use greenroom_host::{Answer as Kept, Captured, Content, Outcome};
use http_body_util::{BodyExt, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::body::Frame;

use crate::inbound::is_hop_by_hop;

/// The body of an answer. An error is one that broke off.
pub type Body = UnsyncBoxBody<Bytes, std::io::Error>;

/// How much of an answer's body the journal keeps, as other doors do.
const KEPT: usize = 8 * 1024;

/// An answer of a door.
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: u16,
    /// Names and values, in order.
    pub(crate) headers: Vec<(String, String)>,
    /// The body.
    pub(crate) content: Content,
    /// How it is written down.
    pub(crate) outcome: Outcome,
}

impl Answer {
    /// One with a body of that type, which went well.
    pub(crate) fn new(status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Self { status, headers, content: Content::Whole(body.into()), outcome: Outcome::Ok }
    }

    /// One without a body.
    pub(crate) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), content: Content::Whole(Bytes::new()), outcome: Outcome::Ok }
    }

    /// `{"message":…}`, as the vendor's doors say what went wrong.
    pub(crate) fn message(status: u16, message: &str) -> Self {
        Self::new(status, "application/json", serde_json::json!({ "message": message }).to_string())
    }

    /// The same, because of what only the operator is told.
    pub(crate) fn because(mut self, cause: impl Into<String>) -> Self {
        self.outcome = Outcome::error(cause);
        self
    }

    /// With one more header.
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Whether there is a header of that name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
    }

    /// What the journal keeps of it.
    pub(crate) fn kept(&self) -> Kept {
        let body = match &self.content {
            Content::Whole(bytes) if !bytes.is_empty() => Some(Captured::of(bytes, KEPT)),
            _ => None,
        };
        Kept { status: self.status, headers: greenroom_host::Headers::new(self.headers.clone()), body }
    }

    /// As it is sent. What a function says of the connection, or of the length of its body, is left out: it is known better here. Headers
    /// that cannot be sent are left out too, and an impossible status is 502.
    pub(crate) fn response(self) -> http::Response<Body> {
        let body = match self.content {
            Content::Whole(bytes) => Full::new(bytes).map_err(|never| match never {}).boxed_unsync(),
            Content::Stream(stream) => {
                let frames = stream.map(|piece| piece.map(Frame::data).map_err(std::io::Error::other));
                StreamBody::new(frames).boxed_unsync()
            }
        };
        let mut response = http::Response::new(body);
        *response.status_mut() = http::StatusCode::from_u16(self.status).unwrap_or(http::StatusCode::BAD_GATEWAY);
        for (name, value) in &self.headers {
            let own = is_hop_by_hop(name) || name.eq_ignore_ascii_case("content-length");
            let name = http::HeaderName::try_from(name.as_str());
            if let (false, Ok(name), Ok(value)) = (own, name, http::HeaderValue::try_from(value.as_str())) {
                response.headers_mut().append(name, value);
            }
        }
        response
    }
}
