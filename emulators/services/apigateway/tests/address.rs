//! Which door an address of the shared endpoint means.

mod common;

use std::sync::Arc;

use common::{World, arn, owner, stage};
use greenroom_apigateway::DoorKind;
use greenroom_apigateway::config::{ApiKeySource, Doors, FunctionUrl, LoadBalancer, RestApi};
use http::uri::PathAndQuery;

#[test]
fn doors_are_found_by_host_and_by_path() {
    let rest = RestApi {
        id: "abc123".into(),
        name: "shop".into(),
        owner: owner(),
        resources: vec![],
        stages: vec![stage("dev")],
        authorizers: vec![],
        binary_media_types: vec![],
        gateway_responses: vec![],
        models: vec![],
        validators: vec![],
        api_key_source: ApiKeySource::Header,
    };
    let url = FunctionUrl { id: "url1".into(), arn: arn("f"), owner: owner(), iam: false, cors: None, stream: false };
    let world = World::new(Doors {
        rest_apis: vec![Arc::new(rest)],
        function_urls: vec![Arc::new(url)],
        load_balancers: vec![Arc::new(LoadBalancer { name: "front".into(), rules: vec![] })],
        ..Doors::default()
    });
    let at = |host: &str, target: &'static str| {
        let found = world.gateway.door_at(host, &PathAndQuery::from_static(target));
        found.map(|(door, rest)| (door.kind, door.id, rest.to_string()))
    };
    let rest = |path: &str| Some((DoorKind::RestApi, "abc123".to_owned(), path.to_owned()));
    assert_eq!(at("ABC123.execute-api.localhost:4566", "/dev/a?b=1"), rest("/dev/a?b=1"));
    assert_eq!(at("abc123.execute-api.us-east-1.localhost.localstack.cloud", "/dev"), rest("/dev"));
    assert_eq!(at("localhost:4566", "/_aws/execute-api/abc123/dev/a?b=1"), rest("/dev/a?b=1"));
    assert_eq!(at("localhost:4566", "/_aws/execute-api/abc123"), rest("/"));
    assert_eq!(at("localhost:4566", "/restapis/abc123/dev/_user_request_/a/b"), rest("/dev/a/b"));
    assert_eq!(at("url1.lambda-url.us-east-1.localhost", "/"), Some((DoorKind::FunctionUrl, "url1".into(), "/".into())));
    assert_eq!(at("made1.lambda-url.us-east-1.localhost", "/"), Some((DoorKind::FunctionUrl, "made1".into(), "/".into())));
    assert_eq!(at("front.elb.localhost", "/"), Some((DoorKind::LoadBalancer, "front".into(), "/".into())));
    assert_eq!((at("other.execute-api.localhost", "/"), at("localhost:4566", "/2015-03-31/functions")), (None, None));
}
