//! Requests to HTTP APIs, in both formats.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>

use serde_json::{Map, Value, json};

use super::request::{ACCOUNT, Request, log_time, some};
use super::{by_gateway, line};
use crate::catalogue::{Draw, Kind};

pub(in crate::catalogue) const V2: Kind = by_gateway(
    "http-api",
    "a request to an HTTP API, payload 2.0",
    |draw| v2(&Request::to_api(draw), Door::API),
    |made| line(made, "/requestContext/http/method", "/rawPath"),
);

pub(in crate::catalogue) const V1: Kind = by_gateway(
    "http-api-v1",
    "a request to an HTTP API, payload 1.0",
    |draw| v1(&Request::to_api(draw)),
    |made| line(made, "/httpMethod", "/path"),
);

/// What tells the doors apart that speak format 2.0.
#[derive(Clone, Copy)]
pub(super) struct Door {
    /// Whose door it is.
    pub(super) account: &'static str,
    /// Whether routes have parameters.
    pub(super) routed: bool,
}

impl Door {
    pub(super) const API: Self = Self { account: ACCOUNT, routed: true };
}

/// What is empty is left out, except for the query string.
pub(super) fn v2(request: &Request, door: Door) -> Value {
    let route = if door.routed { format!("{} /items/{{id}}", request.method) } else { "$default".to_owned() };
    let mut event = Map::new();
    event.insert("version".into(), "2.0".into());
    event.insert("routeKey".into(), route.clone().into());
    event.insert("rawPath".into(), request.path.clone().into());
    event.insert("rawQueryString".into(), request.raw_query().into());
    event.insert("headers".into(), request.headers());
    if !request.query.is_empty() {
        event.insert("queryStringParameters".into(), request.query());
    }
    let context = json!({
        "accountId": door.account,
        "apiId": request.api,
        "domainName": request.host,
        "domainPrefix": request.api,
        "http": request.http(),
        "requestId": if door.routed { &request.extended_id } else { &request.uuid },
        "routeKey": route,
        "stage": "$default",
        "time": log_time(request.at),
        "timeEpoch": request.at.0,
    });
    event.insert("requestContext".into(), context);
    if door.routed {
        event.insert("pathParameters".into(), json!({ "id": request.item }));
    }
    if let Some(body) = &request.body {
        event.insert("body".into(), body.clone().into());
    }
    event.insert("isBase64Encoded".into(), false.into());
    Value::Object(event)
}

fn v1(request: &Request) -> Value {
    let resource = "/items/{id}";
    json!({
        "version": "1.0",
        "resource": resource,
        "path": request.path,
        "httpMethod": request.method,
        "headers": request.headers(),
        "multiValueHeaders": request.multi_headers(),
        "queryStringParameters": some(request.query()),
        "multiValueQueryStringParameters": some(request.multi_query()),
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": request.api,
            "domainName": request.host,
            "domainPrefix": request.api,
            "extendedRequestId": request.extended_id,
            "httpMethod": request.method,
            "identity": request.identity(),
            "path": request.path,
            "protocol": "HTTP/1.1",
            "requestId": request.extended_id,
            "requestTime": log_time(request.at),
            "requestTimeEpoch": request.at.0,
            "resourceId": format!("{} {resource}", request.method),
            "resourcePath": resource,
            "stage": "$default",
        },
        "pathParameters": { "id": request.item },
        "stageVariables": null,
        "body": request.body,
        "isBase64Encoded": false,
    })
}

/// The same in format 1.0.
pub(super) fn v1_for_authorizer(draw: &Draw) -> (Request, Value) {
    let request = Request::to_api(draw);
    let mut event = v1(&request);
    if let Some(event) = event.as_object_mut() {
        for name in ["version", "body", "isBase64Encoded"] {
            event.shift_remove(name);
        }
    }
    (request, event)
}

/// The event of a request without what only the function is told, for authorizers.
pub(super) fn v2_without_body(draw: &Draw) -> (Request, Map<String, Value>) {
    let request = Request::to_api(draw);
    let mut event = v2(&request, Door::API).as_object().cloned().unwrap_or_default();
    event.shift_remove("body");
    event.shift_remove("isBase64Encoded");
    (request, event)
}
