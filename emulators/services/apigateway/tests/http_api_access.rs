//! Who may call HTTP APIs, and what browsers are told.

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::{Act, World, arn, door, owner, request, stage, token};
use greenroom_apigateway::config::{
    Cors, Doors, HttpApi, HttpAuthorization, HttpAuthorizer, HttpAuthorizerKind, HttpFunctionAuthorizer, HttpIntegration, HttpRoute,
    JwtAuthorizer, ParameterMapping, PayloadFormat,
};
use greenroom_apigateway::{Door, DoorKind};
use serde_json::{Value, json};

fn route(key: &str, format: PayloadFormat, authorization: HttpAuthorization) -> HttpRoute {
    HttpRoute {
        key: key.into(),
        integration: HttpIntegration::Function { arn: arn("f"), format, timeout: None },
        authorization,
        mapping: ParameterMapping::default(),
    }
}

fn by(id: &str, scopes: &[&str]) -> HttpAuthorization {
    HttpAuthorization::Authorizer { id: id.into(), scopes: scopes.iter().map(ToString::to_string).collect() }
}

fn function(format: PayloadFormat, simple_responses: bool) -> HttpAuthorizerKind {
    let identity_sources = vec!["$request.header.x-user".to_owned(), "$stageVariables.team".to_owned()];
    let ttl = Duration::from_secs(60);
    HttpAuthorizerKind::Function(HttpFunctionAuthorizer { arn: arn("auth"), format, simple_responses, identity_sources, ttl })
}

fn world(cors: Option<Cors>) -> (World, Door) {
    let jwt = JwtAuthorizer {
        identity_source: "$request.header.Authorization".into(),
        issuer: "https://issuer.example".into(),
        audience: vec!["shop".into()],
        keys: None,
    };
    let authorizers = vec![
        HttpAuthorizer { id: "jwt".into(), kind: HttpAuthorizerKind::Jwt(jwt) },
        HttpAuthorizer { id: "simple".into(), kind: function(PayloadFormat::V2, true) },
        HttpAuthorizer { id: "policy".into(), kind: function(PayloadFormat::V1, false) },
    ];
    let mut stage = stage("$default");
    stage.variables.push(("team".into(), "red".into()));
    let routes = vec![
        route("GET /open", PayloadFormat::V1, HttpAuthorization::None),
        route("GET /jwt", PayloadFormat::V2, by("jwt", &["read"])),
        route("GET /simple/{id}", PayloadFormat::V2, by("simple", &[])),
        route("GET /policy/{id}", PayloadFormat::V1, by("policy", &[])),
        route("GET /iam", PayloadFormat::V2, HttpAuthorization::Iam),
    ];
    let api = HttpApi { id: "abc123".into(), name: "shop".into(), owner: owner(), routes, stages: vec![stage], authorizers, cors };
    (World::new(Doors { http_apis: vec![Arc::new(api)], ..Doors::default() }), door(DoorKind::HttpApi, "abc123"))
}

#[tokio::test]
async fn format_1_has_lists_beside_single_values() {
    let (world, door) = world(None);
    world
        .functions
        .returns(json!({ "statusCode": 200, "multiValueHeaders": { "x-m": ["1", "2"] }, "headers": { "x-m": "0" }, "body": "hi" }));
    let answer = world.send(&door, request("GET", "/open?a=1&a=2", &[("x-h", "1"), ("x-h", "2"), ("cookie", "c=1")], "")).await;
    assert_eq!((answer.all("x-m"), answer.header("content-type"), answer.text()), (vec!["1", "2"], Some("text/plain;charset=UTF-8"), "hi"));
    let event = world.functions.last().event;
    assert_eq!((&event["version"], &event["resource"], &event["path"]), (&json!("1.0"), &json!("/open"), &json!("/open")));
    assert_eq!((&event["headers"]["x-h"], &event["multiValueHeaders"]["x-h"]), (&json!("2"), &json!(["1", "2"])));
    assert_eq!(
        (&event["queryStringParameters"], &event["multiValueQueryStringParameters"]),
        (&json!({ "a": "2" }), &json!({ "a": ["1", "2"] }))
    );
    assert_eq!((&event["headers"]["Host"], &event["headers"]["cookie"]), (&json!("abc123.execute-api.localhost:4566"), &json!("c=1")));
    assert_eq!((&event["pathParameters"], &event["body"], &event["isBase64Encoded"]), (&Value::Null, &Value::Null, &json!(false)));
    assert_eq!(event["stageVariables"], json!({ "team": "red" }));
    world.functions.returns(json!({ "hello": 1 }));
    assert_eq!(world.get(&door, "/open").await.status, 500);
    assert!(world.cause().contains("`statusCode` is no status of HTTP: null"));
}

#[tokio::test]
async fn tokens_are_checked_by_the_keys_of_their_issuer() {
    let (world, door) = world(None);
    let now = common::NOW.seconds();
    let good = json!({ "iss": "https://issuer.example", "aud": ["shop"], "exp": now + 60, "iat": now, "scope": "read write", "groups": ["a", "b"] });
    let ask = async |claims: &Value| {
        let bearer = format!("Bearer {}", token(claims));
        world.send(&door, request("GET", "/jwt", &[("authorization", &bearer)], "")).await
    };
    assert_eq!(ask(&good).await.status, 200);
    let shown = &world.functions.last().event["requestContext"]["authorizer"]["jwt"];
    assert_eq!(shown["scopes"], json!(["read"]));
    assert_eq!((&shown["claims"]["groups"], &shown["claims"]["exp"]), (&json!("[a b]"), &json!((now + 60).to_string())));
    for (name, value, status, why) in [
        ("iss", json!("https://other"), 401, "error=\"invalid_token\" error_description=\"the token does not have a valid issuer\""),
        ("aud", json!("other"), 401, "error=\"invalid_token\" error_description=\"the token does not have a valid audience\""),
        ("exp", json!(now), 401, "error=\"invalid_token\" error_description=\"the token has expired\""),
        ("nbf", json!(now + 1), 401, "error=\"invalid_token\""),
        ("scope", json!("write"), 403, "error=\"insufficient_scope\""),
    ] {
        let mut claims = good.clone();
        claims[name] = value;
        let answer = ask(&claims).await;
        assert_eq!(answer.status, status, "{name}");
        let challenge = answer.header("www-authenticate").unwrap();
        assert!(challenge.starts_with("Bearer scope=\"read\" ") && challenge.contains(why), "{challenge}");
    }
    let forged = format!("{}x", token(&good));
    let answer = world.send(&door, request("GET", "/jwt", &[("authorization", &forged)], "")).await;
    assert_eq!((answer.status, answer.text()), (401, r#"{"message":"Unauthorized"}"#));
    assert_eq!(world.get(&door, "/jwt").await.header("www-authenticate"), Some("Bearer"));
    assert_eq!(world.functions.count(), 1);
}

#[tokio::test]
async fn a_function_says_yes_or_no_and_is_asked_again_when_its_answer_has_run_out() {
    let (world, door) = world(None);
    let ask = async |user: &str| world.send(&door, request("GET", "/simple/1", &[("x-user", user)], "")).await.status;
    world.functions.returns(json!({ "isAuthorized": true, "context": { "n": 1 } }));
    assert_eq!((ask("ann").await, ask("ann").await), (200, 200));
    let calls = world.functions.calls.lock().unwrap().clone();
    assert_eq!(calls.iter().map(|call| call.arn.rsplit(':').next().unwrap()).collect::<Vec<_>>(), ["auth", "f", "f"]);
    assert_eq!(calls[1].event["requestContext"]["authorizer"], json!({ "lambda": { "n": 1 } }));
    let asked = &calls[0].event;
    assert_eq!((&asked["version"], &asked["type"], &asked["identitySource"]), (&json!("2.0"), &json!("REQUEST"), &json!(["ann", "red"])));
    assert_eq!(asked["routeArn"], "arn:aws:execute-api:us-east-1:123456789012:abc123/$default/GET/simple/1");
    assert_eq!((asked.get("body"), &asked["pathParameters"]), (None, &json!({ "id": "1" })));
    world.functions.returns(json!({ "isAuthorized": false }));
    assert_eq!(ask("bob").await, 403);
    world.host.clock.freeze(Some(common::NOW + Duration::from_secs(60)));
    world.functions.returns(json!({ "isAuthorized": false }));
    assert_eq!(ask("ann").await, 403);
    world.functions.will(Act::Fail(json!({ "errorMessage": "Unauthorized" })));
    assert_eq!(ask("eve").await, 401);
    world.functions.will(Act::Fail(json!({ "errorMessage": "boom" })));
    assert_eq!(ask("eve").await, 500);
    assert_eq!(world.get(&door, "/simple/1").await.text(), r#"{"message":"Unauthorized"}"#);
}

#[tokio::test]
async fn a_remembered_policy_is_held_against_each_method() {
    let (world, door) = world(None);
    let only = json!([{ "Action": "execute-api:Invoke", "Effect": "Allow", "Resource": "arn:aws:execute-api:*:*:abc123/*/GET/policy/1" }]);
    world.functions.returns(json!({ "principalId": "ann", "policyDocument": { "Statement": only }, "context": { "k": true } }));
    let ask = async |path: &str| world.send(&door, request("GET", path, &[("x-user", "ann")], "")).await.status;
    assert_eq!((ask("/policy/1").await, ask("/policy/2").await), (200, 403));
    let calls = world.functions.calls.lock().unwrap().clone();
    assert_eq!(calls.len(), 2);
    let asked = &calls[0].event;
    assert_eq!((&asked["identitySource"], &asked["authorizationToken"]), (&json!("ann,red"), &json!("ann,red")));
    assert_eq!(asked["methodArn"], "arn:aws:execute-api:us-east-1:123456789012:abc123/$default/GET/policy/1");
    assert_eq!(calls[1].event["requestContext"]["authorizer"], json!({ "k": true, "principalId": "ann" }));
}

#[tokio::test]
async fn signatures_are_read_and_wanted() {
    let (world, door) = world(None);
    assert_eq!(world.get(&door, "/iam").await.text(), r#"{"message":"Forbidden"}"#);
    let signed = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=00";
    assert_eq!(world.send(&door, request("GET", "/iam", &[("authorization", signed)], "")).await.status, 200);
    let iam = &world.functions.last().event["requestContext"]["authorizer"]["iam"];
    assert_eq!((&iam["accessKey"], &iam["userArn"]), (&json!("AKIDEXAMPLE"), &json!("arn:aws:iam::123456789012:root")));
}

#[tokio::test]
async fn browsers_are_answered_without_the_function_and_its_own_headers_are_replaced() {
    let cors = Cors {
        allow_credentials: true,
        allow_headers: vec!["x-a".into(), "x-b".into()],
        allow_methods: vec!["GET".into(), "POST".into()],
        allow_origins: vec!["https://*".into()],
        expose_headers: vec!["x-c".into()],
        max_age: Some(60),
    };
    let (world, door) = world(Some(cors));
    let headers = [("origin", "https://a.example"), ("access-control-request-method", "GET")];
    let answer = world.send(&door, request("OPTIONS", "/nowhere", &headers, "")).await;
    assert_eq!((answer.status, world.functions.count()), (204, 0));
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://a.example"));
    assert_eq!(answer.header("access-control-allow-methods"), Some("GET,POST"));
    assert_eq!(answer.header("access-control-allow-headers"), Some("x-a,x-b"));
    assert_eq!(answer.header("access-control-max-age"), Some("60"));
    assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
    world.functions.returns(json!({ "statusCode": 200, "headers": { "Access-Control-Allow-Origin": "mine" } }));
    let answer = world.send(&door, request("GET", "/open", &headers[..1], "")).await;
    assert_eq!(answer.all("access-control-allow-origin"), ["https://a.example"]);
    let other = world.send(&door, request("GET", "/open", &[("origin", "http://a.example")], "")).await;
    assert_eq!(other.header("access-control-allow-origin"), None);
}
