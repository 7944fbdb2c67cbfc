//! Who may call methods of REST APIs.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html>

use regex::Regex;
use serde_json::{Map, Value, json};

use super::context::Context;
use super::problem::Problem;
use super::{Call, proxy};
use crate::authorize::{Asked, Decision, Refusal, Signer, Sources, Verdict, decide, pool, texts_of};
use crate::config::{Authorizer, AuthorizerKind, RestAuthorization};
use crate::gateway::Shared;
use crate::http_api::event_v1::identity;

fn unauthorized(cause: impl Into<String>) -> Problem {
    Problem::new("UNAUTHORIZED", "UnauthorizedException", 401, "Unauthorized").because(cause)
}

/// The authorizer cannot be asked, or answers nonsense.
fn misconfigured(cause: impl Into<String>) -> Problem {
    Problem::new("AUTHORIZER_CONFIGURATION_ERROR", "AuthorizerConfigurationException", 500, "").untold().because(cause)
}

/// Lets the caller in, with what is then known of him in `context`.
pub(crate) async fn authorize(shared: &Shared, call: &Call<'_>, context: &mut Context) -> Result<(), Problem> {
    match &call.method.authorization {
        RestAuthorization::None => Ok(()),
        RestAuthorization::Iam => {
            let Some(signer) = Signer::of(call.inbound, &call.api.owner.account) else {
                let message = "Missing Authentication Token";
                return Err(Problem::new("MISSING_AUTHENTICATION_TOKEN", "MissingAuthenticationTokenException", 403, message));
            };
            context.set("identity", identity(call.inbound, Some(&signer)));
            Ok(())
        }
        RestAuthorization::Authorizer { id, scopes } => {
            let authorizer = call.api.authorizers.iter().find(|authorizer| authorizer.id == *id);
            let authorizer = authorizer.ok_or_else(|| misconfigured(format!("the API has no authorizer `{id}`")))?;
            match &authorizer.kind {
                AuthorizerKind::Pools { identity_source, issuers, validation } => {
                    by_pool(shared, call, context, identity_source, (issuers, validation.as_deref()), scopes).await
                }
                _ => by_function(shared, call, context, authorizer).await,
            }
        }
    }
}

async fn by_pool(
    shared: &Shared,
    call: &Call<'_>,
    context: &mut Context,
    source: &str,
    wanted: (&[String], Option<&str>),
    scopes: &[String],
) -> Result<(), Problem> {
    let sources = Sources { inbound: call.inbound, query: &call.query, context: &[], variables: &call.stage.variables };
    let token = sources.one(source).ok_or_else(|| unauthorized(format!("no token in `{source}`")))?;
    let claims = pool::check((&shared.keys, &shared.doors().app(&call.api.id)), &token, wanted, scopes, call.scene.at).await.map_err(
        |not| match not {
            pool::NotTaken::Invalid(why) => unauthorized(why),
            pool::NotTaken::Expired => Problem::new("UNAUTHORIZED", "UnauthorizedException", 401, "The incoming token has expired"),
            pool::NotTaken::NoKeys(why) => misconfigured(format!("the keys of the pool cannot be had: {why}")),
        },
    )?;
    context.set("authorizer", json!({ "claims": claims }));
    Ok(())
}

async fn by_function(shared: &Shared, call: &Call<'_>, context: &mut Context, authorizer: &Authorizer) -> Result<(), Problem> {
    let (identity, arn, event) = ask(call, context, authorizer)?;
    let arn = call.stage.fill(arn);
    let name = format!("{}/{}/{}", call.api.id, call.stage.name, authorizer.id);
    // What has no identity is not remembered: it would be the same for everybody.
    let ttl = if identity.is_empty() { std::time::Duration::ZERO } else { authorizer.ttl };
    let asked = Asked { name, arn: &arn, identity, ttl, event };
    let answer = match decide(&shared.decisions, asked, call.scene).await {
        Ok(answer) => answer,
        Err(Refusal::Unauthorized) => return Err(unauthorized("the authorizer threw `Unauthorized`")),
        Err(Refusal::Broken(cause)) => return Err(misconfigured(cause)),
    };
    let decision = Decision::of_policy(&answer, &method_arn(call)).map_err(misconfigured)?;
    let denied = "User is not authorized to access this resource";
    match decision.verdict {
        Verdict::Allowed => admit(context, decision),
        Verdict::Implicit => Err(Problem::new("ACCESS_DENIED", "AccessDeniedException", 403, denied)),
        Verdict::Explicit => Err(Problem::new("ACCESS_DENIED", "AccessDeniedException", 403, &format!("{denied} with an explicit deny"))),
    }
}

/// What the caller says of himself, whom to ask, and what.
fn ask<'a>(call: &Call<'_>, context: &Context, authorizer: &'a Authorizer) -> Result<(Vec<String>, &'a str, Value), Problem> {
    let flat = flat(context);
    let names: Vec<(&str, &str)> = flat.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let sources = Sources { inbound: call.inbound, query: &call.query, context: &names, variables: &call.stage.variables };
    match &authorizer.kind {
        AuthorizerKind::Token { arn, identity_source, validation } => {
            let token = sources.one(identity_source).ok_or_else(|| unauthorized(format!("no token in `{identity_source}`")))?;
            if let Some(wanted) = validation {
                let wanted = Regex::new(&format!("^(?:{wanted})$")).map_err(|error| misconfigured(error.to_string()))?;
                if !wanted.is_match(&token) {
                    return Err(unauthorized("the token is not what the authorizer's validation expression wants"));
                }
            }
            let event = json!({ "type": "TOKEN", "methodArn": method_arn(call), "authorizationToken": token });
            Ok((vec![token], arn, event))
        }
        AuthorizerKind::Request { arn, identity_sources } => {
            let missing = || unauthorized("an identity source of the authorizer is missing in the request");
            let identity = sources.all(identity_sources).ok_or_else(missing)?;
            Ok((identity, arn, request_event(call, context)))
        }
        AuthorizerKind::Pools { .. } => Err(misconfigured("tokens of pools are not asked of functions")),
        AuthorizerKind::Unsupported(kind) => Err(misconfigured(format!("authorizers of type `{kind}` are not emulated"))),
    }
}

/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html>
fn request_event(call: &Call<'_>, context: &Context) -> Value {
    let mut event = Map::new();
    event.insert("type".into(), "REQUEST".into());
    event.insert("methodArn".into(), method_arn(call).into());
    let shared = proxy::event(call, context);
    event.extend(shared.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())));
    event.remove("body");
    event.remove("isBase64Encoded");
    // Authorizers are shown empty objects where functions are shown null.
    for name in ["queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "stageVariables"] {
        if event.get(name).is_some_and(Value::is_null) {
            event.insert(name.into(), json!({}));
        }
    }
    Value::Object(event)
}

fn method_arn(call: &Call<'_>) -> String {
    call.api.owner.method_arn(&call.api.id, &call.stage.name, &call.inbound.method, call.path.trim_start_matches('/'))
}

/// `$context` as names with dots.
fn flat(context: &Context) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (name, value) in context.json().as_object().into_iter().flatten() {
        match value {
            Value::String(text) => all.push((name.clone(), text.clone())),
            Value::Object(inner) => {
                let texts = inner.iter().filter_map(|(inner, value)| Some((format!("{name}.{inner}"), value.as_str()?.to_owned())));
                all.extend(texts);
            }
            _ => {}
        }
    }
    all
}

fn admit(context: &mut Context, decision: Decision) -> Result<(), Problem> {
    let mut authorizer = texts_of(&decision.context).map_err(misconfigured)?;
    if let Some(principal) = decision.principal {
        authorizer.insert("principalId".to_owned(), principal.into());
    }
    authorizer.insert("integrationLatency".to_owned(), 0.into());
    context.set("authorizer", authorizer);
    if let Some(key) = decision.api_key {
        context.identify("apiKey", key);
    }
    Ok(())
}
