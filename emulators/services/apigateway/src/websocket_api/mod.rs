//! WebSocket APIs.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api.html>

mod connect;
mod connections;
mod event;
mod manage;
mod session;
mod upgrade;

use std::sync::Arc;

use crate::answer::Answer;
use crate::config::{Stage, WebSocketApi, WebSocketRoute};
use crate::gateway::Shared;
use crate::inbound::{Inbound, TooLarge};
use crate::scene::Scene;

pub(crate) use connections::Connections;
pub(crate) use upgrade::Upgrade;

/// What messages from outside go to connections under.
const MANAGED: &str = "@connections";

/// Answers a request to a WebSocket API: a client that wants a connection, or somebody who wants something of one.
pub(crate) async fn answer(
    shared: &Arc<Shared>,
    api: &WebSocketApi,
    stage: Option<&str>,
    scene: &Scene,
    inbound: &Inbound,
    (upgrade, large): (Option<Upgrade>, Option<TooLarge>),
) -> Answer {
    let Some((stage, rest)) = staged(api, stage, &inbound.path) else {
        return Answer::message(403, "Forbidden").because("the API has no stage of that name");
    };
    let answer = match (rest.strip_prefix(MANAGED).and_then(|rest| rest.strip_prefix('/')), upgrade) {
        (Some(id), _) => manage::answer(shared, api, stage, id, inbound, large).await,
        (None, Some(upgrade)) => connect::answer(shared, api, stage, scene, inbound, upgrade).await,
        (None, None) => Answer::message(426, "Upgrade Required").because("the request does not ask for a WebSocket"),
    };
    answer.with("x-amzn-RequestId", scene.request_id.clone())
}

/// The stage that a path means, and what is left of the path, without the slash before it.
fn staged<'a>(api: &'a WebSocketApi, fixed: Option<&str>, path: &'a str) -> Option<(&'a Stage, &'a str)> {
    let named = |name: &str| api.stages.iter().find(|stage| stage.name == name);
    let path = path.trim_start_matches('/');
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    match (fixed.and_then(named), named(first)) {
        // Who names the stage where the listener has done so already is understood too: clients build such addresses from events.
        (Some(fixed), Some(stage)) if fixed.name == stage.name => Some((stage, rest)),
        (Some(fixed), _) => Some((fixed, path)),
        (None, stage) => Some((stage?, rest)),
    }
}

/// The route with that key.
fn route<'a>(api: &'a WebSocketApi, key: &str) -> Option<&'a WebSocketRoute> {
    api.routes.iter().find(|route| route.key == key)
}
