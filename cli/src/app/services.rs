//! What the code of one version can call: its bindings, and the outside.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use futures::future::BoxFuture;
use greenroom_bindings::Bindings;
use greenroom_channel::{Call, CallError, CallResult};
use greenroom_host::{Host, ServiceCall, Text};
use greenroom_outbound::{Body, FetchError, Outbound, RedirectMode, Request};
use greenroom_supervisor::{Answer, IncomingCall, Services};
use serde::{Deserialize, Serialize};

use crate::app::quota::Quota;

/// The name under which guest code calls the outside; no binding can have it.
const OUTSIDE: &str = "";
/// The method of a call whose connection becomes a WebSocket; every other one is a plain request.
const WEBSOCKET: &str = "websocket";
/// How the outside is called in the journal.
const OUTSIDE_NAME: &str = "fetch";

/// The services of one version of an app.
pub(crate) struct AppServices {
    bindings: Arc<Bindings>,
    outside: Arc<Outside>,
    quota: Quota,
    host: Host,
}

/// Connections to the outside, made when the first is needed: reading the machine's certificates takes time and memory.
#[derive(Default)]
pub(crate) struct Outside(OnceLock<Result<Outbound, String>>);

impl AppServices {
    pub(crate) fn of(bindings: Arc<Bindings>, outside: Arc<Outside>, quota: Quota, host: Host) -> Arc<dyn Services> {
        Arc::new(Self { bindings, outside, quota, host })
    }

    /// Whether the calling invocation may make one more call.
    fn admits(&self, incoming: &IncomingCall) -> Result<(), CallError> {
        let Some(uses) = &incoming.uses else { return Ok(()) };
        let name = incoming.call.binding.as_str();
        if name == OUTSIDE { self.quota.outside(uses) } else { self.quota.binding(uses, self.bindings.calls_per_invocation(name)) }
    }
}

impl Services for AppServices {
    fn call(&self, incoming: IncomingCall) -> BoxFuture<'static, Result<Answer, CallError>> {
        let admitted = self.admits(&incoming);
        let (bindings, outside, host) = (Arc::clone(&self.bindings), Arc::clone(&self.outside), self.host.clone());
        Box::pin(async move {
            let started = host.clock.uptime();
            let event = incoming.event;
            let is_outside = incoming.call.binding == OUTSIDE;
            let record = event.map(|_| record(&bindings, &incoming.call, host.journal.order()));
            let answer = match admitted {
                Err(refused) => Err(refused),
                Ok(()) if is_outside => outside.fetch(incoming).await,
                Ok(()) => binding(&bindings, incoming).await,
            };
            if let (Some(event), Some(record)) = (event, record) {
                let took = host.clock.uptime().saturating_sub(started);
                let (received, error) = match &answer {
                    Ok(answer) => (size(&answer.result.value, answer.result.body.as_ref()), None),
                    Err(error) => (0, Some(error.to_string())),
                };
                host.journal.call(event, ServiceCall { took, received, error, ..record });
            }
            answer
        })
    }
}

/// How much of the arguments of a call the journal keeps.
const ARGS: usize = 1024;

/// What the journal is told of a call before it is answered. `order`: when it began.
fn record(bindings: &Bindings, call: &Call, order: u64) -> ServiceCall {
    let name = call.binding.as_str();
    let (service, binding, resource) = match bindings.behind(name) {
        Some((service, resource)) => (service, name.into(), resource),
        None if name == OUTSIDE => (OUTSIDE_NAME.into(), OUTSIDE_NAME.into(), url_of(&call.args).into()),
        None => ("service".into(), name.into(), "".into()),
    };
    ServiceCall {
        service,
        binding,
        operation: call.method.as_str().into(),
        resource,
        args: Text(call.args.slice(..call.args.len().min(ARGS))),
        sent: size(&call.args, call.body.as_ref()),
        received: 0,
        took: Duration::ZERO,
        error: None,
        faults: Vec::new(),
        order,
    }
}

fn size(value: &Bytes, body: Option<&Bytes>) -> u64 {
    (value.len() + body.map_or(0, Bytes::len)) as u64
}

fn url_of(args: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Url {
        url: String,
    }
    serde_json::from_slice(args).map_or_else(|_| String::new(), |Url { url }| url)
}

async fn binding(bindings: &Bindings, incoming: IncomingCall) -> Result<Answer, CallError> {
    let stream = incoming.stream.map(StreamExt::boxed);
    let reply = bindings.call_of(incoming.call, stream, incoming.event).await?;
    Ok(Answer { result: reply.result, stream: reply.stream, endless: false })
}

#[derive(Deserialize)]
struct FetchArgs {
    url: String,
    method: String,
    headers: Vec<(String, String)>,
    redirect: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FetchAnswer {
    status: u16,
    status_text: String,
    urls: Vec<String>,
    headers: Vec<(String, String)>,
}

impl Outside {
    async fn fetch(&self, incoming: IncomingCall) -> Result<Answer, CallError> {
        let outbound = self.0.get_or_init(Outbound::new).as_ref().map_err(|error| CallError::error(format!("internal error; {error}")))?;
        let Call { args, body, method, .. } = incoming.call;
        let args: FetchArgs = serde_json::from_slice(&args).map_err(|error| CallError::type_error(error.to_string()))?;
        let redirect = if args.redirect == "manual" { RedirectMode::Manual } else { RedirectMode::Follow };
        let body = match incoming.stream {
            Some(stream) => Some(Body::Stream(stream.boxed())),
            None => body.map(Body::Whole),
        };
        let request = Request { url: args.url, method: args.method, headers: args.headers, redirect, body };
        let answered = if method == WEBSOCKET { outbound.websocket(request).await } else { outbound.fetch(request).await };
        let response = answered.map_err(|error| fetch_error(&error))?;
        let head =
            FetchAnswer { status: response.status, status_text: response.status_text, urls: response.urls, headers: response.headers };
        Ok(Answer { result: CallResult::json(&head), stream: Some(response.body), endless: method == WEBSOCKET })
    }
}

fn fetch_error(error: &FetchError) -> CallError {
    match error {
        FetchError::Lost(_) | FetchError::Internal(_) => CallError::error(error.to_string()),
        _ => CallError::type_error(error.to_string()),
    }
}
