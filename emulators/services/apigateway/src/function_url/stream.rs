//! Answers that come piece by piece.
//! <https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html>

use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use greenroom_host::{ByteStream, Content, Outcome};
use serde_json::Value;

use crate::answer::Answer;
use crate::call::Called;
use crate::http_api::response;

/// The media type of a stream that begins with a head in JSON.
const WITH_HEAD: &str = "application/vnd.awslambda.http-integration-response";

/// What stands between the head and the body.
const END_OF_HEAD: [u8; 8] = [0; 8];

/// A head is a status and headers; what is longer is none.
const LONGEST_HEAD: usize = 1024 * 1024;

/// The answer of a function that streams, or that does not though it may. An `Err` says what is wrong with it.
pub(crate) async fn answer(called: Called) -> Result<Answer, String> {
    let kind = called.header("content-type").unwrap_or("application/octet-stream").to_owned();
    if kind != WITH_HEAD {
        let headers = vec![("Content-Type".to_owned(), kind)];
        return Ok(Answer { status: 200, headers, content: called.content, outcome: Outcome::Ok });
    }
    let (head, content) = split(called.content).await?;
    let head: Value = serde_json::from_slice(&head).map_err(|error| format!("the head of the streamed response is no JSON: {error}"))?;
    let status = head.get("statusCode").map_or(Ok(200), response::status)?;
    let mut headers = response::headers(head.get("headers"))?;
    headers.extend(response::texts(head.get("cookies"), "cookies")?.into_iter().map(|cookie| ("set-cookie".to_owned(), cookie)));
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
        headers.push(("Content-Type".to_owned(), "application/octet-stream".to_owned()));
    }
    Ok(Answer { status, headers, content, outcome: Outcome::Ok })
}

/// The head, and what comes behind it.
async fn split(content: Content) -> Result<(Bytes, Content), String> {
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
        if read.len() > LONGEST_HEAD {
            return Err("the streamed response has no head: eight zero bytes have to stand behind it".to_owned());
        }
        match stream.next().await {
            Some(piece) => read.extend_from_slice(&piece?),
            None => return Err("the streamed response ended within its head".to_owned()),
        }
    }
}
