//! A guest's answer as an HTTP response.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures::{Stream, TryStreamExt};
use greenroom_channel::message::{Body, ResponseHead};
use greenroom_supervisor::{BodyReceiver, Response};
use http::header::{CONNECTION, CONTENT_LENGTH, HeaderName, HeaderValue, TRANSFER_ENCODING, UPGRADE};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};

/// The bodies that the front door sends.
pub(crate) type OutBody = UnsyncBoxBody<Bytes, BodyError>;

/// A body that broke off: the connection is closed, so that the client sees it.
#[derive(Debug, thiserror::Error)]
#[error("the response's body broke off: {0}")]
pub(crate) struct BodyError(String);

/// A whole body.
pub(crate) fn full(bytes: impl Into<Bytes>) -> OutBody {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed_unsync()
}

fn streamed(body: impl Stream<Item = Result<Bytes, String>> + Send + Unpin + 'static) -> OutBody {
    StreamBody::new(Unhurried { body, failed: None }.map_ok(hyper::body::Frame::data).map_err(BodyError)).boxed_unsync()
}

/// A body whose failure comes one poll late. hyper drops what it has not sent when a body fails; asked to wait once, it sends the head and
/// everything before the failure, as a server elsewhere would have by then.
struct Unhurried<S> {
    body: S,
    failed: Option<String>,
}

impl<S: Stream<Item = Result<Bytes, String>> + Unpin> Stream for Unhurried<S> {
    type Item = Result<Bytes, String>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(why) = self.failed.take() {
            return Poll::Ready(Some(Err(why)));
        }
        match Pin::new(&mut self.body).poll_next(cx) {
            Poll::Ready(Some(Err(why))) => {
                self.failed = Some(why);
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            other => other,
        }
    }
}

/// Turns the answer into a response. `head_only`: the request was `HEAD`. `record` sees a body that is a stream pass, `lost` is told in words
/// of each header that cannot be sent.
pub(crate) fn convert<S>(
    answer: Response,
    head_only: bool,
    record: impl FnOnce(BodyReceiver) -> S,
    lost: impl FnMut(String),
) -> http::Response<OutBody>
where
    S: Stream<Item = Result<Bytes, String>> + Send + Unpin + 'static,
{
    let status = http::StatusCode::from_u16(answer.head.status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    let fixed_length = answer.stream.is_none() && !head_only;
    let headers = headers_of(&answer.head, fixed_length, lost);
    let reason = reason_of(&answer.head);
    let body = match (answer.stream, answer.head.body) {
        (Some(stream), _) if !head_only => streamed(record(stream)),
        (None, Body::Inline(bytes)) if !head_only => full(bytes),
        _ => full(Bytes::new()),
    };
    let mut response = http::Response::new(body);
    if let Some(reason) = reason {
        response.extensions_mut().insert(reason);
    }
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// The reason beside the status, where the code gave one: it comes first, under no name.
fn reason_of(head: &ResponseHead) -> Option<hyper::ext::ReasonPhrase> {
    let (name, reason) = head.header_pairs().next()?;
    if name.is_empty() { hyper::ext::ReasonPhrase::try_from(reason).ok() } else { None }
}

fn headers_of(head: &ResponseHead, fixed_length: bool, mut lost: impl FnMut(String)) -> http::HeaderMap {
    let mut headers = http::HeaderMap::new();
    if head.headers.is_empty() {
        return headers;
    }
    for (name, value) in head.header_pairs() {
        // A reason, which is no header.
        if name.is_empty() {
            continue;
        }
        let (Ok(name), Ok(value)) = (HeaderName::from_bytes(&name), HeaderValue::from_bytes(&value)) else {
            lost(why_lost(&name, &value));
            continue;
        };
        // How the message is framed is the connection's affair. A length that the code gives is kept where the body is a stream,
        // since only the code knows it.
        let framing = name == TRANSFER_ENCODING
            || name == CONNECTION
            || name == UPGRADE
            || name == "keep-alive"
            || (name == CONTENT_LENGTH && fixed_length);
        if !framing {
            headers.append(name, value);
        }
    }
    headers
}

/// workerd sends all but NUL and the ends of lines as they are; hyper sends no control character.
fn why_lost(name: &[u8], value: &[u8]) -> String {
    let name = String::from_utf8_lossy(name);
    match value.iter().find(|byte| byte.is_ascii_control() && **byte != b'\t') {
        Some(byte) => format!(
            "the header `{name}` was not sent: its value holds the control character 0x{byte:02x}, which HTTP does not allow (workerd sends it)"
        ),
        None => format!("the header `{name}` was not sent: its name is none of HTTP's"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(answer: Response, head_only: bool) -> http::Response<OutBody> {
        convert(answer, head_only, |body| body, |lost| panic!("{lost}"))
    }

    fn answer(headers: &str, body: Body) -> Response {
        Response { head: ResponseHead { status: 201, took: 0, headers: Bytes::copy_from_slice(headers.as_bytes()), body }, stream: None }
    }

    #[test]
    fn cookies_stay_apart_and_framing_is_ours() {
        let headers = "set-cookie\na=1\nset-cookie\nb=2\ncontent-length\n99\ntransfer-encoding\nchunked";
        let response = converted(answer(headers, Body::Inline("hi".into())), false);
        assert_eq!(response.headers().get_all("set-cookie").iter().count(), 2);
        assert_eq!((response.headers().len(), response.status().as_u16()), (2, 201));
    }

    #[test]
    fn what_cannot_be_sent_is_told_by_name() {
        let mut lost = Vec::new();
        let response = convert(answer("a\nx\u{1}y\nb\nx\ty\nc\n\u{7f}", Body::Empty), false, |body| body, |why| lost.push(why));
        assert_eq!(response.headers().len(), 1);
        assert!(lost[0].contains("`a`") && lost[0].contains("0x01"), "{lost:?}");
        assert!(lost[1].contains("`c`") && lost[1].contains("0x7f"), "{lost:?}");
    }

    #[test]
    fn a_reason_of_its_own_is_kept() {
        let response = converted(answer("\nMade\na\nb", Body::Empty), false);
        assert_eq!(response.extensions().get::<hyper::ext::ReasonPhrase>().map(hyper::ext::ReasonPhrase::as_bytes), Some(&b"Made"[..]));
        assert_eq!(response.headers().len(), 1);
    }

    #[test]
    fn a_head_request_keeps_the_length_that_the_code_gives() {
        let response = converted(answer("content-length\n99", Body::Empty), true);
        assert_eq!(response.headers()["content-length"], "99");
    }
}
