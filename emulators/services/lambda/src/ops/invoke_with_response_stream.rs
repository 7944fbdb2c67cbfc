//! `InvokeWithResponseStream`: <https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html>

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use futures::{StreamExt, stream};
use greenroom_aws_wire::{Answer, ApiError, Context, Operation, Payload, event_stream};
use greenroom_host::{Content, Ended, Invoked};
use serde_json::{Value, json};

use super::invoke::{self, Input};
use crate::service::LambdaService;

/// Calls a function and gives its answer piece by piece.
pub(super) struct InvokeWithResponseStream;

impl Operation<LambdaService> for InvokeWithResponseStream {
    const NAME: &'static str = "InvokeWithResponseStream";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let mut call = invoke::call(&service, &context, &input, false)?;
        if input.invocation_type.as_deref() == Some("DryRun") {
            service.resolve(&call.named).await?;
            return Ok(Answer::of(&json!({})).with_status(204));
        }
        call.stream = true;
        let called = service.call(call).await?;
        let shown = json!({ "ExecutedVersion": called.version, "ResponseStreamContentType": event_stream::MEDIA_TYPE });
        let tail = input.log_type.as_deref() == Some("Tail");
        Ok(Answer::of(&shown).with_payload(Payload::Stream(events(called.invoked, tail))))
    }
}

/// The pieces of an answer, and how it ended.
fn events(invoked: Invoked, tail: bool) -> BoxStream<'static, Result<Bytes, String>> {
    let Invoked { payload, error, log, ended, .. } = invoked;
    let log = tail.then_some(log);
    match (payload, error) {
        (Content::Whole(bytes), None) => stream::iter([Ok(chunk(bytes)), Ok(complete(None, log))]).boxed(),
        // An error of the function is told at the end, and its document is the reason.
        (Content::Whole(bytes), Some(error)) => stream::iter([Ok(complete(Some((&error, &bytes)), log))]).boxed(),
        (Content::Stream(pieces), _) => followed(pieces, ended, tail),
    }
}

fn followed(
    pieces: greenroom_host::ByteStream,
    ended: Option<BoxFuture<'static, Ended>>,
    tail: bool,
) -> BoxStream<'static, Result<Bytes, String>> {
    stream::unfold(Some((pieces, ended)), move |state| async move {
        let (mut pieces, ended) = state?;
        let failed = match pieces.next().await {
            Some(Ok(bytes)) => return Some((Ok(chunk(bytes)), Some((pieces, ended)))),
            Some(Err(document)) => Some(document),
            None => None,
        };
        drop(pieces);
        let log = match ended {
            Some(ended) if tail => Some(ended.await.log),
            _ => tail.then(Bytes::new),
        };
        let error = failed.as_ref().map(|document| ("Unhandled", document.as_bytes()));
        Some((Ok(complete(error, log)), None))
    })
    .boxed()
}

fn chunk(bytes: Bytes) -> Bytes {
    event_stream::event("PayloadChunk", "application/octet-stream", bytes)
}

/// The last event: the error with its document, and the log if it is wanted.
fn complete(error: Option<(&str, &[u8])>, log: Option<Bytes>) -> Bytes {
    let mut shown = serde_json::Map::new();
    if let Some((code, document)) = error {
        shown.insert("ErrorCode".to_owned(), error_type(document).unwrap_or_else(|| code.to_owned()).into());
        shown.insert("ErrorDetails".to_owned(), String::from_utf8_lossy(document).into_owned().into());
    }
    shown.extend(log.map(|log| ("LogResult".to_owned(), Value::from(BASE64.encode(log)))));
    event_stream::event("InvokeComplete", "application/json", Value::Object(shown).to_string())
}

fn error_type(document: &[u8]) -> Option<String> {
    let document: Value = serde_json::from_slice(document).ok()?;
    document["errorType"].as_str().map(str::to_owned)
}
