//! REST APIs.

mod authorize;
mod backend;
mod binary;
mod cache;
mod context;
mod integration;
mod keys;
mod mapping;
mod parameters;
mod problem;
mod proxy;
mod validate;

use crate::answer::Answer;
use crate::config::{Doors, RestApi, RestIntegration, RestMethod, RestResource, Stage};
use crate::gateway::Shared;
use crate::inbound::{Inbound, Query, TooLarge};
use crate::limits;
use crate::routing::{self, Parameters};
use crate::scene::Scene;
pub(crate) use cache::Caches;
use context::Context;
use problem::Problem;

/// What is asked for, once it is known.
pub(crate) struct Call<'a> {
    pub(crate) api: &'a RestApi,
    pub(crate) stage: &'a Stage,
    pub(crate) resource: &'a RestResource,
    pub(crate) method: &'a RestMethod,
    pub(crate) parameters: Parameters,
    pub(crate) query: Query,
    /// Without the stage.
    pub(crate) path: &'a str,
    pub(crate) scene: &'a Scene,
    pub(crate) inbound: &'a Inbound,
    /// What settings of the stage call it: by the method of the request, by that of the resource, by any.
    names: [String; 3],
}

impl Call<'_> {
    fn names(&self) -> [&str; 3] {
        self.names.each_ref().map(String::as_str)
    }
}

/// Answers a request to a REST API.
pub(crate) async fn answer(
    shared: &Shared,
    doors: &Doors,
    api: &RestApi,
    stage: Option<&str>,
    scene: &Scene,
    inbound: &Inbound,
    large: Option<TooLarge>,
) -> Answer {
    let mut context = Context::of(api, stage.unwrap_or_default(), scene, inbound);
    let answer = match staged(api, stage, &inbound.path) {
        None => {
            let problem =
                Problem::new("ACCESS_DENIED", "ForbiddenException", 403, "Forbidden").because("the API has no stage of that name");
            problem.answer(api, None, &context, inbound)
        }
        Some((stage, path)) => {
            context.set("stage", stage.name.as_str());
            match routed(shared, doors, (api, stage, path), scene, inbound, large, &mut context).await {
                Ok(answer) => answer,
                Err(problem) => problem.answer(api, Some(stage), &context, inbound),
            }
        }
    };
    answer.with("x-amzn-RequestId", scene.request_id.clone()).with("x-amz-apigw-id", scene.extended_id.clone())
}

async fn routed(
    shared: &Shared,
    doors: &Doors,
    (api, stage, path): (&RestApi, &Stage, &str),
    scene: &Scene,
    inbound: &Inbound,
    large: Option<TooLarge>,
    context: &mut Context,
) -> Result<Answer, Problem> {
    if large.is_some() {
        return Err(Problem::too_large());
    }
    if scene.host.limits.refuses_beyond(&limits::REST_HEADERS, inbound.head_size()) {
        return Err(Problem::new("DEFAULT_4XX", "BadRequestException", 431, "Request Header Fields Too Large"));
    }
    let Some((resource, method, parameters)) = find(&api.resources, &inbound.method, path) else {
        let problem =
            Problem::new("MISSING_AUTHENTICATION_TOKEN", "MissingAuthenticationTokenException", 403, "Missing Authentication Token");
        return Err(problem.because(format!("no resource and method match {} {path}", inbound.method)));
    };
    context.set("resourceId", resource.id.as_str());
    context.set("resourcePath", resource.path.as_str());
    if let Some(name) = &method.operation_name {
        context.set("operationName", name.as_str());
    }
    let names = [&inbound.method, &method.verb, "*"].map(|verb: &str| format!("{verb} {}", resource.path));
    let call = Call { api, stage, resource, method, parameters, query: Query::of(&inbound.query), path, scene, inbound, names };
    throttle(shared, &call)?;
    authorize::authorize(shared, &call, context).await?;
    keys::check(shared, doors, &call, context)?;
    validate::check(&call)?;
    let Some(plan) = cache::Plan::of(&call, context) else { return integrated(shared, &call, context).await };
    let answer = match shared.caches.find(&plan, scene.at) {
        Some(kept) => kept,
        None => {
            let answer = integrated(shared, &call, context).await?;
            shared.caches.keep(&plan, &answer, scene.at);
            answer
        }
    };
    Ok(plan.told(answer))
}

/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html>
fn throttle(shared: &Shared, call: &Call<'_>) -> Result<(), Problem> {
    let Some(throttle) = call.stage.throttle(&call.names()) else { return Ok(()) };
    let key = format!("{}/{}/{} {}", call.api.id, call.stage.name, call.method.verb, call.resource.path);
    if shared.throttles.take(key, throttle, call.scene.at) {
        return Ok(());
    }
    let many = Problem::new("THROTTLED", "TooManyRequestsException", 429, "Too Many Requests");
    Err(many.because(format!("the stage `{}` throttles {} {}", call.stage.name, call.method.verb, call.resource.path)))
}

async fn integrated(shared: &Shared, call: &Call<'_>, context: &mut Context) -> Result<Answer, Problem> {
    match &call.method.integration {
        RestIntegration::FunctionProxy { arn, timeout, stream: true } => proxy::stream(call, context, arn, *timeout).await,
        RestIntegration::FunctionProxy { arn, timeout, stream: false } => proxy::answer(call, context, arn, *timeout).await,
        RestIntegration::Http(backend) if backend.proxy => backend::proxy(shared, call, context, backend).await,
        RestIntegration::Http(backend) => backend::mapped(shared, call, context, backend).await,
        RestIntegration::Function { arn, timeout, mapping } => integration::function(call, context, arn, *timeout, mapping).await,
        RestIntegration::Mock(mapping) => integration::mock(call, context, mapping),
        RestIntegration::Unsupported(kind) => {
            let cause = format!("{} {}: integrations of type `{kind}` are not emulated", call.method.verb, call.resource.path);
            Err(Problem::internal(500).because(cause))
        }
    }
}

/// The stage that a path means, and what is left of the path. Slashes before the stage, and doubled ones behind it, do not count.
fn staged<'a>(api: &'a RestApi, fixed: Option<&str>, path: &'a str) -> Option<(&'a Stage, &'a str)> {
    let named = |name: &str| api.stages.iter().find(|stage| stage.name == name);
    if let Some(fixed) = fixed {
        return Some((named(fixed)?, one_slash(path)));
    }
    let rest = path.trim_start_matches('/');
    let (first, rest) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    Some((named(first)?, one_slash(rest)))
}

fn one_slash(path: &str) -> &str {
    let slashes = path.len() - path.trim_start_matches('/').len();
    &path[slashes.saturating_sub(1)..]
}

/// The resource and the method for a request. A slash at the end does not count.
fn find<'a>(resources: &'a [RestResource], method: &str, path: &str) -> Option<(&'a RestResource, &'a RestMethod, Parameters)> {
    let path = if path.len() > 1 { path.trim_end_matches('/') } else { path };
    let all = resources.iter().flat_map(|resource| resource.methods.iter().map(move |method| (resource, method)));
    let fit = |(resource, verb): (&'a RestResource, &'a RestMethod)| {
        let (rank, parameters) = routing::fit((&verb.verb, &resource.path), (method, path), str::to_owned)?;
        Some((rank, (resource, verb, parameters)))
    };
    all.filter_map(fit).min_by(|(a, _), (b, _)| a.cmp(b)).map(|(_, found)| found)
}
