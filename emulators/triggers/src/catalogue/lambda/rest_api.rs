//! Requests to REST APIs with proxy integrations.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html>

use serde_json::{Value, json};

use super::request::{ACCOUNT, Request, log_time, some};
use super::{by_gateway, line};
use crate::catalogue::{Draw, Kind};

/// The stage of made-up APIs.
pub(super) const STAGE: &str = "prod";

pub(in crate::catalogue) const KIND: Kind = by_gateway(
    "rest",
    "a request to a REST API, proxy integration",
    |draw| event(draw, &Request::to_api(draw)),
    |made| line(made, "/httpMethod", "/path"),
);

/// The event of a request.
pub(super) fn event(draw: &Draw, request: &Request) -> Value {
    let resource = "/items/{id}";
    json!({
        "resource": resource,
        "path": request.path,
        "httpMethod": request.method,
        "headers": request.headers(),
        "multiValueHeaders": request.multi_headers(),
        "queryStringParameters": some(request.query()),
        "multiValueQueryStringParameters": some(request.multi_query()),
        "pathParameters": { "id": request.item },
        "stageVariables": null,
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": request.api,
            "deploymentId": draw.letters(6),
            "domainName": request.host,
            "domainPrefix": request.api,
            "extendedRequestId": request.extended_id,
            "httpMethod": request.method,
            "identity": request.identity(),
            "path": format!("/{STAGE}{}", request.path),
            "protocol": "HTTP/1.1",
            "requestId": request.uuid,
            "requestTime": log_time(request.at),
            "requestTimeEpoch": request.at.0,
            "resourceId": draw.letters(6),
            "resourcePath": resource,
            "stage": STAGE,
        },
        "body": request.body,
        "isBase64Encoded": false,
    })
}
