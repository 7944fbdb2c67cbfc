//! What authorizers are asked.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html>,
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html>

use serde_json::{Map, Value, json};

use super::request::{Request, hex};
use super::rest_api::{STAGE, event};
use super::{by_gateway, http_api, text};
use crate::catalogue::{Draw, Kind};

pub(in crate::catalogue) const TOKEN: Kind =
    by_gateway("authorizer-token", "a REST API asks about a token", token, |made| format!("TOKEN {}", text(made, "/methodArn")));
pub(in crate::catalogue) const REQUEST: Kind =
    by_gateway("authorizer-request", "a REST API asks about a request", request, |made| format!("REQUEST {}", text(made, "/methodArn")));
pub(in crate::catalogue) const V2: Kind =
    by_gateway("authorizer-v2", "an HTTP API asks about a request, payload 2.0", v2, |made| format!("REQUEST {}", text(made, "/routeArn")));

fn bearer(draw: &Draw) -> String {
    format!("Bearer {}", hex(draw, 16))
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
    after(first, shared)
}

fn v2(draw: &Draw) -> Value {
    let (request, mut shared) = http_api::v2_without_body(draw);
    let token = bearer(draw);
    shared["headers"]["authorization"] = token.as_str().into();
    after(json!({ "version": "2.0", "type": "REQUEST", "routeArn": request.arn("$default"), "identitySource": [token] }), shared)
}

/// Both objects in one.
fn after(mut first: Value, second: Map<String, Value>) -> Value {
    for (name, value) in second {
        first[name] = value;
    }
    first
}
