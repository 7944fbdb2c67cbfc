//! Events of payload format 1.0 as HTTP APIs have them.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>

use serde_json::{Value, json};

use super::authorize::Allowed;
use super::event_v2::{domain_prefix, headers, object};
use super::route::Matched;
use crate::authorize::Signer;
use crate::config::{HttpApi, Stage};
use crate::ids::log_time;
use crate::inbound::{BodyText, Inbound, Query, decode, is_text_type};
use crate::scene::Scene;

/// What events of that format say of a request, whoever they are for.
pub(crate) struct Facts<'a> {
    pub(crate) api: &'a HttpApi,
    pub(crate) stage: &'a Stage,
    pub(crate) matched: &'a Matched<'a>,
    pub(crate) scene: &'a Scene,
    pub(crate) inbound: &'a Inbound,
}

/// The event of a request.
pub(crate) fn build(facts: &Facts<'_>, allowed: &Allowed) -> Value {
    let mut event = shared(facts, allowed);
    let Facts { inbound, .. } = facts;
    let text = is_text_type(inbound.headers.get("content-type"), inbound.headers.get("content-encoding"));
    let body = BodyText::of(&inbound.body, text);
    event["body"] = body.text.into();
    event["isBase64Encoded"] = body.base64.into();
    event
}

/// What the events of functions and authorizers have in common.
pub(crate) fn shared(facts: &Facts<'_>, allowed: &Allowed) -> Value {
    let Facts { stage, matched, scene, inbound, .. } = facts;
    let mut headers = headers(scene, inbound);
    for cookie in inbound.headers.values("cookie") {
        headers.push("cookie", cookie);
    }
    let query = Query::of(&inbound.query);
    json!({
        "version": "1.0",
        "resource": resource(&matched.route.key),
        "path": decode(&inbound.path),
        "httpMethod": inbound.method,
        "headers": last(&headers.grouped()),
        "multiValueHeaders": lists(&headers.grouped()),
        "queryStringParameters": some(last(&query.grouped())),
        "multiValueQueryStringParameters": some(lists(&query.grouped())),
        "requestContext": context(facts, allowed),
        "pathParameters": some(object(&matched.parameters)),
        "stageVariables": some(object(&stage.variables)),
    })
}

fn context(facts: &Facts<'_>, allowed: &Allowed) -> Value {
    let Facts { api, stage, matched, scene, inbound } = facts;
    let mut context = json!({
        "accountId": api.owner.account,
        "apiId": api.id,
        "domainName": inbound.host(),
        "domainPrefix": domain_prefix(inbound.host()),
        "extendedRequestId": scene.extended_id,
        "httpMethod": inbound.method,
        "identity": identity(inbound, allowed.signer.as_ref()),
        "path": decode(&inbound.path),
        "protocol": inbound.protocol,
        "requestId": scene.extended_id,
        "requestTime": log_time(scene.at),
        "requestTimeEpoch": scene.at.0,
        "resourceId": matched.route.key,
        "resourcePath": resource(&matched.route.key),
        "stage": stage.name,
    });
    if let Some(authorizer) = allowed.v1() {
        context["authorizer"] = authorizer;
    }
    context
}

/// Who called, as events of that format say it. REST APIs say it in the same words.
pub(crate) fn identity(inbound: &Inbound, signer: Option<&Signer>) -> Value {
    json!({
        "accessKey": signer.map(|signer| &signer.access_key),
        "accountId": signer.map(|signer| &signer.account),
        "caller": signer.map(|signer| &signer.account),
        "cognitoAuthenticationProvider": null,
        "cognitoAuthenticationType": null,
        "cognitoIdentityId": null,
        "cognitoIdentityPoolId": null,
        "principalOrgId": null,
        "sourceIp": inbound.source_ip(),
        "user": signer.map(|signer| &signer.account),
        "userAgent": inbound.headers.get("user-agent"),
        "userArn": signer.map(|signer| &signer.arn),
    })
}

/// The path of a route's key; `$default` as it is.
fn resource(key: &str) -> &str {
    key.split_once(' ').map_or(key, |(_, path)| path)
}

/// Each name with its last value.
pub(crate) fn last(grouped: &[(&str, Vec<&str>)]) -> Value {
    Value::Object(grouped.iter().map(|(name, values)| ((*name).to_owned(), values.last().copied().into())).collect())
}

/// Each name with all its values.
pub(crate) fn lists(grouped: &[(&str, Vec<&str>)]) -> Value {
    Value::Object(grouped.iter().map(|(name, values)| ((*name).to_owned(), values.clone().into())).collect())
}

/// Null where an object has nothing.
pub(crate) fn some(object: Value) -> Value {
    if object.as_object().is_some_and(serde_json::Map::is_empty) { Value::Null } else { object }
}
