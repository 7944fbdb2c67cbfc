//! What the server answers.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};
use http_body_util::Full;

use super::state::Phase;
use crate::document::document;

/// Everything that the server answers is here whole.
pub(crate) type ApiResponse = Response<Full<Bytes>>;

/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>: 6 MB; the vendor's emulator counts 100 bytes more.
pub(super) const MOST: usize = 6 * 1024 * 1024 + 100;

pub(crate) fn json(status: StatusCode, body: impl Into<Bytes>) -> ApiResponse {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// An error's document; the vendor ends it with a line break.
pub(crate) fn error(status: StatusCode, error_type: &str, message: &str) -> ApiResponse {
    // The type stands after the message there.
    let quoted = |text: &str| serde_json::to_string(text).unwrap_or_default();
    json(status, format!("{{\"errorMessage\":{},\"errorType\":{}}}\n", quoted(message), quoted(error_type)))
}

pub(crate) fn forbidden(error_type: &str, message: &str) -> ApiResponse {
    error(StatusCode::FORBIDDEN, error_type, message)
}

pub(super) fn accepted() -> ApiResponse {
    json(StatusCode::ACCEPTED, "{\"status\":\"OK\"}\n")
}

/// The runtime asked for what it may not do now.
pub(super) fn not_allowed(from: Phase, to: Phase) -> ApiResponse {
    let (from, to) = (from.name(), to.name());
    let message = format!("State transition from {from} to {to} failed for runtime. Error: State transition is not allowed");
    forbidden("InvalidStateTransition", &message)
}

pub(super) fn invalid_request_id() -> ApiResponse {
    error(StatusCode::BAD_REQUEST, "InvalidRequestID", "Invalid request ID")
}

pub(super) fn too_large() -> ApiResponse {
    let message = format!("Exceeded maximum allowed payload size ({MOST} bytes).");
    error(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", &message)
}

pub(super) fn truncated() -> ApiResponse {
    error(StatusCode::BAD_REQUEST, "TruncatedHTTPRequest", "HTTP request detected as truncated")
}

pub(super) fn not_found() -> ApiResponse {
    let mut response = Response::new(Full::new(Bytes::from_static(b"404 page not found\n")));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

pub(super) fn wrong_method() -> ApiResponse {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
}

/// What a caller gets of an answer that is too large, with its real size.
pub(super) fn oversized() -> Bytes {
    document("Function.ResponseSizeTooLarge", &format!("Response payload size exceeded maximum allowed payload size ({MOST} bytes)."))
}
