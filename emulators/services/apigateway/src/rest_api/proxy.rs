//! Functions that get whole requests and answer whole responses.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html>

use std::time::Duration;

use greenroom_host::{Content, Outcome};
use serde_json::{Value, json};

use super::Call;
use super::binary::is_binary;
use super::context::Context;
use super::problem::Problem;
use crate::answer::Answer;
use crate::call::{Called, FunctionRequest, NotCalled};
use crate::http_api::event_v1::{last, lists, some};
use crate::http_api::event_v2::{forwarded, object};
use crate::http_api::response;
use crate::inbound::{BodyText, Headers};
use crate::limits;
use crate::streamed;

/// What is not handed on to functions.
const DROPPED: &[&str] = &[
    "connection",
    "content-length",
    "content-md5",
    "expect",
    "max-forwards",
    "proxy-authenticate",
    "server",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "www-authenticate",
];

/// What functions answer under another name, since it is the API's to say:
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html>
pub(crate) const REMAPPED: &[&str] = &["connection", "content-length", "date", "server", "www-authenticate"];

/// Which fields a response may have.
const FIELDS: &[&str] = &["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"];

/// Calls the function and answers what it says.
pub(crate) async fn answer(call: &Call<'_>, context: &Context, arn: &str, timeout: Option<Duration>) -> Result<Answer, Problem> {
    let arn = call.stage.fill(arn);
    let event = event(call, context);
    let returned = call.scene.call_json(FunctionRequest::new(&arn, &event, timeout.unwrap_or(limits::REST_TIMEOUT))).await;
    let returned = returned.map_err(|not| failed(&not))?;
    let answer = convert(call, returned).map_err(|cause| Problem::internal(502).because(cause))?;
    Ok(answer.with("X-Amzn-Trace-Id", call.scene.trace.clone()))
}

/// The same, piece by piece. The head has to come in time; what follows may be silent for a while, and go on for longer.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html>
pub(crate) async fn stream(call: &Call<'_>, context: &Context, arn: &str, timeout: Option<Duration>) -> Result<Answer, Problem> {
    let arn = call.stage.fill(arn);
    let event = event(call, context);
    let request = FunctionRequest { stream: true, ..FunctionRequest::new(&arn, &event, timeout.unwrap_or(limits::REST_TIMEOUT)) };
    let called = call.scene.call(request).await.map_err(|not| failed(&not))?;
    let answer = begun(call, called).await.map_err(|cause| Problem::internal(502).because(cause))?;
    Ok(answer.with("X-Amzn-Trace-Id", call.scene.trace.clone()))
}

async fn begun(call: &Call<'_>, called: Called) -> Result<Answer, String> {
    let (head, content) = streamed::split(called.content, limits::REST_STREAM_HEAD).await?;
    let (status, mut headers) = streamed::head(&head)?;
    remap(&mut headers, REMAPPED);
    let content = streamed::timed(&call.scene.host, content, limits::REST_STREAM_IDLE, limits::REST_STREAM_LONGEST);
    Ok(Answer { status, headers, content, outcome: Outcome::Ok })
}

/// What callers are told of a function that gave no answer.
pub(crate) fn failed(not: &NotCalled) -> Problem {
    let problem = match not {
        NotCalled::TimedOut(_) => Problem::new("INTEGRATION_TIMEOUT", "InternalServerErrorException", 504, "Endpoint request timed out"),
        // Bodies may be larger than what functions take.
        NotCalled::TooLarge(_) => Problem::new("REQUEST_TOO_LARGE", "RequestTooLargeException", 413, "Request Too Long"),
        NotCalled::Refused(_) | NotCalled::Throttled(_) => Problem::internal(500),
        NotCalled::Failed(_) => Problem::internal(502),
    };
    problem.because(not.cause())
}

/// The event of a request.
pub(crate) fn event(call: &Call<'_>, context: &Context) -> Value {
    let headers = headers(call);
    let body = body(call);
    json!({
        "resource": call.resource.path,
        "path": call.path,
        "httpMethod": call.inbound.method,
        "headers": last(&headers.grouped()),
        "multiValueHeaders": lists(&headers.grouped()),
        "queryStringParameters": some(last(&call.query.grouped())),
        "multiValueQueryStringParameters": some(lists(&call.query.grouped())),
        "pathParameters": some(object(&call.parameters)),
        "stageVariables": some(object(&call.stage.variables)),
        "requestContext": context.json(),
        "body": body.text,
        "isBase64Encoded": body.base64,
    })
}

/// The headers as they are handed on.
pub(crate) fn headers(call: &Call<'_>) -> Headers {
    let mut headers = call.inbound.headers.clone();
    headers.retain(|name| !DROPPED.iter().any(|dropped| dropped.eq_ignore_ascii_case(name)));
    forwarded(&mut headers, call.scene, call.inbound);
    headers
}

/// Bytes as base64; everything else as text, whatever it is.
fn body(call: &Call<'_>) -> BodyText {
    let body = &call.inbound.body;
    if is_binary(&call.api.binary_media_types, call.inbound.headers.get("content-type")) {
        return BodyText::of(body, false);
    }
    let text = (!body.is_empty()).then(|| String::from_utf8_lossy(body).into_owned());
    BodyText { text, base64: false }
}

/// Reads a response. No field must be there, and no other may be. An `Err` says what is wrong with it.
fn convert(call: &Call<'_>, returned: Value) -> Result<Answer, String> {
    let Value::Object(returned) = returned else { return Err(format!("the function returned no object: {returned}")) };
    if let Some(other) = returned.keys().find(|name| !FIELDS.contains(&name.as_str())) {
        return Err(format!("the function returned `{other}`, which is no field of a response"));
    }
    let status = returned.get("statusCode").filter(|status| !status.is_null()).map_or(Ok(200), response::status)?;
    let mut headers = response::headers(returned.get("headers"))?;
    for (name, mut values) in response::multi(returned.get("multiValueHeaders"))? {
        let single = headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(&name)).map(|(_, value)| value.clone());
        values.extend(single.collect::<Vec<_>>());
        headers.retain(|(known, _)| !known.eq_ignore_ascii_case(&name));
        headers.extend(values.into_iter().map(|value| (name.clone(), value)));
    }
    let decoded = is_binary(&call.api.binary_media_types, call.inbound.headers.get("accept"));
    let base64 = if decoded { returned.get("isBase64Encoded") } else { None };
    let body = response::body(returned.get("body"), base64)?;
    remap(&mut headers, REMAPPED);
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
        headers.insert(0, ("Content-Type".to_owned(), "application/json".to_owned()));
    }
    Ok(Answer { status, headers, content: Content::Whole(body), outcome: Outcome::Ok })
}

/// Renames what is the API's to say.
pub(crate) fn remap(headers: &mut [(String, String)], names: &[&str]) {
    for (name, _) in headers.iter_mut().filter(|(name, _)| names.iter().any(|known| known.eq_ignore_ascii_case(name))) {
        *name = format!("x-amzn-Remapped-{name}");
    }
}
