//! Streams that begin with a head in JSON.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html>

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use greenroom_host::{ByteStream, Content, Host};
use serde_json::Value;

use crate::call::in_time;
use crate::http_api::response;

/// What stands between the head and the body.
const END_OF_HEAD: [u8; 8] = [0; 8];

/// Status and headers of a head, cookies among them.
pub(crate) fn head(head: &[u8]) -> Result<(u16, Vec<(String, String)>), String> {
    let head: Value = serde_json::from_slice(head).map_err(|error| format!("the head of the streamed response is no JSON: {error}"))?;
    let status = head.get("statusCode").map_or(Ok(200), response::status)?;
    let mut headers = response::headers(head.get("headers"))?;
    for (name, values) in response::multi(head.get("multiValueHeaders"))? {
        headers.retain(|(known, _)| !known.eq_ignore_ascii_case(&name));
        headers.extend(values.into_iter().map(|value| (name.clone(), value)));
    }
    headers.extend(response::texts(head.get("cookies"), "cookies")?.into_iter().map(|cookie| ("set-cookie".to_owned(), cookie)));
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
        headers.push(("Content-Type".to_owned(), "application/octet-stream".to_owned()));
    }
    Ok((status, headers))
}

/// The head, of so many bytes at the most, and what comes behind it.
pub(crate) async fn split(content: Content, longest: usize) -> Result<(Bytes, Content), String> {
    let mut stream: ByteStream = match content {
        Content::Whole(bytes) => Box::pin(futures::stream::iter([Ok(bytes)])),
        Content::Stream(stream) => stream,
    };
    let mut read = BytesMut::new();
    loop {
        if let Some(at) = read.windows(END_OF_HEAD.len()).position(|window| window == END_OF_HEAD) {
            let head = read.split_to(at).freeze();
            let begun = read.split_off(END_OF_HEAD.len()).freeze();
            let begun = futures::stream::iter((!begun.is_empty()).then_some(Ok(begun)));
            return Ok((head, Content::Stream(Box::pin(begun.chain(stream)))));
        }
        if read.len() > longest {
            return Err("the streamed response has no head: eight zero bytes have to stand behind it".to_owned());
        }
        match stream.next().await {
            Some(piece) => read.extend_from_slice(&piece?),
            None => return Err("the streamed response ended within its head".to_owned()),
        }
    }
}

/// The same content, which breaks off where it is silent for longer than `idle`, or goes on for longer than `longest`.
pub(crate) fn timed(host: &Host, content: Content, idle: Duration, longest: Duration) -> Content {
    let Content::Stream(stream) = content else { return content };
    let until = host.clock.now() + longest;
    let next = move |(stream, host): (Option<ByteStream>, Host)| async move {
        let mut stream = stream?;
        let wait = idle.min(until.since(host.clock.now()));
        match in_time(&host, wait, "idle timeout of a streamed answer".to_owned(), stream.next()).await {
            Some(piece) => piece.map(|piece| (piece, (Some(stream), host))),
            None => Some((Err("the answer was silent, or went on, for too long".to_owned()), (None, host))),
        }
    };
    Content::Stream(Box::pin(futures::stream::unfold((Some(stream), host.clone()), next)))
}
