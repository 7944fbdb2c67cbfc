//! A guest with a function's code, and its calls.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt};
use greenroom_channel::message::{Body, HeaderBlock, RequestHead};
use greenroom_lambda_api::{Isolate, IsolateCall, IsolateFailure};
use greenroom_supervisor::{Instance, InvokeError, Response};
use serde_json::{Value, json};

use crate::lines::Lines;

/// How an answer begins that is no error; the rest but for the last brace is what the handler answered.
const VALUE: &[u8] = br#"{"value":"#;

/// One guest, for one instance.
pub(crate) struct Guest {
    instance: Arc<Instance>,
    output: Arc<Lines>,
}

impl Guest {
    pub(crate) fn new(instance: Arc<Instance>, output: Arc<Lines>) -> Self {
        Self { instance, output }
    }
}

impl Isolate for Guest {
    fn handle(&self, call: IsolateCall) -> BoxFuture<'static, Result<Bytes, IsolateFailure>> {
        let (instance, output) = (Arc::clone(&self.instance), Arc::clone(&self.output));
        Box::pin(async move {
            let mut invocation = instance.invoke(Some(call.invocation.event), &head(&call), None);
            match invocation.response().await {
                Ok(response) => outcome(&whole(response).await, &output),
                Err(InvokeError::Failed(failure)) => Err(failed(&failure.name, &failure.message, &[])),
                // A process that waits is stopped at its timeout.
                Err(InvokeError::Cpu | InvokeError::Blocked) => Err(IsolateFailure::Time),
                Err(InvokeError::Memory) => Err(IsolateFailure::Memory),
                // As the vendor says it of a process that was killed.
                Err(InvokeError::Crashed(_) | InvokeError::Untaken(_)) => Err(IsolateFailure::Ended("signal: killed".to_owned())),
            }
        })
    }

    fn process(&self) -> i32 {
        i32::try_from(self.instance.pid()).unwrap_or_default()
    }

    fn is_fit(&self) -> bool {
        self.instance.is_fit() && self.instance.worn().now_or_never().is_none()
    }

    fn end(&self) {
        self.instance.kill();
    }
}

/// The call as `isolate.js` takes it.
fn head(call: &IsolateCall) -> RequestHead {
    let invocation = &call.invocation;
    let entry = json!({
        "kind": "call", "requestId": invocation.request_id, "tenantId": invocation.tenant, "trace": invocation.trace,
        "arn": invocation.invoked_arn, "deadline": call.deadline.0, "clientContext": invocation.client_context,
        "identity": invocation.identity,
    });
    RequestHead {
        method: Bytes::new(),
        url: Bytes::new(),
        headers: HeaderBlock::default(),
        extra: Bytes::new(),
        entry: entry.to_string().into(),
        body: Body::Inline(invocation.payload.clone()),
    }
}

async fn whole(response: Response) -> Bytes {
    if let Body::Inline(bytes) = response.head.body {
        return bytes;
    }
    let mut body = BytesMut::new();
    if let Some(mut stream) = response.stream {
        while let Some(Ok(piece)) = stream.next().await {
            body.extend_from_slice(&piece);
        }
    }
    body.freeze()
}

fn outcome(answer: &Bytes, output: &Lines) -> Result<Bytes, IsolateFailure> {
    if answer.starts_with(VALUE) {
        return Ok(answer.slice(VALUE.len()..answer.len() - 1));
    }
    let mut told: Value = serde_json::from_slice(answer).unwrap_or_default();
    let last = told["last"].as_bool().unwrap_or_default();
    let mut error = told["error"].take();
    for line in error["trace"].as_array_mut().into_iter().flatten() {
        if let Value::String(text) = line {
            *text = output.mapped(text);
        }
    }
    let error_type = error["errorType"].as_str().unwrap_or_default().to_owned();
    Err(IsolateFailure::Failed { error_type, document: error.to_string().into(), last })
}

/// An error with its document.
pub(crate) fn failed(error_type: &str, message: &str, trace: &[String]) -> IsolateFailure {
    let document = json!({ "errorType": error_type, "errorMessage": message, "trace": trace });
    IsolateFailure::Failed { error_type: error_type.to_owned(), document: document.to_string().into(), last: true }
}
