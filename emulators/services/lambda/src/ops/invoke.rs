//! `Invoke`: <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use greenroom_aws_wire::{Answer, ApiError, Context, Operation, Payload};
use greenroom_host::{EventKind, Limit};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::arn::Named;
use crate::dispatch::{Call, TraceHeader};
use crate::error::{other, request_too_large, too_large};
use crate::limits;
use crate::service::LambdaService;

/// The largest payload of a call that somebody waits for.
const PAYLOAD: Limit = Limit {
    name: "lambda.payload",
    of: "bytes of payload in one invocation of a Lambda function",
    most: limits::PAYLOAD as u64,
    url: "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#function-configuration-deployment-and-execution",
};

/// The largest payload of a call that nobody waits for.
const ASYNC_PAYLOAD: Limit = Limit {
    name: "lambda.async-payload",
    of: "bytes of payload in one asynchronous invocation of a Lambda function",
    most: limits::ASYNC_PAYLOAD as u64,
    url: "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#function-configuration-deployment-and-execution",
};

/// Calls a function.
pub(super) struct Invoke;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    pub(super) function_name: String,
    pub(super) qualifier: Option<String>,
    pub(super) invocation_type: Option<String>,
    pub(super) log_type: Option<String>,
    client_context: Option<String>,
    tenant_id: Option<String>,
}

impl Operation<LambdaService> for Invoke {
    const NAME: &'static str = "Invoke";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let kind = input.invocation_type.as_deref().unwrap_or("RequestResponse");
        let call = call(&service, &context, &input, kind == "Event")?;
        match kind {
            "DryRun" => {
                service.resolve(&call.named).await?;
                Ok(Answer::of(&json!({})).with_status(204))
            }
            "Event" => {
                service.enqueue(call).await?;
                Ok(Answer::default().with_status(202).with_payload(Payload::Bytes(Bytes::new())))
            }
            _ => waited(&service, call, input.log_type.as_deref() == Some("Tail")).await,
        }
    }
}

/// What a request asks for.
pub(super) fn call(service: &LambdaService, context: &Context, input: &Input, asynchronous: bool) -> Result<Call, ApiError> {
    let named = Named::read(context, &input.function_name, input.qualifier.as_deref())?;
    let payload = payload(context.payload.clone())?;
    service.takes(payload.len(), asynchronous)?;
    let trace = context.header("x-amzn-trace-id").map(TraceHeader::parse).unwrap_or_default();
    Ok(Call {
        named,
        payload,
        request_id: context.request_id.clone(),
        kind: if asynchronous { EventKind::InvokeAsync } else { EventKind::Invoke },
        client_context: input.client_context.as_deref().map(client_context).transpose()?,
        tenant: input.tenant_id.clone(),
        stream: false,
        reports_failures: false,
        cause: context.cause,
        trace,
        source: "api".into(),
        attempt: 1,
    })
}

impl LambdaService {
    /// Whether calls may have a payload of so many bytes.
    pub(crate) fn takes(&self, size: usize, asynchronous: bool) -> Result<(), ApiError> {
        if asynchronous && self.host.limits.refuses_beyond(&ASYNC_PAYLOAD, size as u64) {
            let most = limits::ASYNC_PAYLOAD;
            return Err(too_large(format!("{size} byte payload is too large for the Event invocation type (limit {most} bytes)")));
        }
        if !asynchronous && self.host.limits.refuses_beyond(&PAYLOAD, size as u64) {
            return Err(request_too_large(limits::PAYLOAD, "InvokeFunction"));
        }
        Ok(())
    }
}

/// The payload, which has to be JSON; nothing is an empty document.
fn payload(bytes: Bytes) -> Result<Bytes, ApiError> {
    if bytes.is_empty() {
        return Ok(Bytes::from_static(b"{}"));
    }
    let read = std::str::from_utf8(&bytes).map_err(|error| encoding(&bytes, error.valid_up_to(), error.error_len().unwrap_or_default()));
    let read = read.and_then(|text| serde_json::from_str::<serde::de::IgnoredAny>(text).map_err(|error| error.to_string()));
    read.map_err(|error| {
        let message = format!("Could not parse request body into json: Could not parse payload into json: {error}");
        other("InvalidRequestContentException", 400, message)
    })?;
    Ok(bytes)
}

/// What the vendor's reader says of bytes that are no UTF-8: which one cannot begin a character, or cannot go on with it. `length` is that of the
/// part that would have been right, with what begins it; 0 at the end of the text.
fn encoding(bytes: &[u8], at: usize, length: usize) -> String {
    let begins = bytes.get(at).is_some_and(|byte| (0xc2..=0xf4).contains(byte));
    match bytes.get(at + if begins { length.max(1) } else { 0 }) {
        Some(byte) if begins => format!("Invalid UTF-8 middle byte 0x{byte:x}"),
        Some(byte) => format!("Invalid UTF-8 start byte 0x{byte:x}"),
        None => "Unexpected end-of-input in VALUE_STRING".to_owned(),
    }
}

fn client_context(text: &str) -> Result<String, ApiError> {
    let wrong = || other("InvalidRequestContentException", 400, "Client context must be a valid Base64-encoded JSON object.");
    if text.len() > limits::CLIENT_CONTEXT {
        return Err(wrong());
    }
    let json = String::from_utf8(BASE64.decode(text).map_err(|_| wrong())?).map_err(|_| wrong())?;
    match serde_json::from_str(&json) {
        Ok(Value::Object(_)) => Ok(json),
        _ => Err(wrong()),
    }
}

async fn waited(service: &LambdaService, call: Call, tail: bool) -> Result<Answer, ApiError> {
    let called = service.call(call).await?;
    let body = called.invoked.payload.whole().await.map_err(|message| ApiError { message, ..ApiError::internal() })?;
    let shown = json!({
        "ExecutedVersion": called.version,
        "FunctionError": called.invoked.error,
        "LogResult": tail.then(|| BASE64.encode(&called.invoked.log)),
    });
    Ok(Answer::of(&shown).with_payload(Payload::Bytes(body)))
}
