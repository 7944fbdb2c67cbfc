//! Events of payload format 2.0.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>

use serde_json::{Map, Value, json};

use super::authorize::Allowed;
use super::event_v1;
use crate::ids::log_time;
use crate::inbound::{BodyText, Headers, Inbound, Query, decode, is_hop_by_hop, is_text_type};
use crate::scene::Scene;

/// What the format needs to know of a door; function URLs use it too.
pub(crate) struct Facts<'a> {
    pub(crate) route_key: &'a str,
    pub(crate) raw_path: String,
    pub(crate) parameters: &'a [(String, String)],
    pub(crate) account: &'a str,
    pub(crate) api_id: &'a str,
    pub(crate) request_id: &'a str,
    pub(crate) stage: &'a str,
    pub(crate) variables: &'a [(String, String)],
    pub(crate) authorizer: Option<Value>,
}

/// The event of a request to an HTTP API.
pub(crate) fn build(facts: &event_v1::Facts<'_>, allowed: &Allowed) -> Value {
    let event_v1::Facts { api, stage, matched, scene, inbound } = facts;
    let facts = Facts {
        route_key: &matched.route.key,
        // HTTP APIs undo percent signs, function URLs do not: <https://github.com/hotsock/voker/pull/8> has captures of both.
        raw_path: decode(&inbound.path),
        parameters: &matched.parameters,
        account: &api.owner.account,
        api_id: &api.id,
        request_id: &scene.extended_id,
        stage: &stage.name,
        variables: &stage.variables,
        authorizer: allowed.v2(),
    };
    event(&facts, scene, inbound)
}

/// The event of a request. What is empty is left out, except for the query string.
pub(crate) fn event(facts: &Facts<'_>, scene: &Scene, inbound: &Inbound) -> Value {
    let mut event = Map::new();
    event.insert("version".into(), "2.0".into());
    event.insert("routeKey".into(), facts.route_key.into());
    event.insert("rawPath".into(), facts.raw_path.clone().into());
    event.insert("rawQueryString".into(), inbound.query.clone().into());
    let cookies: Vec<&str> = inbound.headers.values("cookie").flat_map(|cookies| cookies.split(';')).map(str::trim).collect();
    if !cookies.is_empty() {
        event.insert("cookies".into(), cookies.into());
    }
    event.insert("headers".into(), object(&headers(scene, inbound).joined()));
    let query = Query::of(&inbound.query);
    let joined: Vec<_> = query.grouped().into_iter().map(|(name, values)| (name.to_owned(), values.join(","))).collect();
    insert_some(&mut event, "queryStringParameters", &joined);
    event.insert("requestContext".into(), context(facts, scene, inbound));
    insert_some(&mut event, "pathParameters", facts.parameters);
    insert_some(&mut event, "stageVariables", facts.variables);
    let text = is_text_type(inbound.headers.get("content-type"), inbound.headers.get("content-encoding"));
    let body = BodyText::of(&inbound.body, text);
    if let Some(text) = body.text {
        event.insert("body".into(), text.into());
    }
    event.insert("isBase64Encoded".into(), body.base64.into());
    Value::Object(event)
}

fn context(facts: &Facts<'_>, scene: &Scene, inbound: &Inbound) -> Value {
    let mut context = Map::new();
    context.insert("accountId".into(), facts.account.into());
    context.insert("apiId".into(), facts.api_id.into());
    if let Some(authorizer) = &facts.authorizer {
        context.insert("authorizer".into(), authorizer.clone());
    }
    context.insert("domainName".into(), inbound.host().into());
    context.insert("domainPrefix".into(), domain_prefix(inbound.host()).into());
    context.insert(
        "http".into(),
        json!({
            "method": inbound.method,
            "path": facts.raw_path,
            "protocol": inbound.protocol,
            "sourceIp": inbound.source_ip(),
            "userAgent": inbound.headers.get("user-agent").unwrap_or_default(),
        }),
    );
    context.insert("requestId".into(), facts.request_id.into());
    context.insert("routeKey".into(), facts.route_key.into());
    context.insert("stage".into(), facts.stage.into());
    context.insert("time".into(), log_time(scene.at).into());
    context.insert("timeEpoch".into(), scene.at.0.into());
    Value::Object(context)
}

/// The headers as functions see them: with what the vendor's network adds, without cookies, which stand apart, and without those of the
/// connection.
pub(crate) fn headers(scene: &Scene, inbound: &Inbound) -> Headers {
    let mut headers = inbound.headers.clone();
    headers.retain(|name| !is_hop_by_hop(name) && !name.eq_ignore_ascii_case("cookie"));
    if headers.get("content-length").is_none() {
        headers.push("content-length", inbound.body.len().to_string());
    }
    forwarded(&mut headers, scene, inbound);
    headers
}

/// What every door adds: where the request came from, and its trace.
pub(crate) fn forwarded(headers: &mut Headers, scene: &Scene, inbound: &Inbound) {
    let source = inbound.source_ip();
    let chain = headers.get("x-forwarded-for").map_or_else(|| source.clone(), |before| format!("{before}, {source}"));
    headers.set("X-Forwarded-For", chain);
    headers.set("X-Forwarded-Port", port_of(inbound.host()));
    headers.set("X-Forwarded-Proto", "http");
    headers.set("X-Amzn-Trace-Id", scene.trace.clone());
}

fn port_of(host: &str) -> &str {
    host.rsplit_once(':').map(|(_, port)| port).filter(|port| port.bytes().all(|digit| digit.is_ascii_digit())).unwrap_or("80")
}

/// The first label of a host's name.
pub(crate) fn domain_prefix(host: &str) -> &str {
    host.split(['.', ':']).next().unwrap_or_default()
}

/// An object of texts.
pub(crate) fn object(pairs: &[(String, String)]) -> Value {
    Value::Object(pairs.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect())
}

fn insert_some(event: &mut Map<String, Value>, name: &str, pairs: &[(String, String)]) {
    if !pairs.is_empty() {
        event.insert(name.to_owned(), object(pairs));
    }
}
