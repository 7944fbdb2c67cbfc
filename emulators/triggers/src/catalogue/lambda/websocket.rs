//! Connections of WebSocket APIs: one begins, says something, ends.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html>

use serde_json::{Value, json};

use super::request::{Request, extended, log_time};
use super::rest_api::STAGE;
use super::{by_gateway, line};
use crate::catalogue::{Draw, Kind};

pub(in crate::catalogue) const CONNECT: Kind = by_gateway("websocket-connect", "a WebSocket that is opened", connect, summary);
pub(in crate::catalogue) const MESSAGE: Kind = by_gateway("websocket-message", "a message over a WebSocket", message, summary);
pub(in crate::catalogue) const DISCONNECT: Kind = by_gateway("websocket-disconnect", "a WebSocket that is closed", disconnect, summary);

fn summary(made: &Value) -> String {
    line(made, "/requestContext/routeKey", "/requestContext/connectionId")
}

fn context(draw: &Draw, request: &Request, route: &str, kind: &str) -> Value {
    json!({
        "routeKey": route,
        "eventType": kind,
        "extendedRequestId": request.extended_id,
        "requestTime": log_time(request.at),
        "messageDirection": "IN",
        "stage": STAGE,
        "connectedAt": request.at.0 - if kind == "CONNECT" { 5 } else { 1 + draw.number(60_000) },
        "requestTimeEpoch": request.at.0,
        "identity": request.caller(),
        "requestId": request.extended_id,
        "domainName": request.host,
        "connectionId": extended(draw),
        "apiId": request.api,
    })
}

fn connect(draw: &Draw) -> Value {
    connected(draw).1
}

/// The request that opens one, and its event.
pub(super) fn connected(draw: &Draw) -> (Request, Value) {
    let mut request = Request::to_api(draw);
    request.headers.retain(|(name, _)| !matches!(*name, "content-length" | "content-type" | "accept"));
    request.headers.push(("sec-websocket-version", "13".to_owned()));
    let mut event = json!({ "headers": request.headers(), "multiValueHeaders": request.multi_headers() });
    if !request.query.is_empty() {
        event["queryStringParameters"] = request.query();
        event["multiValueQueryStringParameters"] = request.multi_query();
    }
    event["requestContext"] = context(draw, &request, "$connect", "CONNECT");
    event["isBase64Encoded"] = false.into();
    (request, event)
}

fn message(draw: &Draw) -> Value {
    let request = Request::to_api(draw);
    let mut context = context(draw, &request, "$default", "MESSAGE");
    context["messageId"] = extended(draw).into();
    let body = json!({ "action": "say", "text": draw.one(&["hello", "how are you?", "bye"]) }).to_string();
    json!({ "requestContext": context, "body": body, "isBase64Encoded": false })
}

fn disconnect(draw: &Draw) -> Value {
    let request = Request::to_api(draw);
    let mut context = context(draw, &request, "$disconnect", "DISCONNECT");
    context["disconnectStatusCode"] = 1005.into();
    context["disconnectReason"] = "Client-side close frame status not set".into();
    json!({
        "headers": { "Host": request.host, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": "" },
        "multiValueHeaders": { "Host": [request.host], "x-api-key": [""], "X-Forwarded-For": [""], "x-restapi": [""] },
        "requestContext": context,
        "isBase64Encoded": false,
    })
}
