//! An HTTP request as the channel carries it.

use std::net::SocketAddr;

use bytes::Bytes;
use futures::StreamExt;
use greenroom_channel::INLINE_BODY;
use greenroom_channel::message::{Body, HeaderBlock, RequestHead};
use greenroom_supervisor::BodyStream;
use http_body_util::BodyExt;
use hyper::body::Incoming;

use crate::origins::{Origins, PLACE};
use crate::upload::Upload;

/// Why a request is answered at the door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Its `Host` cannot be part of a URL.
    Host,
    /// It names a place that is none, for this reason.
    Place(String),
}

impl Refused {
    /// What the client is told beside the status 400.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Host => "Bad Request: the Host header is no host".to_owned(),
            Self::Place(why) => format!("{PLACE}: {why}"),
        }
    }
}

/// What the guest gets: the head, and the body where it is not in the head.
pub(crate) type Converted = (RequestHead, Option<BodyStream>);

/// Turns a request into what the guest gets.
pub(crate) fn convert(
    request: hyper::Request<Incoming>,
    local: SocketAddr,
    peer: SocketAddr,
    origins: &Origins,
    id: u64,
) -> Result<Converted, Refused> {
    let (parts, body) = request.into_parts();
    let size = crate::limits::header_bytes(&parts.headers);
    let host = match parts.headers.get(http::header::HOST) {
        Some(host) => Some(host.to_str().ok().filter(|host| is_host(host)).ok_or(Refused::Host)?),
        None => None,
    };
    let url = url_of(&parts.uri, host, local);
    let attached = origins.attach(&parts, peer, id).map_err(Refused::Place)?;
    let headers = header_block(&parts.headers, &attached.headers, size);
    let (body, stream) = body_of(body);
    let method = Bytes::copy_from_slice(parts.method.as_str().as_bytes());
    Ok((RequestHead { method, url: url.into(), headers, extra: attached.extra, entry: Bytes::new(), body }, stream))
}

/// Whether `text` is a host, with or without a port, as a URL can have it.
/// <https://www.rfc-editor.org/rfc/rfc9110#field.host>
fn is_host(text: &str) -> bool {
    // Whoever writes a name and a password there means something else.
    let Ok(authority) = text.parse::<http::uri::Authority>() else { return false };
    let port = authority.as_str().strip_prefix(authority.host()).unwrap_or("?");
    !text.contains('@') && !authority.host().is_empty() && (matches!(port, "" | ":") || authority.port_u16().is_some())
}

fn url_of(uri: &http::Uri, host: Option<&str>, local: SocketAddr) -> String {
    // A request to a proxy names everything; it is meant for the app all the same.
    let path = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    match host.or_else(|| uri.authority().map(http::uri::Authority::as_str)) {
        Some(host) => format!("http://{host}{path}"),
        None => format!("http://{local}{path}"),
    }
}

/// The client's headers, with those of the edge in place of its own.
fn header_block(headers: &http::HeaderMap, edge: &[(&'static str, Option<String>)], size: usize) -> HeaderBlock {
    let replaced = |name: &str| name == PLACE || edge.iter().any(|(own, _)| *own == name);
    let rest = headers.iter().filter(|(name, _)| !replaced(name.as_str()));
    let rest = rest.map(|(name, value)| (name.as_str().as_bytes(), value.as_bytes()));
    let own = edge.iter().filter_map(|(name, value)| Some((name.as_bytes(), value.as_ref()?.as_bytes())));
    let all: Vec<_> = rest.chain(own).collect();
    let mut out = Vec::with_capacity(size + all.len() * 8 + 256);
    HeaderBlock::encode(&mut out, all.len(), all.into_iter());
    HeaderBlock(out.into())
}

fn body_of(mut body: Incoming) -> (Body, Option<BodyStream>) {
    use hyper::body::Body as _;
    if body.is_end_stream() {
        return (Body::Empty, None);
    }
    // A small body usually arrives in one piece with the head: then it goes along without a stream.
    let expected = body.size_hint().exact().and_then(|size| usize::try_from(size).ok()).filter(|size| *size <= INLINE_BODY);
    let first = match expected {
        Some(_) => futures::FutureExt::now_or_never(body.frame()).flatten(),
        None => None,
    };
    let first = match first {
        Some(Ok(frame)) => frame.into_data().ok(),
        Some(Err(error)) => return (Body::Stream, Some(futures::stream::iter([Err(error.to_string())]).boxed())),
        None => None,
    };
    if let Some(bytes) = &first
        && Some(bytes.len()) == expected
    {
        return (Body::Inline(bytes.clone()), None);
    }
    let whole = futures::stream::iter(first.map(Ok)).chain(Upload::of(body));
    (Body::Stream, Some(whole.boxed()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_is_what_the_client_called_the_server() {
        let local = SocketAddr::from(([127, 0, 0, 1], 8787));
        let uri = "/a?b=c".parse().unwrap();
        assert_eq!(url_of(&uri, Some("localhost:8787"), local), "http://localhost:8787/a?b=c");
        assert_eq!(url_of(&uri, None, local), "http://127.0.0.1:8787/a?b=c");
        assert_eq!(url_of(&"http://example.com/x".parse().unwrap(), Some("example.com"), local), "http://example.com/x");
    }

    #[test]
    fn what_is_no_host_is_seen() {
        for host in ["localhost", "localhost:8787", "127.0.0.1:1", "[::1]:8787", "xn--exmple-cua.com", "a_b.test"] {
            assert!(is_host(host), "{host}");
        }
        for host in ["a b", "", "a/b", "user@host", "a:b:c", "a:x", "a?b", "[::1"] {
            assert!(!is_host(host), "{host}");
        }
    }

    #[test]
    fn the_client_does_not_choose_what_the_edge_says() {
        let mut headers = http::HeaderMap::new();
        for name in ["cf-connecting-ip", "greenroom-geo", "cf-ipcity", "x-own"] {
            headers.insert(name, "1.2.3.4".parse().unwrap());
        }
        let edge = [("cf-connecting-ip", Some("127.0.0.1".to_owned())), ("cf-ipcity", None)];
        let block = header_block(&headers, &edge, 0);
        assert_eq!(block.iter().collect::<Vec<_>>(), [(&b"x-own"[..], &b"1.2.3.4"[..]), (&b"cf-connecting-ip"[..], &b"127.0.0.1"[..])]);
    }
}
