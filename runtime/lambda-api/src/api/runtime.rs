//! What a runtime asks for: the next invocation, being restored; and how it says that its init failed.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;

use super::answer::{accepted, not_allowed};
use super::{Api, ApiResponse, Current, Fault, Phase, Signal};

impl Api {
    /// Hands the runtime, which waits for one, an invocation.
    pub(crate) fn begin(&self, current: Arc<Current>) {
        let mut state = self.lock();
        state.phase = Phase::Running;
        state.current = Some(current);
        drop(state);
        self.changed.notify_waiters();
    }

    /// The runtime goes on from where it waits to be restored.
    pub(crate) fn restore(&self) {
        self.lock().phase = Phase::Restoring;
        self.changed.notify_waiters();
    }

    /// What runs the handler without a process is ready for the first invocation.
    pub(crate) fn is_ready(&self) {
        self.extensions.close();
        self.lock().phase = Phase::Ready;
        self.tell(Signal::Ready);
    }

    pub(crate) fn phase(&self) -> Phase {
        self.lock().phase
    }
}

pub(super) async fn next(api: &Api) -> ApiResponse {
    {
        let mut state = api.lock();
        if state.phase == Phase::Started {
            api.extensions.close();
        }
        match state.phase {
            Phase::Started | Phase::Restoring | Phase::ResponseSent => {
                state.phase = Phase::Ready;
                state.current = None;
                drop(state);
                api.tell(Signal::Ready);
            }
            Phase::Ready | Phase::Running => {}
            other => return not_allowed(other, Phase::Ready),
        }
    }
    loop {
        let changed = api.changed.notified();
        tokio::pin!(changed);
        // From here on no change is missed.
        changed.as_mut().enable();
        if let Some(current) = api.lock().current.as_ref() {
            return render(current);
        }
        changed.await;
    }
}

/// The invocation as the runtime gets it.
fn render(current: &Current) -> ApiResponse {
    let invocation = &current.invocation;
    let mut response = Response::new(Full::new(current.payload()));
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: &str| {
        // What no header can carry is left out, as the runtime would refuse it.
        if let (false, Ok(value)) = (value.is_empty(), HeaderValue::from_bytes(value.as_bytes())) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    set("lambda-runtime-aws-request-id", &invocation.request_id);
    set("lambda-runtime-trace-id", &current.trace);
    set("lambda-runtime-client-context", invocation.client_context.as_deref().unwrap_or_default());
    set("lambda-runtime-cognito-identity", invocation.identity.as_deref().unwrap_or_default());
    set("lambda-runtime-invoked-function-arn", &invocation.invoked_arn);
    set("lambda-runtime-deadline-ms", &current.deadline.to_string());
    set("lambda-runtime-aws-tenant-id", invocation.tenant.as_deref().unwrap_or_default());
    set("content-type", "application/json");
    response
}

pub(super) async fn restore_next(api: &Api) -> ApiResponse {
    {
        let mut state = api.lock();
        if state.phase != Phase::Started {
            return not_allowed(state.phase, Phase::Ready);
        }
        state.phase = Phase::RestoreReady;
        drop(state);
        api.tell(Signal::RestoreReady);
    }
    loop {
        let changed = api.changed.notified();
        tokio::pin!(changed);
        changed.as_mut().enable();
        if api.phase() != Phase::RestoreReady {
            let mut response = Response::new(Full::new(Bytes::new()));
            *response.status_mut() = StatusCode::OK;
            return response;
        }
        changed.await;
    }
}

pub(super) async fn init_error(api: &Api, request: Request<Incoming>) -> ApiResponse {
    let restoring = api.phase() == Phase::Restoring;
    if restoring { restore_error(api, request).await } else { fail(api, request, Phase::Started, Phase::InitError).await }
}

pub(super) async fn restore_error(api: &Api, request: Request<Incoming>) -> ApiResponse {
    fail(api, request, Phase::Restoring, Phase::RestoreError).await
}

async fn fail(api: &Api, request: Request<Incoming>, from: Phase, to: Phase) -> ApiResponse {
    let error_type = error_type(request.headers());
    let body = request.into_body().collect().await.map_or_else(|_| Bytes::new(), http_body_util::Collected::to_bytes);
    {
        let mut state = api.lock();
        if state.phase != from {
            return not_allowed(state.phase, to);
        }
        state.phase = to;
    }
    api.tell(Signal::Failed(Fault { error_type, body }));
    accepted()
}

/// The type of an error as far as the vendor lets it be: `Runtime.…` or `Function.…`, with a capital letter behind the point.
pub(super) fn error_type(headers: &HeaderMap) -> String {
    let given = headers.get("lambda-runtime-function-error-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let named = |family: &str| {
        let rest = given.split_once(family).map_or("", |(_, rest)| rest);
        rest.starts_with(|first: char| first.is_ascii_uppercase()) && rest[1..].starts_with(|second: char| second.is_ascii_alphabetic())
    };
    if named("Runtime.") || named("Function.") {
        return given.to_owned();
    }
    if given.starts_with("Function.") { "Function.Unknown".to_owned() } else { "Runtime.Unknown".to_owned() }
}
