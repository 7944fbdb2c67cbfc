//! HTTP APIs.

mod authorize;
mod backend;
pub(crate) mod event_v1;
pub(crate) mod event_v2;
mod mapping;
pub(crate) mod response;
mod route;

use std::time::Duration;

use crate::answer::Answer;
use crate::call::{FunctionRequest, NotCalled};
use crate::config::{HttpApi, HttpIntegration, PayloadFormat, Stage};
use crate::cors;
use crate::gateway::Shared;
use crate::inbound::{Inbound, TooLarge};
use crate::limits;
use crate::scene::Scene;
use authorize::Allowed;
use event_v1::Facts;

/// What is answered where the function, or what it returned, cannot be used.
pub(crate) fn internal_error(cause: impl Into<String>) -> Answer {
    Answer::message(500, "Internal Server Error").because(cause)
}

/// Answers a request to an HTTP API.
pub(crate) async fn answer(
    shared: &Shared,
    api: &HttpApi,
    stage: Option<&str>,
    scene: &Scene,
    inbound: &Inbound,
    large: Option<TooLarge>,
) -> Answer {
    let mut answer = match &api.cors {
        Some(cors) if cors::is_preflight(inbound) => cors::preflight(cors, inbound, 204),
        _ => routed(shared, api, stage, scene, inbound, large).await,
    };
    if let Some(cors) = api.cors.as_ref().filter(|_| !cors::is_preflight(inbound)) {
        cors::dress(cors, inbound, &mut answer);
    }
    answer.with("apigw-requestid", scene.extended_id.clone())
}

async fn routed(shared: &Shared, api: &HttpApi, stage: Option<&str>, scene: &Scene, inbound: &Inbound, large: Option<TooLarge>) -> Answer {
    if large.is_some() {
        return Answer::message(413, "Request Entity Too Large").because("the body is larger than 10 MB");
    }
    if scene.host.limits.refuses_beyond(&limits::HTTP_HEADERS, inbound.head_size()) {
        return Answer::message(431, "Request Header Fields Too Large").because("request line and headers have more than 10,240 bytes");
    }
    let Some((stage, path)) = staged(api, stage, &inbound.path) else {
        return Answer::message(404, "Not Found").because("no stage of the API has that name, and there is no stage `$default`");
    };
    let Some(matched) = route::find(&api.routes, &inbound.method, path) else {
        return Answer::message(404, "Not Found").because(format!("no route matches {} {path}", inbound.method));
    };
    if let Some(throttle) = stage.throttle(&[matched.route.key.as_str()]) {
        let key = format!("{}/{}/{}", api.id, stage.name, matched.route.key);
        if !shared.throttles.take(key, throttle, scene.at) {
            return Answer::message(429, "Too Many Requests")
                .because(format!("the stage `{}` throttles `{}`", stage.name, matched.route.key));
        }
    }
    let facts = Facts { api, stage, matched: &matched, scene, inbound };
    match authorize::authorize(shared, &facts).await {
        Ok(allowed) => integrated(shared, &facts, &allowed).await,
        Err(refused) => refused,
    }
}

async fn integrated(shared: &Shared, facts: &Facts<'_>, allowed: &Allowed) -> Answer {
    let route = facts.matched.route;
    let context = event_v2::build(facts, allowed)["requestContext"].take();
    let sent = mapping::request(facts, &context, &route.mapping.request);
    let answer = match &route.integration {
        HttpIntegration::Function { arn, format, timeout } => {
            let facts = Facts { inbound: &sent, ..*facts };
            called(&facts, allowed, arn, *format, timeout.unwrap_or(limits::HTTP_TIMEOUT)).await
        }
        HttpIntegration::Http { url, verb, timeout } => backend::answer(shared, facts, &sent, (url, verb, *timeout)).await,
        HttpIntegration::Unsupported(kind) => {
            internal_error(format!("route `{}`: integrations of type `{kind}` are not emulated", route.key))
        }
    };
    mapping::response(facts, &context, &route.mapping.response, answer).await.unwrap_or_else(internal_error)
}

async fn called(facts: &Facts<'_>, allowed: &Allowed, arn: &str, format: PayloadFormat, timeout: Duration) -> Answer {
    let event = match format {
        PayloadFormat::V1 => event_v1::build(facts, allowed),
        PayloadFormat::V2 => event_v2::build(facts, allowed),
    };
    let arn = facts.stage.fill(arn);
    let convert = match format {
        PayloadFormat::V1 => response::convert_v1,
        PayloadFormat::V2 => response::convert_v2,
    };
    match facts.scene.call_json(FunctionRequest::new(&arn, &event, timeout)).await {
        Ok(returned) => convert(returned).unwrap_or_else(internal_error),
        Err(NotCalled::TimedOut(cause) | NotCalled::Throttled(cause)) => Answer::message(503, "Service Unavailable").because(cause),
        Err(not) => internal_error(not.cause()),
    }
}

/// The stage that a path means, and what is left of the path for routes.
fn staged<'a>(api: &'a HttpApi, fixed: Option<&str>, path: &'a str) -> Option<(&'a Stage, &'a str)> {
    let named = |name: &str| api.stages.iter().find(|stage| stage.name == name);
    if let Some(fixed) = fixed {
        return Some((named(fixed)?, path));
    }
    let rest = path.strip_prefix('/').unwrap_or(path);
    let first = rest.split('/').next().unwrap_or_default();
    match named(first) {
        Some(stage) => Some((stage, path.get(1 + first.len()..).filter(|rest| !rest.is_empty()).unwrap_or("/"))),
        None => Some((named("$default")?, path)),
    }
}
