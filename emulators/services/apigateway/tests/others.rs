//! Function URLs and load balancers.

mod common;

use std::sync::Arc;

use bytes::Bytes;
use common::{Act, World, answered, arn, door, owner, request};
use greenroom_apigateway::config::{BalancerTarget, Cors, Doors, FunctionUrl, ListenerRule, LoadBalancer, RuleAction, RuleCondition};
use greenroom_apigateway::{Door, DoorKind};
use http_body_util::BodyExt;
use serde_json::json;

fn url(stream: bool, iam: bool) -> (World, Door) {
    let cors = Some(Cors { allow_origins: vec!["*".into()], allow_methods: vec!["*".into()], ..Cors::default() });
    let url = FunctionUrl { id: "url1".into(), arn: arn("f:live"), owner: owner(), iam, cors, stream };
    (World::new(Doors { function_urls: vec![Arc::new(url)], ..Doors::default() }), door(DoorKind::FunctionUrl, "url1"))
}

#[tokio::test]
async fn urls_that_no_door_is_for_are_asked_of_who_knows_them() {
    let world = World::new(Doors::default());
    world.functions.returns(json!({ "statusCode": 201 }));
    assert_eq!(world.get(&door(DoorKind::FunctionUrl, "made1"), "/").await.status, 201);
    assert_eq!(world.functions.last().arn, arn("made"));
    assert_eq!(world.get(&door(DoorKind::FunctionUrl, "other"), "/").await.status, 403);
}

#[tokio::test]
async fn a_url_has_events_of_format_2_with_the_path_as_it_was_sent() {
    let (world, door) = url(false, false);
    world.functions.returns(json!({ "statusCode": 200, "body": "hi", "cookies": ["a=1"] }));
    let answer = world
        .send(&door, request("POST", "/a%20b?q=%20", &[("content-type", "application/x-www-form-urlencoded"), ("origin", "x")], "a=b"))
        .await;
    assert_eq!((answer.text(), answer.header("set-cookie"), answer.header("access-control-allow-origin")), ("hi", Some("a=1"), Some("*")));
    let call = world.functions.last();
    assert_eq!((call.arn, call.how.stream), (arn("f:live"), false));
    assert_eq!((&call.event["rawPath"], &call.event["rawQueryString"]), (&json!("/a%20b"), &json!("q=%20")));
    assert_eq!((&call.event["body"], &call.event["isBase64Encoded"]), (&json!("YT1i"), &json!(true)));
    let context = &call.event["requestContext"];
    assert_eq!((&context["accountId"], &context["apiId"], &context["routeKey"]), (&json!("anonymous"), &json!("url1"), &json!("$default")));
    assert_eq!(context["requestId"].as_str(), answer.header("x-amzn-requestid"));
    world.functions.will(Act::Fail(json!({ "errorMessage": "boom" })));
    let answer = world.get(&door, "/").await;
    assert_eq!((answer.status, answer.text()), (502, "Internal Server Error"));
    let preflight = request("OPTIONS", "/", &[("origin", "x"), ("access-control-request-method", "GET")], "");
    assert_eq!((world.send(&door, preflight).await.status, world.functions.count()), (200, 2));
}

#[tokio::test]
async fn a_url_that_wants_signatures_refuses_others() {
    let (world, door) = url(false, true);
    let answer = world.get(&door, "/").await;
    assert_eq!((answer.status, answer.text()), (403, r#"{"Message":"Forbidden"}"#));
    let signed = "AWS4-HMAC-SHA256 Credential=111122223333/20150830/us-east-1/lambda/aws4_request, Signature=00";
    assert_eq!(world.send(&door, request("GET", "/", &[("authorization", signed)], "")).await.status, 200);
    let context = &world.functions.last().event["requestContext"];
    assert_eq!((&context["accountId"], &context["authorizer"]["iam"]["accessKey"]), (&json!("111122223333"), &json!("111122223333")));
}

#[tokio::test]
async fn a_stream_begins_with_its_head_and_comes_piece_by_piece() {
    let (world, door) = url(true, false);
    let head = "application/vnd.awslambda.http-integration-response";
    let piece = |text: &'static [u8]| Ok(Bytes::from_static(text));
    let pieces = vec![
        piece(b"{\"statusCode\":201,\"headers\":{\"x-a\":\"1\"},\"coo"),
        piece(b"kies\":[\"c=1\"]}\0\0\0"),
        piece(b"\0\0\0\0\0one"),
        piece(b"two"),
    ];
    world.functions.will(Act::Bytes(vec![("content-type", head)], pieces));
    let peer = "192.0.2.7:5555".parse().unwrap();
    let mut response = world.gateway.handle(&door, request("GET", "/", &[], ""), peer).await;
    assert_eq!(
        (response.status().as_u16(), &response.headers()["x-a"], &response.headers()["set-cookie"]),
        (201, &"1".parse().unwrap(), &"c=1".parse().unwrap())
    );
    assert!(world.functions.last().how.stream);
    let body = response.body_mut();
    assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), "one");
    assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), "two");
    assert!(body.frame().await.is_none());
    world.functions.will(Act::Bytes(vec![("content-type", "text/event-stream")], vec![piece(b"data"), Err("the function crashed".into())]));
    let mut broken = world.gateway.handle(&door, request("GET", "/", &[], ""), peer).await;
    assert_eq!((broken.status().as_u16(), &broken.headers()["content-type"]), (200, &"text/event-stream".parse().unwrap()));
    assert!(broken.body_mut().frame().await.unwrap().is_ok() && broken.body_mut().frame().await.unwrap().is_err());
    world.functions.will(Act::Bytes(vec![("content-type", head)], vec![piece(b"{}")]));
    let headless = answered(world.gateway.handle(&door, request("GET", "/", &[], ""), peer).await).await;
    assert_eq!((headless.status, world.cause().as_str()), (502, "the streamed response ended within its head"));
}

fn balancer(multi_value_headers: bool) -> (World, Door) {
    let function =
        RuleAction::Forward(vec![BalancerTarget { arn: arn("f"), target_group: "arn:tg".into(), multi_value_headers, weight: 1 }]);
    let rule = |priority, conditions, action| ListenerRule { priority, conditions, action };
    let fixed = RuleAction::Fixed { status: 418, content_type: "text/plain".into(), body: "tea".into() };
    let redirect = RuleAction::Redirect { status: 301, url: "https://#{host}:443/#{path}?#{query}".into() };
    let balancer = LoadBalancer {
        name: "front".into(),
        rules: vec![
            rule(1, vec![], function),
            rule(20, vec![RuleCondition::PathPattern(vec!["/tea/*".into()]), RuleCondition::Method(vec!["GET".into()])], fixed),
            rule(10, vec![RuleCondition::Query(vec![(Some("to".into()), "s*".into())])], redirect),
        ],
    };
    (World::new(Doors { load_balancers: vec![Arc::new(balancer)], ..Doors::default() }), door(DoorKind::LoadBalancer, "front"))
}

#[tokio::test]
async fn a_load_balancer_has_single_values_or_lists() {
    let sent = || request("GET", "/p%20q?k=%20&k=2", &[("X-H", "1"), ("x-h", "2")], "");
    let (world, door) = balancer(false);
    let returned = json!({ "statusCode": 200, "headers": { "x-s": "1" }, "multiValueHeaders": { "x-m": ["1", "2"] }, "body": "b", "isBase64Encoded": false });
    world.functions.returns(returned.clone());
    let answer = world.send(&door, sent()).await;
    assert_eq!(
        (answer.header("x-s"), answer.header("x-m"), answer.header("server"), answer.text()),
        (Some("1"), None, Some("awselb/2.0"), "b")
    );
    let event = world.functions.last().event;
    assert_eq!(event["requestContext"], json!({ "elb": { "targetGroupArn": "arn:tg" } }));
    assert_eq!(
        (&event["path"], &event["queryStringParameters"], &event["headers"]["x-h"]),
        (&json!("/p%20q"), &json!({ "k": "2" }), &json!("2"))
    );
    assert_eq!((&event["body"], event.get("multiValueHeaders")), (&json!(""), None));
    let (world, door) = balancer(true);
    world.functions.returns(returned);
    assert_eq!(world.send(&door, sent()).await.all("x-m"), ["1", "2"]);
    let event = world.functions.last().event;
    assert_eq!(
        (&event["multiValueQueryStringParameters"], &event["multiValueHeaders"]["x-h"]),
        (&json!({ "k": ["%20", "2"] }), &json!(["1", "2"]))
    );
    assert_eq!(event.get("headers"), None);
}

#[tokio::test]
async fn a_load_balancer_has_rules_and_pages() {
    let (world, door) = balancer(false);
    assert_eq!(world.get(&door, "/tea/x").await.text(), "tea");
    let moved = world.get(&door, "/tea/x?to=Shop").await;
    assert_eq!((moved.status, moved.header("location")), (301, Some("https://abc123.execute-api.localhost:443/tea/x?to=Shop")));
    assert_eq!(world.functions.count(), 0);
    world.functions.returns(json!({ "body": "no status" }));
    let answer = world.get(&door, "/").await;
    assert_eq!((answer.status, answer.header("content-type")), (502, Some("text/html")));
    assert!(answer.text().contains("<h1>502 Bad Gateway</h1>"));
    let large = world.send(&door, request("POST", "/", &[], vec![b'a'; 1024 * 1024 + 1])).await;
    assert_eq!(large.status, 413);
}
