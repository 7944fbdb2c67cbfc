//! Answers that come piece by piece.
//! <https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html>

use greenroom_host::Outcome;

use crate::answer::Answer;
use crate::call::Called;
use crate::streamed;

/// The media type of a stream that begins with a head in JSON.
const WITH_HEAD: &str = "application/vnd.awslambda.http-integration-response";

/// A head is a status and headers; what is longer is none.
const LONGEST_HEAD: usize = 1024 * 1024;

/// The answer of a function that streams, or that does not though it may. An `Err` says what is wrong with it.
pub(crate) async fn answer(called: Called) -> Result<Answer, String> {
    let kind = called.header("content-type").unwrap_or("application/octet-stream").to_owned();
    if kind != WITH_HEAD {
        let headers = vec![("Content-Type".to_owned(), kind)];
        return Ok(Answer { status: 200, headers, content: called.content, outcome: Outcome::Ok });
    }
    let (head, content) = streamed::split(called.content, LONGEST_HEAD).await?;
    let (status, headers) = streamed::head(&head)?;
    Ok(Answer { status, headers, content, outcome: Outcome::Ok })
}
