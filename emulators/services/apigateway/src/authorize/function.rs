//! Functions that say who may call.

use std::time::Duration;

use serde_json::Value;

use super::Decisions;
use crate::call::{FunctionRequest, NotCalled};
use crate::scene::Scene;

/// How long an authorizer may take: <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>
const TIMEOUT: Duration = Duration::from_secs(29);

/// What an authorizer is asked.
pub(crate) struct Asked<'a> {
    /// By which its answers are remembered: API, stage and authorizer.
    pub(crate) name: String,
    pub(crate) arn: &'a str,
    /// What the caller says of himself; answers are remembered by it.
    pub(crate) identity: Vec<String>,
    pub(crate) ttl: Duration,
    pub(crate) event: Value,
}

/// Why an authorizer gave no answer that can be used. The texts are for the operator.
pub(crate) enum Refusal {
    /// It threw `Unauthorized`.
    Unauthorized,
    /// It failed, or answered nonsense.
    Broken(String),
}

/// What the authorizer answers; from memory where it has been asked before and that still holds.
pub(crate) async fn decide(known: &Decisions, asked: Asked<'_>, scene: &Scene) -> Result<Value, Refusal> {
    if let Some(answer) = known.find(&asked.name, &asked.identity, scene.at) {
        return Ok(answer);
    }
    let answer = scene.call_json(FunctionRequest::new(asked.arn, &asked.event, TIMEOUT)).await.map_err(|not| refusal(&not))?;
    known.keep(&asked.name, &asked.identity, scene.at, asked.ttl, &answer);
    Ok(answer)
}

/// An error whose text is `Unauthorized` is the function's way of saying so.
fn refusal(not: &NotCalled) -> Refusal {
    if let NotCalled::Failed(cause) = not {
        let document = cause.find('{').and_then(|at| serde_json::from_str::<Value>(&cause[at..]).ok());
        let message = document.as_ref().and_then(|document| document.get("errorMessage")).and_then(Value::as_str);
        if message == Some("Unauthorized") {
            return Refusal::Unauthorized;
        }
    }
    Refusal::Broken(not.cause().to_owned())
}
