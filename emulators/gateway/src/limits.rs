//! Sizes that the vendor's door refuses.

use std::future::{Future, pending};

use futures::StreamExt;
use greenroom_host::{Limit, LimitWatch};
use greenroom_supervisor::BodyStream;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, StatusCode};
use tokio::sync::oneshot;

/// What may go through the door. All in bytes.
#[derive(Debug, Clone, Copy)]
pub struct DoorLimits {
    /// A request's URL.
    pub url: Limit,
    /// A request's headers together.
    pub request_headers: Limit,
    /// A request's body.
    pub request_body: Limit,
    /// A response's headers together.
    pub response_headers: Limit,
}

impl DoorLimits {
    /// The status that answers a request which is too large, if it must be refused.
    pub(crate) fn refusal<B>(&self, watch: &LimitWatch, request: &http::Request<B>) -> Option<StatusCode> {
        let headers = request.headers();
        let url = headers.get(http::header::HOST).map_or(0, |host| host.len() + "http://".len()) + uri_bytes(request.uri());
        let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        let sizes = [
            (StatusCode::URI_TOO_LONG, &self.url, url as u64),
            (StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, &self.request_headers, header_bytes(headers) as u64),
            (StatusCode::PAYLOAD_TOO_LARGE, &self.request_body, length.unwrap_or(0)),
        ];
        sizes.into_iter().find(|(_, limit, size)| watch.refuses_beyond(limit, *size)).map(|(status, ..)| status)
    }

    /// A body that came without a length, and what tells that it must be refused: its stream breaks off there.
    pub(crate) fn bound(&self, watch: &LimitWatch, mut body: BodyStream) -> (BodyStream, impl Future<Output = ()> + use<>) {
        let (tell, told) = oneshot::channel();
        let (watch, limit, mut tell, mut size) = (watch.clone(), self.request_body, Some(tell), 0_u64);
        let bounded = futures::stream::poll_fn(move |cx| {
            let next = body.poll_next_unpin(cx);
            if let std::task::Poll::Ready(Some(Ok(chunk))) = &next {
                size += chunk.len() as u64;
                if watch.refuses_beyond(&limit, size) {
                    if let Some(tell) = tell.take() {
                        let _ = tell.send(());
                    }
                    return std::task::Poll::Ready(Some(Err(TOO_LARGE.to_owned())));
                }
            }
            next
        });
        let refused = async move {
            if told.await.is_err() {
                pending::<()>().await;
            }
        };
        (bounded.boxed(), refused)
    }

    /// Whether a response must be refused for its headers.
    pub(crate) fn refuses_response<B>(&self, watch: &LimitWatch, response: &http::Response<B>) -> bool {
        watch.refuses_beyond(&self.response_headers, header_bytes(response.headers()) as u64)
    }
}

const TOO_LARGE: &str = "Request Entity Too Large";

/// What the page of a refusal says.
pub(crate) fn words(status: StatusCode) -> &'static str {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => TOO_LARGE,
        StatusCode::URI_TOO_LONG => "Request-URI Too Large",
        _ => status.canonical_reason().unwrap_or("Bad Request"),
    }
}

fn uri_bytes(uri: &http::Uri) -> usize {
    uri.path_and_query().map_or(1, |path| path.as_str().len())
}

/// What headers take on the wire.
pub(crate) fn header_bytes(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len()).sum()
}

#[cfg(test)]
mod tests {
    use greenroom_host::Profile;

    use super::*;

    const fn limit(name: &'static str, most: u64) -> Limit {
        Limit { name, of: "bytes", most, url: "https://example.com" }
    }

    const LIMITS: DoorLimits = DoorLimits {
        url: limit("url", 20),
        request_headers: limit("headers", 100),
        request_body: limit("body", 1_000),
        response_headers: limit("response", 100),
    };

    fn refusal(profile: Profile, uri: &str, length: &str) -> Option<u16> {
        let request = http::Request::get(uri).header("host", "a.test").header("content-length", length).body(()).unwrap();
        LIMITS.refusal(&LimitWatch::new(profile), &request).map(|status| status.as_u16())
    }

    #[test]
    fn what_is_too_large_is_refused_in_production_only() {
        assert_eq!(refusal(Profile::Production, "/123456", "1000"), None);
        assert_eq!(refusal(Profile::Production, "/12345678", "1"), Some(414));
        assert_eq!(refusal(Profile::Production, "/", "1001"), Some(413));
        assert_eq!(refusal(Profile::Production, "/", &"0".repeat(100)), Some(431));
        assert_eq!(refusal(Profile::Relaxed, "/12345678", "1001"), None);
    }
}
