//! Clients that want a connection.

use std::sync::Arc;

use serde_json::Value;

use super::connections::Known;
use super::event::Facts;
use super::route;
use super::session::Session;
use super::upgrade::Upgrade;
use crate::answer::Answer;
use crate::authorize::{Asked, Decision, Refusal, Sources, Verdict, decide, texts_of};
use crate::call::{FunctionRequest, NotCalled};
use crate::config::{Authorizer, AuthorizerKind, Stage, WebSocketApi, WebSocketIntegration};
use crate::gateway::Shared;
use crate::http_api::response;
use crate::ids::extended;
use crate::inbound::{Inbound, Query};
use crate::limits;
use crate::scene::Scene;

fn internal(cause: impl Into<String>) -> Answer {
    Answer::message(500, "Internal server error").because(cause)
}

/// Asks the authorizer and the function of `$connect`; if both let it, the connection becomes one.
pub(crate) async fn answer(
    shared: &Arc<Shared>,
    api: &WebSocketApi,
    stage: &Stage,
    scene: &Scene,
    inbound: &Inbound,
    upgrade: Upgrade,
) -> Answer {
    let id = extended(&scene.host.ids);
    let who = (inbound.source_ip(), inbound.headers.get("user-agent").map(str::to_owned));
    let mut known = Known::new((api.id.clone(), stage.name.clone()), scene.at, who, inbound.host().to_owned());
    let granted = match authorized(shared, &Facts { api, stage, id: &id, known: &known, scene }, inbound).await {
        Ok(authorizer) => {
            known.authorizer = authorizer;
            connected(&Facts { api, stage, id: &id, known: &known, scene }, inbound).await
        }
        Err(refused) => Err(refused),
    };
    match granted {
        Ok(headers) => {
            let ordered = shared.connections.open(&id, known);
            let session = Session { shared: Arc::clone(shared), id, cause: scene.event, trace: scene.trace.clone() };
            tokio::spawn(session.serve(upgrade.connection, ordered));
            Answer { headers, ..Answer::empty(101) }
        }
        Err(refused) => refused,
    }
}

/// What the authorizer of `$connect` hands on, where there is one.
async fn authorized(shared: &Shared, facts: &Facts<'_>, inbound: &Inbound) -> Result<Option<serde_json::Map<String, Value>>, Answer> {
    let Facts { api, .. } = facts;
    let Some(id) = route(api, "$connect").and_then(|route| route.authorizer.as_ref()) else { return Ok(None) };
    let authorizer = api.authorizers.iter().find(|authorizer| authorizer.id == *id);
    let authorizer = authorizer.ok_or_else(|| internal(format!("the API has no authorizer `{id}`")))?;
    let decision = asked(shared, facts, inbound, authorizer).await?;
    if decision.verdict != Verdict::Allowed {
        return Err(Answer::message(403, "Forbidden").because("the authorizer does not allow it"));
    }
    let mut shown = texts_of(&decision.context).map_err(internal)?;
    if let Some(principal) = decision.principal {
        shown.insert("principalId".to_owned(), principal.into());
    }
    shown.insert("integrationLatency".to_owned(), 0.into());
    Ok(Some(shown))
}

async fn asked(shared: &Shared, facts: &Facts<'_>, inbound: &Inbound, authorizer: &Authorizer) -> Result<Decision, Answer> {
    let Facts { api, stage, scene, .. } = facts;
    let AuthorizerKind::Request { arn, identity_sources } = &authorizer.kind else {
        return Err(internal("WebSocket APIs have authorizers of type `REQUEST` only"));
    };
    let query = Query::of(&inbound.query);
    let sources = Sources { inbound, query: &query, context: &[("stage", &stage.name)], variables: &stage.variables };
    let unauthorized = |cause: &str| Answer::message(401, "Unauthorized").because(cause);
    let identity =
        sources.all(identity_sources).ok_or_else(|| unauthorized("an identity source of the authorizer is missing in the request"))?;
    let owner = &api.owner;
    let method = format!("arn:aws:execute-api:{}:{}:{}/{}/$connect", owner.region, owner.account, api.id, stage.name);
    // Answers to WebSocket APIs are not remembered.
    let ttl = std::time::Duration::ZERO;
    let arn = &stage.fill(arn);
    let asked = Asked { name: format!("{}/{}", api.id, authorizer.id), arn, identity, ttl, event: facts.authorize(inbound, &method) };
    let answer = match decide(&shared.decisions, asked, scene).await {
        Ok(answer) => answer,
        Err(Refusal::Unauthorized) => return Err(unauthorized("the authorizer threw `Unauthorized`")),
        Err(Refusal::Broken(cause)) => return Err(internal(cause)),
    };
    Decision::of_policy(&answer, &method).map_err(internal)
}

/// The headers of the answer, if the function of `$connect` lets the client in. Where there is no such route, everybody may.
async fn connected(facts: &Facts<'_>, inbound: &Inbound) -> Result<Vec<(String, String)>, Answer> {
    let (arn, timeout) = match route(facts.api, "$connect").map(|route| &route.integration) {
        None | Some(WebSocketIntegration::Mock) => return Ok(Vec::new()),
        Some(WebSocketIntegration::Function { arn, timeout }) => (facts.stage.fill(arn), timeout.unwrap_or(limits::REST_TIMEOUT)),
        Some(WebSocketIntegration::Unsupported(kind)) => {
            return Err(internal(format!("route `$connect`: integrations of type `{kind}` are not emulated")));
        }
    };
    let returned = facts.scene.call_json(FunctionRequest::new(&arn, &facts.connect(inbound), timeout)).await;
    let returned = returned.map_err(|not| match not {
        NotCalled::TimedOut(cause) => Answer::message(504, "Endpoint request timed out").because(cause),
        not => Answer::message(502, "Internal server error").because(not.cause()),
    })?;
    let broken = |cause| Answer::message(502, "Internal server error").because(cause);
    let status = response::status(returned.get("statusCode").unwrap_or(&Value::Null)).map_err(broken)?;
    if !(200..300).contains(&status) {
        let body = response::body(returned.get("body"), None).map_err(broken)?;
        return Err(Answer::new(status, "text/plain", body).because(format!("the function of `$connect` answered {status}")));
    }
    let headers = response::headers(returned.get("headers")).map_err(broken)?;
    Ok(headers.into_iter().filter(|(name, _)| !name.eq_ignore_ascii_case("content-type")).collect())
}
