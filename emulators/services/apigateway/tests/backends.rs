//! What stands behind APIs beside functions that answer whole: servers outside, and functions that stream.

mod common;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use common::rest::{api, method, pairs, resource, world};
use common::{Act, World, arn, door, owner, request, stage};
use greenroom_apigateway::config::{
    Doors, HttpApi, HttpAuthorization, HttpIntegration, HttpRoute, IntegrationResponse, Mapping, ParameterMapping, PayloadFormat,
    RestBackend, RestIntegration,
};
use greenroom_apigateway::{Door, DoorKind};
use greenroom_host::{Advance, Bound};
use http_body_util::BodyExt;
use serde_json::{Value, json};

const SERVER: &str = "https://server.example";

fn backend(url: &str, proxy: bool, mapping: Mapping) -> RestIntegration {
    let url = format!("{SERVER}{url}");
    RestIntegration::Http(Box::new(RestBackend { url, verb: "ANY".into(), proxy, stream: false, timeout: None, mapping }))
}

fn told<'a>(asked: &'a Value, name: &str) -> Option<&'a str> {
    let headers = asked["headers"].as_array()?;
    headers.iter().find(|pair| pair[0].as_str().is_some_and(|known| known.eq_ignore_ascii_case(name)))?[1].as_str()
}

#[tokio::test]
async fn a_rest_api_hands_whole_requests_on_to_servers() {
    let parameters = pairs(&[
        ("integration.request.path.rest", "method.request.path.proxy"),
        ("integration.request.header.x-new", "'set'"),
        ("integration.request.querystring.q", "stageVariables.alias"),
    ]);
    let mapping = Mapping { request_parameters: parameters, ..Mapping::default() };
    let (world, door) = world(api(vec![resource("/{proxy+}", vec![method("ANY", backend("/base/{rest}?z=1", true, mapping))])]));
    let answer = world.send(&door, request("PUT", "/prod/a/b?p=1%202&q=no", &[("x-own", "1"), ("host", "door")], "body")).await;
    let asked = answer.json();
    assert_eq!((answer.status, &asked["method"], &asked["body"]), (200, &json!("PUT"), &json!("body")));
    assert_eq!((&asked["path"], &asked["app"]), (&json!("/base/a/b?z=1&p=1%202&q=live"), &json!("abc123")));
    assert_eq!((told(&asked, "x-own"), told(&asked, "x-new"), told(&asked, "host")), (Some("1"), Some("set"), None));
    assert_eq!((answer.header("x-amzn-remapped-server"), answer.header("server")), (Some("own"), None));
    assert_eq!(world.get(&door, "/prod/x/404").await.status, 404);
}

#[tokio::test]
async fn a_rest_api_puts_templates_between_servers_and_clients() {
    let response = |status, pattern: Option<&str>, template: &str| IntegrationResponse {
        status,
        selection_pattern: pattern.map(str::to_owned),
        templates: pairs(&[("application/json", template)]),
        ..IntegrationResponse::default()
    };
    let mapping = Mapping {
        request_templates: pairs(&[("application/json", r#"{"name":"$input.params('name')"}"#)]),
        responses: vec![response(200, None, "$input.path('$.body')"), response(418, Some("4\\d\\d"), "no")],
        ..Mapping::default()
    };
    let resources = ["/200", "/404"].map(|path| resource(path, vec![method("POST", backend(path, false, mapping.clone()))]));
    let (world, door) = world(api(resources.into()));
    let good = world.send(&door, request("POST", "/prod/200?name=ann", &[("x-own", "1")], "{}")).await;
    assert_eq!((good.status, good.text()), (200, r#"{"name":"ann"}"#));
    let bad = world.send(&door, request("POST", "/prod/404", &[], "{}")).await;
    assert_eq!((bad.status, bad.text()), (418, "no"));
}

#[tokio::test]
async fn servers_that_do_not_answer() {
    let gone = RestIntegration::Http(Box::new(RestBackend {
        url: "https://nowhere.example".into(),
        verb: "GET".into(),
        proxy: true,
        stream: false,
        timeout: None,
        mapping: Mapping::default(),
    }));
    let silent = backend("/silent", true, Mapping::default());
    let resources = vec![resource("/gone", vec![method("GET", gone)]), resource("/silent", vec![method("GET", silent)])];
    let (world, door) = world(api(resources));
    let answer = world.get(&door, "/prod/gone").await;
    assert_eq!((answer.status, answer.text()), (504, r#"{"message":"Network error communicating with endpoint"}"#));
    assert!(world.cause().contains("nothing at https://nowhere.example"), "{}", world.cause());
    let advance = async { world.host.clock.advance(Advance::By(Duration::from_secs(29)), Bound::default()).await };
    let (answer, _) = tokio::join!(world.get(&door, "/prod/silent"), advance);
    assert_eq!((answer.status, answer.text()), (504, r#"{"message":"Endpoint request timed out"}"#));
}

fn streaming() -> (World, Door) {
    let integration = RestIntegration::FunctionProxy { arn: arn("f"), timeout: None, stream: true };
    world(api(vec![resource("/s", vec![method("GET", integration)])]))
}

#[tokio::test]
async fn a_rest_api_streams_what_a_function_writes() {
    let (world, door) = streaming();
    let piece = |text: &'static [u8]| Ok(Bytes::from_static(text));
    let head = br#"{"statusCode":201,"headers":{"content-type":"text/event-stream"},"cookies":["a=1","b=2"]}"#;
    world.functions.will(Act::Bytes(vec![], vec![piece(head), piece(&[0; 8]), piece(b"one "), piece(b"two")]));
    let answer = world.get(&door, "/prod/s").await;
    assert_eq!((answer.status, answer.header("content-type"), answer.text()), (201, Some("text/event-stream"), "one two"));
    assert_eq!(answer.all("set-cookie"), ["a=1", "b=2"]);
    assert!(world.functions.last().how.stream);
    world.functions.will(Act::Bytes(vec![], vec![piece(b"no head")]));
    let answer = world.get(&door, "/prod/s").await;
    assert_eq!((answer.status, answer.text()), (502, r#"{"message":"Internal server error"}"#));
    assert_eq!(world.cause(), "the streamed response ended within its head");
}

#[tokio::test]
async fn a_streamed_answer_may_be_silent_for_five_minutes() {
    let (world, door) = streaming();
    world.functions.will(Act::Silent(vec![Ok(Bytes::from_static(b"{}\0\0\0\0\0\0\0\0one"))]));
    let peer = "192.0.2.7:5555".parse().unwrap();
    let mut answer = world.gateway.handle(&door, request("GET", "/prod/s", &[], ""), peer).await;
    assert_eq!(answer.body_mut().frame().await.unwrap().unwrap().into_data().unwrap(), "one");
    let advance = async { world.host.clock.advance(Advance::By(Duration::from_secs(300)), Bound::default()).await };
    let (frame, _) = tokio::join!(answer.body_mut().frame(), advance);
    assert!(frame.unwrap().is_err());
}

fn http(integration: HttpIntegration, mapping: ParameterMapping) -> (World, Door) {
    let route = HttpRoute { key: "ANY /pets/{rest+}".into(), integration, authorization: HttpAuthorization::None, mapping };
    let api = HttpApi {
        id: "abc123".into(),
        name: "shop".into(),
        owner: owner(),
        routes: vec![route],
        stages: vec![stage("$default")],
        authorizers: vec![],
        cors: None,
    };
    (World::new(Doors { http_apis: vec![Arc::new(api)], ..Doors::default() }), door(DoorKind::HttpApi, "abc123"))
}

fn changes() -> ParameterMapping {
    let request = pairs(&[
        ("overwrite:header.x-a", "$request.header.x-b"),
        ("append:header.x-c", "${request.path.rest}-${context.stage}"),
        ("remove:header.x-d", "''"),
        ("overwrite:querystring.q", "$request.body.name"),
        ("overwrite:path", "/other/$request.path"),
    ]);
    let response = vec![(404, pairs(&[("overwrite:statuscode", "410"), ("append:header.x-kind", "$response.header.content-type")]))];
    ParameterMapping { request, response }
}

#[tokio::test]
async fn an_http_api_hands_requests_on_as_they_are_mapped() {
    let integration = |path: &str| HttpIntegration::Http { url: format!("{SERVER}{path}"), verb: "ANY".into(), timeout: None };
    let (world, door) = http(integration("/in/{rest}"), ParameterMapping::default());
    let answer = world.send(&door, request("POST", "/pets/a/b?x=1", &[("x-own", "1")], "hi")).await;
    let asked = answer.json();
    assert_eq!((&asked["path"], &asked["method"], &asked["body"]), (&json!("/in/a/b?x=1"), &json!("POST"), &json!("hi")));
    assert_eq!((told(&asked, "x-own"), told(&asked, "host")), (Some("1"), None));
    assert!(told(&asked, "forwarded").unwrap().contains("for=192.0.2.7;"), "{asked}");
    let (world, door) = http(integration("/in"), changes());
    let headers = [("x-b", "b"), ("x-d", "d"), ("content-type", "application/json")];
    let asked = world.send(&door, request("POST", "/pets/1?q=0", &headers, r#"{"name":"n m"}"#)).await.json();
    assert_eq!(asked["path"], "/other/$request.path?q=n%20m");
    assert_eq!((told(&asked, "x-a"), told(&asked, "x-c"), told(&asked, "x-d")), (Some("b"), Some("1-$default"), None));
    let (world, door) = http(integration("/404"), ParameterMapping { request: vec![], ..changes() });
    let answer = world.get(&door, "/pets/1").await;
    assert_eq!((answer.status, answer.header("x-kind")), (410, Some("application/json")));
}

#[tokio::test]
async fn functions_of_an_http_api_see_requests_as_they_are_mapped() {
    let integration = HttpIntegration::Function { arn: arn("f"), format: PayloadFormat::V2, timeout: None };
    let (world, door) = http(integration, changes());
    world.functions.returns(json!({ "statusCode": 404, "headers": { "content-type": "text/x" } }));
    let answer = world.send(&door, request("GET", "/pets/1", &[("x-b", "b")], "")).await;
    assert_eq!((answer.status, answer.header("x-kind")), (410, Some("text/x")));
    assert_eq!(world.functions.last().event["headers"]["x-a"], "b");
}
