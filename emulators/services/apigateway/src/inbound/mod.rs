//! A request as it came in, read whole.

mod body;
mod headers;
mod query;

use std::net::SocketAddr;

use bytes::Bytes;
use greenroom_host::{Captured, Payload, Request};
use http::request::Parts;

pub(crate) use body::{BodyText, TooLarge, is_text_type, read};
pub use headers::HeaderNames;
pub(crate) use headers::{Headers, is_hop_by_hop};
pub(crate) use query::{Query, decode, decode_plus, encode};

/// How much of a body the journal keeps, as other doors do.
const KEPT: usize = 64 * 1024;

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct Inbound {
    /// `GET`.
    pub(crate) method: String,
    /// As it was sent, from the first slash.
    pub(crate) path: String,
    /// As it was sent, without the question mark.
    pub(crate) query: String,
    /// Names as they were spelled, in order.
    pub(crate) headers: Headers,
    /// All of it.
    pub(crate) body: Bytes,
    /// Who sent it.
    pub(crate) peer: SocketAddr,
    /// `HTTP/1.1`.
    pub(crate) protocol: String,
}

impl Inbound {
    /// The request with that head, still without its body.
    pub(crate) fn of(head: &Parts, peer: SocketAddr) -> Self {
        let mut headers = Headers::of(head);
        // In HTTP/2 the host is no header; functions are shown one all the same.
        if headers.get("host").is_none()
            && let Some(authority) = head.uri.authority()
        {
            headers.push("Host", authority.as_str());
        }
        let path = if head.uri.path().starts_with('/') { head.uri.path() } else { "/" };
        Self {
            method: head.method.as_str().to_owned(),
            path: path.to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            headers,
            body: Bytes::new(),
            peer,
            protocol: format!("{:?}", head.version),
        }
    }

    /// Path and query.
    pub(crate) fn target(&self) -> String {
        if self.query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.query) }
    }

    /// The host that was asked, with its port.
    pub(crate) fn host(&self) -> &str {
        self.headers.get("host").unwrap_or("localhost")
    }

    /// Where it came from.
    pub(crate) fn source_ip(&self) -> String {
        self.peer.ip().to_canonical().to_string()
    }

    /// What the journal keeps of it.
    pub(crate) fn payload(&self) -> Payload {
        let body = (!self.body.is_empty()).then(|| Captured::of(&self.body, KEPT));
        Payload::Request(Request {
            method: self.method.clone().into(),
            url: format!("http://{}{}", self.host(), self.target()).into(),
            headers: greenroom_host::Headers::new(self.headers.pairs().to_vec()),
            extra: Bytes::new().into(),
            entry: Bytes::new().into(),
            body,
        })
    }

    /// How many bytes request line and headers have, as they are counted against quotas.
    pub(crate) fn head_size(&self) -> u64 {
        let line = self.method.len() + self.target().len() + self.protocol.len() + 4;
        let headers: usize = self.headers.pairs().iter().map(|(name, value)| name.len() + value.len() + 4).sum();
        (line + headers) as u64
    }
}
