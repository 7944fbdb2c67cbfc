//! What stands behind mapping templates.

use std::time::Duration;

use serde_json::Value;

use super::Call;
use super::context::Context;
use super::problem::Problem;
use super::{mapping, proxy};
use crate::answer::Answer;
use crate::call::{APIGATEWAY, FunctionRequest, NotCalled};
use crate::config::Mapping;
use crate::limits;

/// By which a call of a function is made one that nobody waits for:
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-integration-async.html>
const INVOCATION_TYPE: &str = "x-amz-invocation-type";

/// A function gets what the template makes of the request; its answer, or its error, goes through the templates of the answers.
pub(crate) async fn function(
    call: &Call<'_>,
    context: &Context,
    arn: &str,
    timeout: Option<Duration>,
    mapping: &Mapping,
) -> Result<Answer, Problem> {
    let sent = mapping::request(call, context, mapping)?;
    let event = if sent.body.is_empty() { "{}".into() } else { sent.body.clone() };
    if let Err(error) = serde_json::from_slice::<Value>(&event) {
        return Err(Problem::internal(500).because(format!("what the mapping template makes for the function is no JSON: {error}")));
    }
    let asynchronous = sent.headers.iter().any(|(name, value)| name.eq_ignore_ascii_case(INVOCATION_TYPE) && value == "Event");
    let arn = call.stage.fill(arn);
    let timeout = Some(timeout.unwrap_or(limits::REST_TIMEOUT));
    let request = FunctionRequest { arn: &arn, event, caller: APIGATEWAY, timeout, stream: false, asynchronous };
    let (body, selected) = match call.scene.call(request).await {
        Ok(called) => (called.whole().await.map_err(|not| proxy::failed(&not))?, String::new()),
        Err(NotCalled::Failed(cause)) => failure(&cause).ok_or_else(|| proxy::failed(&NotCalled::Failed(cause)))?,
        Err(not) => return Err(proxy::failed(&not)),
    };
    let headers = [("Content-Type".to_owned(), "application/json".to_owned())];
    let answer = mapping::response(call, context, mapping, &sent, &selected, (body, &headers))?;
    Ok(answer.with("X-Amzn-Trace-Id", call.scene.trace.clone()))
}

/// The document of a function's error, and its text, which selects the answer.
fn failure(cause: &str) -> Option<(bytes::Bytes, String)> {
    let document = &cause[cause.find('{')?..];
    let parsed: Value = serde_json::from_str(document).ok()?;
    let message = parsed.get("errorMessage").and_then(Value::as_str).unwrap_or_default().to_owned();
    Some((bytes::Bytes::from(document.to_owned()), message))
}

/// Nobody: the template of the request names the status that selects the answer.
pub(crate) fn mock(call: &Call<'_>, context: &Context, mapping: &Mapping) -> Result<Answer, Problem> {
    let sent = mapping::request(call, context, mapping)?;
    let text = String::from_utf8_lossy(&sent.body);
    let status = status(&text).ok_or_else(|| {
        Problem::internal(500).because("the request template of a mock integration has to make an object with a number `statusCode`")
    })?;
    mapping::response(call, context, mapping, &sent, &status.to_string(), (bytes::Bytes::new(), &[]))
}

/// The status in what the template made. The vendor takes names without quotes too, as the CDK writes them: `{ statusCode: 200 }`.
fn status(text: &str) -> Option<u64> {
    if let Ok(parsed) = serde_json::from_str::<Value>(text) {
        return parsed.get("statusCode")?.as_u64();
    }
    let inner = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    let pairs = inner.split(',').filter_map(|pair| pair.split_once(':'));
    let (_, value) =
        pairs.map(|(name, value)| (name.trim(), value.trim())).find(|(name, _)| name.trim_matches(['"', '\'']) == "statusCode")?;
    value.parse().ok()
}
