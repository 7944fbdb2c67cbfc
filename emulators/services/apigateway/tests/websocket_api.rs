//! WebSocket APIs, spoken to by a real client over a connection in memory.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod common;
#[path = "common/socket.rs"]
mod socket;

use std::sync::Arc;
use std::time::Duration;

use common::{Act, Call, World, arn, door, owner, request, stage};
use futures::{SinkExt, StreamExt};
use greenroom_apigateway::config::{Authorizer, AuthorizerKind, Doors, WebSocketApi, WebSocketIntegration, WebSocketRoute};
use greenroom_apigateway::{Door, DoorKind};
use greenroom_host::{Advance, Bound};
use serde_json::{Value, json};
use socket::{Client, connect};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

fn route(key: &str, answers: bool) -> WebSocketRoute {
    let name = key.trim_start_matches('$').to_owned();
    WebSocketRoute {
        key: key.into(),
        integration: WebSocketIntegration::Function { arn: arn(&name), timeout: None },
        answers,
        authorizer: None,
    }
}

fn api(routes: Vec<WebSocketRoute>) -> WebSocketApi {
    WebSocketApi {
        id: "ws1".into(),
        name: "chat".into(),
        owner: owner(),
        selection: "$request.body.action".into(),
        routes,
        stages: vec![stage("dev")],
        authorizers: vec![],
    }
}

fn world(api: WebSocketApi) -> (World, Door) {
    (World::new(Doors { websocket_apis: vec![Arc::new(api)], ..Doors::default() }), door(DoorKind::WebSocketApi, "ws1"))
}

async fn next(client: &mut Client) -> String {
    client.next().await.unwrap().unwrap().into_text().unwrap().to_string()
}

async fn end(client: &mut Client) -> CloseFrame {
    loop {
        if let Message::Close(frame) = client.next().await.unwrap().unwrap() {
            return frame.unwrap();
        }
    }
}

/// The calls, once there are so many.
async fn calls(world: &World, count: usize) -> Vec<Call> {
    while world.functions.count() < count {
        tokio::task::yield_now().await;
    }
    world.functions.calls.lock().unwrap().clone()
}

#[tokio::test]
async fn a_connection_has_its_events_from_beginning_to_end() {
    let (world, door) = world(api(["$connect", "$disconnect", "$default", "send"].map(|key| route(key, key == "send")).to_vec()));
    let mut client = connect(&world, &door, "/dev?token=a&token=b", &[]).await.unwrap();
    world.functions.returns(json!({ "statusCode": 200, "body": "pong" }));
    client.send(Message::text(r#"{"action":"send","n":1}"#)).await.unwrap();
    assert_eq!(next(&mut client).await, "pong");
    client.send(Message::text("no json")).await.unwrap();
    calls(&world, 3).await;
    client.close(Some(CloseFrame { code: CloseCode::Normal, reason: "bye".into() })).await.unwrap();
    assert_eq!(end(&mut client).await.code, CloseCode::Normal);
    let calls = calls(&world, 4).await;
    assert_eq!(
        calls.iter().map(|call| call.arn.rsplit(':').next().unwrap()).collect::<Vec<_>>(),
        ["connect", "send", "default", "disconnect"]
    );
    let id = calls[0].event["requestContext"]["connectionId"].clone();
    let event = &calls[0].event;
    assert_eq!(
        (&event["queryStringParameters"], &event["multiValueQueryStringParameters"]),
        (&json!({ "token": "b" }), &json!({ "token": ["a", "b"] }))
    );
    let context = |call: usize, kind: &str, route: &str, more: Value| {
        let context = &calls[call].event["requestContext"];
        let mut wanted = json!({
            "routeKey": route, "eventType": kind, "extendedRequestId": context["extendedRequestId"], "requestTime": "21/Apr/2020:15:08:21 +0000",
            "messageDirection": "IN", "stage": "dev", "connectedAt": common::NOW.0, "requestTimeEpoch": common::NOW.0,
            "identity": { "sourceIp": "192.0.2.7", "userAgent": "test" }, "requestId": context["requestId"], "domainName": "localhost:3001",
            "connectionId": id, "apiId": "ws1",
        });
        wanted.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert_eq!(*context, wanted);
    };
    context(0, "CONNECT", "$connect", json!({}));
    context(1, "MESSAGE", "send", json!({ "messageId": calls[1].event["requestContext"]["messageId"] }));
    context(2, "MESSAGE", "$default", json!({ "messageId": calls[2].event["requestContext"]["messageId"] }));
    context(3, "DISCONNECT", "$disconnect", json!({ "disconnectStatusCode": 1000, "disconnectReason": "bye" }));
    assert_eq!((&calls[1].event["body"], &calls[1].event["isBase64Encoded"]), (&json!(r#"{"action":"send","n":1}"#), &json!(false)));
    assert_eq!(calls[3].event["headers"], json!({ "Host": "localhost:3001", "x-api-key": "", "X-Forwarded-For": "", "x-restapi": "" }));
    assert!(calls.iter().all(|call| call.caused));
}

#[tokio::test]
async fn the_function_of_connect_may_say_no_and_so_may_the_authorizer() {
    let mut guarded = api(vec![route("$connect", false)]);
    guarded.routes[0].authorizer = Some("auth".into());
    let kind = AuthorizerKind::Request { arn: arn("auth"), identity_sources: vec!["route.request.querystring.token".into()] };
    guarded.authorizers.push(Authorizer { id: "auth".into(), name: "auth".into(), kind, ttl: Duration::ZERO });
    let (world, door) = world(guarded);
    let allow = |effect: &str| {
        let statement = json!({ "Action": "execute-api:Invoke", "Effect": effect, "Resource": "*/$connect" });
        json!({ "principalId": "ann", "policyDocument": { "Statement": [statement] }, "context": { "k": 1 } })
    };
    assert_eq!(connect(&world, &door, "/dev", &[]).await.unwrap_err(), 401);
    world.functions.returns(allow("Deny"));
    assert_eq!(connect(&world, &door, "/dev?token=x", &[]).await.unwrap_err(), 403);
    assert_eq!(world.functions.last().event["methodArn"], "arn:aws:execute-api:us-east-1:123456789012:ws1/dev/$connect");
    world.functions.returns(allow("Allow"));
    world.functions.returns(json!({ "statusCode": 429 }));
    assert_eq!(connect(&world, &door, "/dev?token=x", &[]).await.unwrap_err(), 429);
    let shown = &world.functions.last().event["requestContext"]["authorizer"];
    assert_eq!(*shown, json!({ "k": "1", "principalId": "ann", "integrationLatency": 0 }));
    world.functions.returns(allow("Allow"));
    world.functions.will(Act::Fail(json!({ "errorMessage": "boom" })));
    assert_eq!(connect(&world, &door, "/dev?token=x", &[]).await.unwrap_err(), 502);
    assert_eq!(connect(&world, &door, "/prod", &[]).await.unwrap_err(), 403);
    assert_eq!(world.get(&door, "/dev").await.status, 426);
}

#[tokio::test]
async fn messages_that_come_to_nothing_are_answered_so() {
    let (world, door) = world(api(vec![route("send", false)]));
    let mut client = connect(&world, &door, "/dev", &[]).await.unwrap();
    client.send(Message::text("{}")).await.unwrap();
    let told: Value = serde_json::from_str(&next(&mut client).await).unwrap();
    assert_eq!((&told["message"], told["connectionId"].is_string(), told["requestId"].is_string()), (&json!("Forbidden"), true, true));
    world.functions.will(Act::Fail(json!({ "errorMessage": "boom" })));
    client.send(Message::text(r#"{"action":"send"}"#)).await.unwrap();
    let told: Value = serde_json::from_str(&next(&mut client).await).unwrap();
    assert_eq!(told["message"], "Internal server error");
}

#[tokio::test]
async fn connections_are_managed_from_outside() {
    let (world, door) = world(api(vec![route("$connect", false), route("$disconnect", false)]));
    let mut client = connect(&world, &door, "/dev", &[]).await.unwrap();
    let id = world.functions.last().event["requestContext"]["connectionId"].as_str().unwrap().replace('=', "%3D");
    let path = format!("/dev/@connections/{id}");
    assert_eq!(world.send(&door, request("POST", &path, &[], "hello")).await.status, 200);
    assert_eq!(next(&mut client).await, "hello");
    let told = world.get(&door, &path).await.json();
    let now = "2020-04-21T15:08:21.067Z";
    assert_eq!(told, json!({ "connectedAt": now, "identity": { "sourceIp": "192.0.2.7", "userAgent": "test" }, "lastActiveAt": now }));
    let large = world.send(&door, request("POST", &path, &[], vec![b'a'; 128 * 1024 + 1])).await;
    assert_eq!((large.status, large.header("x-amzn-errortype")), (413, Some("PayloadTooLargeException")));
    assert_eq!(world.send(&door, request("DELETE", &path, &[], "")).await.status, 204);
    assert_eq!(end(&mut client).await.code, CloseCode::Normal);
    drop(client);
    assert_eq!(calls(&world, 2).await[1].event["requestContext"]["disconnectStatusCode"], 1000);
    let gone = world.send(&door, request("POST", &path, &[], "hello")).await;
    assert_eq!((gone.status, gone.header("x-amzn-errortype")), (410, Some("GoneException")));
}

#[tokio::test]
async fn what_is_too_large_or_no_text_ends_the_connection() {
    let (world, door) = world(api(vec![route("$disconnect", false)]));
    for (message, code) in [
        (Message::text("a".repeat(128 * 1024 + 1)), CloseCode::Size),
        (Message::text("a".repeat(32 * 1024 + 1)), CloseCode::Size),
        (Message::binary(vec![1]), CloseCode::Unsupported),
    ] {
        let mut client = connect(&world, &door, "/dev", &[]).await.unwrap();
        client.send(message).await.unwrap();
        assert_eq!(end(&mut client).await.code, code);
    }
}

#[tokio::test]
async fn silence_and_age_end_a_connection_by_the_clock() {
    let (world, door) = world(api(vec![route("$disconnect", false), route("$default", false)]));
    let mut client = connect(&world, &door, "/dev", &[]).await.unwrap();
    while world.host.clock.pending().await.is_empty() {
        tokio::task::yield_now().await;
    }
    let advance = |minutes: u64| world.host.clock.advance(Advance::By(Duration::from_secs(minutes * 60)), Bound::default());
    let (_, frame) = tokio::join!(async { advance(10).await.unwrap() }, end(&mut client));
    assert_eq!((frame.code, &*frame.reason), (CloseCode::Away, "Going away"));
    drop(client);
    assert_eq!(calls(&world, 1).await[0].event["requestContext"]["disconnectStatusCode"], 1001);
}

#[tokio::test]
async fn a_client_that_vanishes_is_told_of_too() {
    let (world, door) = world(api(vec![route("$disconnect", false)]));
    drop(connect(&world, &door, "/dev", &[]).await.unwrap());
    let context = calls(&world, 1).await[0].event["requestContext"].clone();
    assert_eq!((&context["disconnectStatusCode"], &context["disconnectReason"]), (&json!(1006), &Value::Null));
}
