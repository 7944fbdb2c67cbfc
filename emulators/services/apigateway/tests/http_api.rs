//! HTTP APIs, from the request to the answer.

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::{Act, World, arn, door, owner, request, stage};
use greenroom_apigateway::config::{Doors, HttpApi, HttpAuthorization, HttpIntegration, HttpRoute, ParameterMapping, PayloadFormat};
use greenroom_apigateway::{Door, DoorKind};
use greenroom_host::faults::{Action, Failure, Rule, Scope, When};
use serde_json::{Value, json};

fn route(key: &str, name: &str) -> HttpRoute {
    HttpRoute {
        key: key.into(),
        integration: HttpIntegration::Function { arn: arn(name), format: PayloadFormat::V2, timeout: None },
        authorization: HttpAuthorization::None,
        mapping: ParameterMapping::default(),
    }
}

fn api() -> HttpApi {
    HttpApi {
        id: "abc123".into(),
        name: "shop".into(),
        owner: owner(),
        routes: vec![route("GET /items/{id}", "items"), route("$default", "rest")],
        stages: vec![stage("$default"), stage("dev")],
        authorizers: Vec::new(),
        cors: None,
    }
}

fn world() -> (World, Door) {
    (World::new(Doors { http_apis: vec![Arc::new(api())], ..Doors::default() }), door(DoorKind::HttpApi, "abc123"))
}

#[tokio::test]
async fn a_request_becomes_an_event_of_format_2_and_what_is_returned_the_answer() {
    let (world, door) = world();
    world.functions.returns(json!({
        "statusCode": 201,
        "headers": { "x-count": 3, "Content-Type": "text/html" },
        "cookies": ["a=1; Secure", "b=2"],
        "body": "PGI+",
        "isBase64Encoded": true,
    }));
    let headers = [("cookie", "a=1; b=2"), ("x-h", "1"), ("x-h", "2"), ("user-agent", "test"), ("content-type", "application/json")];
    let answer = world.send(&door, request("GET", "/items/a%20b?x=1&x=2&y=%20", &headers, "{}")).await;
    assert_eq!((answer.status, answer.text()), (201, "<b>"));
    assert_eq!((answer.header("x-count"), answer.header("content-type")), (Some("3"), Some("text/html")));
    assert_eq!(answer.all("set-cookie"), ["a=1; Secure", "b=2"]);
    let call = world.functions.last();
    assert_eq!(
        (call.arn, call.how.caller.as_str(), call.how.asynchronous, call.caused),
        (arn("items"), "apigateway.amazonaws.com", false, true)
    );
    let id = answer.header("apigw-requestid").unwrap();
    let trace = call.event["headers"]["x-amzn-trace-id"].clone();
    assert_eq!(call.how.trace.as_deref(), trace.as_str());
    assert_eq!(
        call.event,
        json!({
            "version": "2.0",
            "routeKey": "GET /items/{id}",
            "rawPath": "/items/a b",
            "rawQueryString": "x=1&x=2&y=%20",
            "cookies": ["a=1", "b=2"],
            "headers": {
                "host": "abc123.execute-api.localhost:4566",
                "x-h": "1,2",
                "user-agent": "test",
                "content-type": "application/json",
                "content-length": "2",
                "x-forwarded-for": "192.0.2.7",
                "x-forwarded-port": "4566",
                "x-forwarded-proto": "http",
                "x-amzn-trace-id": trace,
            },
            "queryStringParameters": { "x": "1,2", "y": " " },
            "requestContext": {
                "accountId": "123456789012",
                "apiId": "abc123",
                "domainName": "abc123.execute-api.localhost:4566",
                "domainPrefix": "abc123",
                "http": { "method": "GET", "path": "/items/a b", "protocol": "HTTP/1.1", "sourceIp": "192.0.2.7", "userAgent": "test" },
                "requestId": id,
                "routeKey": "GET /items/{id}",
                "stage": "$default",
                "time": "21/Apr/2020:15:08:21 +0000",
                "timeEpoch": 1_587_481_701_067_u64,
            },
            "pathParameters": { "id": "a b" },
            "body": "{}",
            "isBase64Encoded": false,
        })
    );
}

#[tokio::test]
async fn the_request_is_in_the_journal_before_the_function_is_called_and_its_cause() {
    let (world, door) = world();
    world.get(&door, "/x?y=1").await;
    world.gateway.configure((*world.gateway.doors()).clone().of_app("shop"));
    world.get(&door, "/x?y=1").await;
    let entry = world.host.journal.find(world.host.journal.newest().unwrap()).unwrap();
    assert_eq!((entry.event.summary.as_str(), &*entry.event.target), ("GET /x?y=1", "shop"));
    assert_eq!(entry.ending.response.unwrap().status, 200);
    assert!(world.functions.last().caused);
}

#[tokio::test]
async fn what_has_no_status_is_the_body_of_a_200() {
    let (world, door) = world();
    for (returned, body) in [(json!({ "a": 1 }), r#"{"a":1}"#), (json!("hi"), "hi"), (json!([1]), "[1]"), (Value::Null, "null")] {
        world.functions.returns(returned);
        let answer = world.get(&door, "/").await;
        assert_eq!((answer.status, answer.header("content-type"), answer.text()), (200, Some("application/json"), body));
    }
}

#[tokio::test]
async fn answers_of_a_wrong_shape_and_failures_are_500_with_the_cause_in_the_log() {
    let (world, door) = world();
    for (act, cause) in [
        (Act::Return(json!({ "statusCode": "x" })), "`statusCode` is no status of HTTP"),
        (Act::Return(json!({ "statusCode": 200, "body": 1 })), "`body` is no text: 1"),
        (Act::Return(json!({ "statusCode": 200, "headers": { "a": {} } })), "the header `a` is no text"),
        (Act::Return(json!({ "statusCode": 200, "body": "?", "isBase64Encoded": true })), "`body` is no base64"),
        (Act::Fail(json!({ "errorMessage": "boom" })), "boom"),
        (Act::Bytes(vec![], vec![Ok("nonsense".into())]), "returned what is no JSON"),
    ] {
        world.functions.will(act);
        let answer = world.get(&door, "/").await;
        assert_eq!((answer.status, answer.text()), (500, r#"{"message":"Internal Server Error"}"#));
        assert!(world.cause().contains(cause), "{} has no {cause}", world.cause());
    }
    world.functions.will(Act::Status(429, json!({ "Reason": "ReservedFunctionConcurrentInvocationLimitExceeded" })));
    assert_eq!(world.get(&door, "/").await.json(), json!({ "message": "Service Unavailable" }));
}

#[tokio::test]
async fn a_function_that_never_answers_is_given_up_after_thirty_seconds_of_the_clock() {
    let (world, door) = world();
    world.functions.will(Act::Hang);
    let pending = world.get(&door, "/");
    let moved = async {
        while world.functions.count() == 0 {
            tokio::task::yield_now().await;
        }
        let at = common::NOW + Duration::from_secs(30);
        world.host.clock.freeze(Some(at));
    };
    let (answer, ()) = tokio::join!(pending, moved);
    assert_eq!((answer.status, answer.text()), (503, r#"{"message":"Service Unavailable"}"#));
    assert!(world.cause().contains("took longer than the 30000 ms"));
}

#[tokio::test]
async fn stages_are_named_by_the_first_segment_or_by_the_door() {
    let (world, door) = world();
    world.get(&door, "/dev/items/1").await;
    let event = world.functions.last().event;
    assert_eq!((&event["rawPath"], &event["requestContext"]["stage"]), (&json!("/dev/items/1"), &json!("dev")));
    assert_eq!(event["routeKey"], "GET /items/{id}");
    world.get(&Door { stage: Some("dev".into()), ..door.clone() }, "/items/1").await;
    let event = world.functions.last().event;
    assert_eq!((&event["rawPath"], &event["requestContext"]["stage"]), (&json!("/items/1"), &json!("dev")));
    let strange = world.get(&Door { stage: Some("prod".into()), ..door }, "/items/1").await;
    assert_eq!((strange.status, strange.text()), (404, r#"{"message":"Not Found"}"#));
}

#[tokio::test]
async fn what_is_too_large_is_refused_before_any_function_sees_it() {
    let (world, door) = world();
    let large = world.send(&door, request("POST", "/", &[], vec![b'a'; 10 * 1024 * 1024 + 1])).await;
    assert_eq!((large.status, large.text()), (413, r#"{"message":"Request Entity Too Large"}"#));
    let value = "x".repeat(10_240);
    let wide = world.send(&door, request("GET", "/", &[("x-large", &value)], "")).await;
    assert_eq!(wide.status, 431);
    assert_eq!(world.functions.count(), 0);
}

#[tokio::test]
async fn faults_strike_requests() {
    let (world, door) = world();
    let failure = Failure { status: Some(503), message: Some("down".into()), ..Failure::default() };
    let scope = Scope { service: Some("request".into()), ..Scope::default() };
    let (when, latency, action) = (When::Always, Duration::ZERO, Action::Error(failure));
    world.host.faults.add("test", Rule { name: "down".into(), scope, when, seed: 0, latency, action });
    let answer = world.get(&door, "/").await;
    assert_eq!((answer.status, answer.json(), world.functions.count()), (503, json!({ "message": "down" }), 0));
}
