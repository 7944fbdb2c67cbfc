//! How a runtime answers an invocation: whole, piece by piece, or with an error.

use bytes::{Bytes, BytesMut};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use serde_json::Value;
use tokio::sync::mpsc;

use super::answer::{self, MOST, accepted, invalid_request_id, not_allowed};
use super::runtime::error_type;
use super::{Answer, Api, ApiResponse, Fault, Phase, Signal, StreamedAnswer};
use crate::document::document;

/// How many pieces of an answer may wait for a slow caller.
const PIECES: usize = 16;
/// The body has the cause for X-Ray beside the error.
const WITH_CAUSE: &str = "application/vnd.aws.lambda.error.cause+json";

/// The function's own answer.
pub(super) async fn response(api: &Api, id: &str, request: Request<Incoming>) -> ApiResponse {
    let streamed = match enter(api, id, Phase::Response) {
        Ok(streamed) => streamed,
        Err(refused) => return refused,
    };
    let content_type = header(request.headers(), CONTENT_TYPE.as_str());
    match &*header(request.headers(), "lambda-runtime-function-response-mode") {
        "streaming" if streamed => stream(api, content_type, request.into_body()).await,
        "" | "streaming" => whole(api, content_type, request.into_body()).await,
        _ => {
            let failed = Answer { payload: Bytes::new(), content_type, error: Some("Runtime.InvalidResponseModeHeader".to_owned()) };
            sent(api, Signal::Answered(failed));
            answer::error(StatusCode::BAD_REQUEST, "InvalidFunctionResponseMode", "Invalid function response mode")
        }
    }
}

/// The function failed.
pub(super) async fn error(api: &Api, id: &str, request: Request<Incoming>) -> ApiResponse {
    if let Err(refused) = enter(api, id, Phase::ErrorResponse) {
        return refused;
    }
    let kind = error_type(request.headers());
    let content_type = header(request.headers(), CONTENT_TYPE.as_str());
    let body = request.into_body().collect().await.map_or_else(|_| Bytes::new(), http_body_util::Collected::to_bytes);
    let (payload, content_type) = if content_type == WITH_CAUSE { without_cause(&body) } else { (body, content_type) };
    sent(api, Signal::Answered(Answer { payload, content_type, error: Some(kind) }));
    accepted()
}

/// From running to `to`. Whether the caller wants the answer piece by piece.
fn enter(api: &Api, id: &str, to: Phase) -> Result<bool, ApiResponse> {
    let mut state = api.lock();
    if !state.is_current(id) {
        return Err(invalid_request_id());
    }
    if state.phase != Phase::Running {
        return Err(not_allowed(state.phase, to));
    }
    state.phase = to;
    Ok(state.current.as_ref().is_some_and(|current| current.invocation.stream))
}

fn sent(api: &Api, signal: Signal) {
    api.lock().phase = Phase::ResponseSent;
    api.tell(signal);
}

async fn whole(api: &Api, content_type: String, mut body: Incoming) -> ApiResponse {
    let mut payload = BytesMut::new();
    let mut trailers = None;
    let mut size = 0_usize;
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            let failed = document("Runtime.TruncatedResponse", "Response truncated");
            let error = Some("Runtime.TruncatedResponse".to_owned());
            sent(api, Signal::Answered(Answer { payload: failed, content_type: "application/json".to_owned(), error }));
            return answer::truncated();
        };
        match frame.into_data() {
            Ok(data) => {
                size += data.len();
                // The rest is read all the same: who writes it would wait for ever.
                if size <= MOST {
                    payload.extend_from_slice(&data);
                }
            }
            Err(frame) => trailers = frame.into_trailers().ok(),
        }
    }
    if size > MOST {
        let error = Some("Function.ResponseSizeTooLarge".to_owned());
        sent(api, Signal::Answered(Answer { payload: answer::oversized(), content_type: "application/json".to_owned(), error }));
        return answer::too_large();
    }
    let answer = match trailers.as_ref().and_then(failure) {
        Some(fault) => Answer { payload: fault.body, content_type: "application/json".to_owned(), error: Some(fault.error_type) },
        None => Answer { payload: payload.freeze(), content_type, error: None },
    };
    sent(api, Signal::Answered(answer));
    accepted()
}

async fn stream(api: &Api, content_type: String, mut body: Incoming) -> ApiResponse {
    let (sender, pieces) = mpsc::channel(PIECES);
    api.tell(Signal::Streaming(StreamedAnswer { content_type, pieces, last: sender.clone() }));
    let (mut bytes, mut failed) = (0_u64, None);
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            failed = Some(Fault {
                error_type: "Runtime.TruncatedResponse".to_owned(),
                body: document("Runtime.TruncatedResponse", "Response truncated"),
            });
            break;
        };
        match frame.into_data() {
            Ok(data) => {
                bytes += data.len() as u64;
                // A caller that has gone away does not stop the function.
                let _ = sender.send(Ok(data)).await;
            }
            Err(frame) => failed = frame.into_trailers().ok().as_ref().and_then(failure),
        }
    }
    let truncated = failed.as_ref().is_some_and(|fault| fault.error_type == "Runtime.TruncatedResponse");
    sent(api, Signal::Streamed { bytes, failed });
    if truncated { answer::truncated() } else { accepted() }
}

/// The failure that trailers tell of. <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming>
fn failure(trailers: &HeaderMap) -> Option<Fault> {
    let kind = trailers.get("lambda-runtime-function-error-type")?;
    let body = trailers.get("lambda-runtime-function-error-body").map(|body| unbase64(body.as_bytes())).unwrap_or_default();
    Some(Fault { error_type: kind.to_str().unwrap_or("Runtime.Unknown").to_owned(), body: body.into() })
}

/// Base64 as far as it goes.
fn unbase64(text: &[u8]) -> Vec<u8> {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.decode(text).unwrap_or_else(|_| text.to_vec())
}

/// The error of a body that has the cause for X-Ray beside it.
fn without_cause(body: &[u8]) -> (Bytes, String) {
    let Ok(mut fields) = serde_json::from_slice::<serde_json::Map<String, Value>>(body) else {
        return (Bytes::from_static(b"\"Invalid error body\""), "application/octet-stream".to_owned());
    };
    fields.retain(|name, _| matches!(&**name, "errorMessage" | "errorType" | "stackTrace"));
    (serde_json::to_vec(&fields).unwrap_or_default().into(), "application/json".to_owned())
}

fn header(headers: &HeaderMap, name: &str) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}
