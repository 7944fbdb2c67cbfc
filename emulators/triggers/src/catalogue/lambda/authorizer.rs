//! What authorizers are asked.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html>,
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html>

use serde_json::{Value, json};

use super::request::{ACCOUNT, REGION, Request};
use super::rest_api::{STAGE, event};
use super::{after, by_gateway, http_api, text};
use crate::catalogue::{Draw, Kind};

pub(in crate::catalogue) const TOKEN: Kind =
    by_gateway("authorizer-token", "a REST API asks about a token", token, |made| format!("TOKEN {}", text(made, "/methodArn")));
pub(in crate::catalogue) const REQUEST: Kind =
    by_gateway("authorizer-request", "a REST API asks about a request", request, |made| format!("REQUEST {}", text(made, "/methodArn")));
pub(in crate::catalogue) const V2: Kind =
    by_gateway("authorizer-v2", "an HTTP API asks about a request, payload 2.0", v2, |made| format!("REQUEST {}", text(made, "/routeArn")));

pub(in crate::catalogue) const V1: Kind = by_gateway("authorizer-v1", "an HTTP API asks about a request, payload 1.0", v1, |made| {
    format!("REQUEST {}", text(made, "/methodArn"))
});
pub(in crate::catalogue) const WEBSOCKET: Kind =
    by_gateway("authorizer-websocket", "a WebSocket API asks about a connection", websocket, |made| {
        format!("REQUEST {}", text(made, "/methodArn"))
    });

fn bearer(draw: &Draw) -> String {
    format!("Bearer {}", draw.hex(16))
}

fn token(draw: &Draw) -> Value {
    json!({ "type": "TOKEN", "methodArn": Request::to_api(draw).arn(STAGE), "authorizationToken": bearer(draw) })
}

fn request(draw: &Draw) -> Value {
    let mut request = Request::to_api(draw);
    request.headers.push(("Authorization", bearer(draw)));
    let first = json!({ "type": "REQUEST", "methodArn": request.arn(STAGE) });
    let mut shared = event(draw, &request);
    // Authorizers are shown empty objects where functions are shown null.
    for name in ["queryStringParameters", "multiValueQueryStringParameters", "stageVariables"] {
        if shared[name].is_null() {
            shared[name] = json!({});
        }
    }
    let mut shared = shared.as_object().cloned().unwrap_or_default();
    shared.shift_remove("body");
    shared.shift_remove("isBase64Encoded");
    after(first, shared.into())
}

fn v2(draw: &Draw) -> Value {
    let (request, mut shared) = http_api::v2_without_body(draw);
    let token = bearer(draw);
    shared["headers"]["authorization"] = token.as_str().into();
    after(json!({ "version": "2.0", "type": "REQUEST", "routeArn": request.arn("$default"), "identitySource": [token] }), shared.into())
}

fn v1(draw: &Draw) -> Value {
    let (request, mut shared) = http_api::v1_for_authorizer(draw);
    let token = bearer(draw);
    shared["headers"]["authorization"] = token.as_str().into();
    let arn = request.arn("$default");
    after(json!({ "version": "1.0", "type": "REQUEST", "methodArn": arn, "identitySource": token, "authorizationToken": token }), shared)
}

fn websocket(draw: &Draw) -> Value {
    let (request, connect) = super::websocket::connected(draw);
    let arn = format!("arn:aws:execute-api:{REGION}:{ACCOUNT}:{}/{STAGE}/$connect", request.api);
    let mut event = json!({ "type": "REQUEST", "methodArn": arn });
    for name in ["headers", "multiValueHeaders", "queryStringParameters", "multiValueQueryStringParameters", "stageVariables"] {
        event[name] = connect.get(name).cloned().unwrap_or_else(|| json!({}));
    }
    event["requestContext"] = connect["requestContext"].clone();
    event
}
