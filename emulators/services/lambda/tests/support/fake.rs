//! A runtime that runs nothing: what a function does is said by its handler.

#![allow(clippy::unwrap_used, reason = "a test's part, in examples too")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use greenroom_host::{Clock, Content, Ended, Function, FunctionRuntime, Invocation, InvokeReport, Invoked, NotInvoked, Outcome};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

/// What it was asked to do.
pub(crate) type Seen = Arc<Mutex<Vec<(Arc<Function>, Invocation)>>>;

type Report = Arc<dyn Fn(&Function, &Invocation) + Send + Sync>;

/// The runtime.
#[derive(Clone)]
pub(crate) struct Fake {
    /// Every invocation.
    pub(crate) seen: Seen,
    /// What functions with the handler `waits` wait for.
    pub(crate) gate: Arc<Semaphore>,
    /// Told of every invocation.
    pub(crate) report: Report,
}

impl Default for Fake {
    fn default() -> Self {
        Self { seen: Seen::default(), gate: Arc::new(Semaphore::new(0)), report: Arc::new(|_, _| {}) }
    }
}

impl FunctionRuntime for Fake {
    fn invoke(&self, function: Arc<Function>, invocation: Invocation) -> BoxFuture<'static, Result<Invoked, NotInvoked>> {
        self.seen.lock().unwrap().push((Arc::clone(&function), invocation.clone()));
        (self.report)(&function, &invocation);
        let gate = Arc::clone(&self.gate);
        Box::pin(async move {
            match function.handler.as_str() {
                "fails" => Ok(failed(&invocation)),
                "missing" => Err(NotInvoked::NoRuntime(format!("`{}` is not on this machine", function.runtime))),
                "waits" => {
                    Clock::waiting(gate.acquire()).await.unwrap().forget();
                    Ok(answered(json!("waited").to_string().into()))
                }
                "streams" => Ok(streamed()),
                "shows" => Ok(answered(shown(&function, &invocation).to_string().into())),
                _ => Ok(answered(invocation.payload)),
            }
        })
    }

    fn provision(&self, _: Arc<Function>, count: u32) -> BoxFuture<'static, Result<u32, NotInvoked>> {
        Box::pin(async move { Ok(count) })
    }

    fn snapshot(&self, function: Arc<Function>) -> BoxFuture<'static, Result<(), Bytes>> {
        let fails = function.handler == "fails";
        let document = json!({ "errorType": "Error", "errorMessage": "intended" }).to_string();
        Box::pin(async move { if fails { Err(document.into()) } else { Ok(()) } })
    }

    fn retire(&self, _: &str, _: Option<&str>) {}
}

fn answered(payload: Bytes) -> Invoked {
    Invoked {
        payload: Content::Whole(payload),
        content_type: "application/json".to_owned(),
        error: None,
        outcome: Outcome::Ok,
        log: Bytes::from_static(b"START\nEND\n"),
        report: Some(InvokeReport { duration: Duration::from_millis(2), billed: Duration::from_millis(2), ..InvokeReport::default() }),
        ended: None,
    }
}

fn failed(invocation: &Invocation) -> Invoked {
    let document = json!({ "errorMessage": "intended", "errorType": "Error", "requestId": invocation.request_id });
    let error = Some("Unhandled".to_owned());
    Invoked { error, outcome: Outcome::error("intended"), ..answered(document.to_string().into()) }
}

fn streamed() -> Invoked {
    let pieces = ["one ", "two ", "three"].map(|piece| Ok(Bytes::from_static(piece.as_bytes())));
    let payload = Content::Stream(Box::pin(futures::stream::iter(pieces)));
    let ended = Ended { outcome: Outcome::Ok, log: Bytes::from_static(b"END\n"), report: None };
    let ended: Option<BoxFuture<'static, Ended>> = Some(Box::pin(async move { ended }));
    Invoked { payload, content_type: "text/plain".to_owned(), log: Bytes::new(), report: None, ended, ..answered(Bytes::new()) }
}

fn shown(function: &Function, invocation: &Invocation) -> Value {
    let text = |json: &Option<String>| json.as_deref().map(|json| serde_json::from_str::<Value>(json).unwrap());
    json!({
        "requestId": invocation.request_id,
        "arn": invocation.invoked_arn,
        "version": function.version,
        "client": text(&invocation.client_context),
        "tenant": invocation.tenant,
        "trace": invocation.trace,
        "environment": function.environment,
        "code": std::fs::read_dir(&function.code).map_or(0, Iterator::count),
        "layers": function.layers.len(),
        "timeout": function.timeout.as_secs(),
    })
}
