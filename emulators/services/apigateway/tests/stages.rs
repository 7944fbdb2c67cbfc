//! What stages set for their methods and routes, and pools of users before them.

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::rest::{api, method, proxy, resource, world};
use common::{World, arn, door, owner, request, stage, token};
use greenroom_apigateway::DoorKind;
use greenroom_apigateway::config::{
    Authorizer, AuthorizerKind, Doors, HttpApi, HttpAuthorization, HttpIntegration, HttpRoute, MethodSettings, ParameterMapping,
    PayloadFormat, RestAuthorization, Throttle,
};
use greenroom_host::{Advance, Bound};
use serde_json::json;

fn settings(of: Option<&str>, throttle: Option<Throttle>, cache: Option<u64>) -> MethodSettings {
    MethodSettings { of: of.map(str::to_owned), throttle, cache: cache.map(Duration::from_secs) }
}

const SLOW: Option<Throttle> = Some(Throttle { rate: 1.0, burst: 1 });

#[tokio::test]
async fn stages_throttle_each_method_by_the_clock() {
    let mut api = api(vec![resource("/a", vec![method("ANY", proxy())]), resource("/b", vec![method("GET", proxy())])]);
    api.stages[0].settings = vec![settings(None, SLOW, None), settings(Some("GET /b"), Some(Throttle { rate: 1.0, burst: 2 }), None)];
    let (world, door) = world(api);
    let get = async |path: &str| world.get(&door, path).await.status;
    assert_eq!([get("/prod/a").await, get("/prod/a").await], [200, 429]);
    assert_eq!([get("/prod/b").await, get("/prod/b").await, get("/prod/b").await], [200, 200, 429]);
    let many = world.get(&door, "/prod/a").await;
    assert_eq!((many.text(), many.header("x-amzn-errortype")), (r#"{"message":"Too Many Requests"}"#, Some("TooManyRequestsException")));
    world.host.clock.advance(Advance::By(Duration::from_secs(1)), Bound::default()).await.unwrap();
    assert_eq!(get("/prod/a").await, 200);
}

#[tokio::test]
async fn stages_of_http_apis_throttle_each_route() {
    let mut stage = stage("$default");
    stage.settings = vec![settings(Some("GET /a"), SLOW, None)];
    let route = |key: &str| HttpRoute {
        key: key.into(),
        integration: HttpIntegration::Function { arn: arn("f"), format: PayloadFormat::V2, timeout: None },
        authorization: HttpAuthorization::None,
        mapping: ParameterMapping::default(),
    };
    let api = HttpApi {
        id: "abc123".into(),
        name: "shop".into(),
        owner: owner(),
        routes: vec![route("GET /a"), route("GET /b")],
        stages: vec![stage],
        authorizers: vec![],
        cors: None,
    };
    let world = World::new(Doors { http_apis: vec![Arc::new(api)], ..Doors::default() });
    let door = door(DoorKind::HttpApi, "abc123");
    let get = async |path: &str| world.get(&door, path).await;
    assert_eq!([get("/a").await.status, get("/b").await.status, get("/b").await.status], [200; 3]);
    let many = get("/a").await;
    assert_eq!((many.status, many.text()), (429, r#"{"message":"Too Many Requests"}"#));
}

#[tokio::test]
async fn stages_keep_answers_by_the_parameters_that_are_keys() {
    let mut get = method("ANY", proxy());
    get.cache_keys = vec!["method.request.querystring.q".into()];
    let mut api = api(vec![resource("/{id}", vec![get])]);
    api.stages[0].settings = vec![settings(None, None, Some(60))];
    let (world, door) = world(api);
    for number in 1..10 {
        world.functions.returns(json!({ "body": number.to_string() }));
    }
    let text = async |method: &str, path: &str| {
        let answer = world.send(&door, request(method, path, &[], "")).await;
        answer.text().to_owned()
    };
    assert_eq!([text("GET", "/prod/a?q=1&r=1").await, text("GET", "/prod/b?q=1&r=2").await], ["1", "1"]);
    assert_eq!([text("GET", "/prod/a?q=2").await, text("POST", "/prod/a?q=1").await, text("POST", "/prod/a?q=1").await], ["2", "3", "4"]);
    // Whoever has not signed cannot have a fresh one.
    let control = ("cache-control", "max-age=0");
    let kept = world.send(&door, request("GET", "/prod/a?q=1", &[control], "")).await;
    assert!(kept.text() == "1" && kept.header("warning").unwrap().starts_with("199 "), "{kept:?}");
    let signed = "AWS4-HMAC-SHA256 Credential=test/20200421/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=0";
    let fresh = world.send(&door, request("GET", "/prod/a?q=1", &[control, ("authorization", signed)], "")).await;
    assert_eq!([fresh.text(), &text("GET", "/prod/a?q=1").await], ["5", "5"]);
    world.host.clock.advance(Advance::By(Duration::from_secs(60)), Bound::default()).await.unwrap();
    assert_eq!(text("GET", "/prod/a?q=1").await, "6");
    world.gateway.configure((*world.gateway.doors()).clone());
    assert_eq!(text("GET", "/prod/a?q=1").await, "7");
}

#[tokio::test]
async fn tokens_of_pools_are_checked_by_the_pools_keys() {
    const POOL: &str = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_pool";
    let mut open = method("GET", proxy());
    open.authorization = RestAuthorization::Authorizer { id: "pool".into(), scopes: vec![] };
    let mut scoped = method("GET", proxy());
    scoped.authorization = RestAuthorization::Authorizer { id: "pool".into(), scopes: vec!["read".into(), "write".into()] };
    let mut api = api(vec![resource("/open", vec![open]), resource("/scoped", vec![scoped])]);
    let issuers = vec!["https://cognito-idp.us-east-1.amazonaws.com/other".into(), POOL.into()];
    let kind = AuthorizerKind::Pools { identity_source: "method.request.header.Authorization".into(), issuers, validation: None };
    api.authorizers = vec![Authorizer { id: "pool".into(), name: "pool".into(), kind, ttl: Duration::ZERO }];
    let (world, door) = world(api);
    let exp = 1_587_481_701 + 60;
    let id =
        json!({ "iss": POOL, "sub": "ann", "aud": "app", "token_use": "id", "exp": exp, "auth_time": 5, "cognito:groups": ["a", "b"] });
    let access = json!({ "iss": POOL, "sub": "ann", "client_id": "app", "token_use": "access", "exp": exp, "scope": "read x" });
    let ask = async |path: &str, token: &str| world.send(&door, request("GET", path, &[("authorization", token)], "")).await;
    assert_eq!(ask("/prod/open", &format!("Bearer {}", token(&id))).await.status, 200);
    let claims = &world.functions.last().event["requestContext"]["authorizer"]["claims"];
    assert_eq!((&claims["sub"], &claims["cognito:groups"], &claims["auth_time"]), (&json!("ann"), &json!("a,b"), &json!("5")));
    assert_eq!(claims["exp"], "Tue Apr 21 15:09:21 UTC 2020");
    assert_eq!(ask("/prod/scoped", &token(&access)).await.status, 200);
    for (path, wrong) in [("/prod/open", &access), ("/prod/scoped", &id)] {
        let answer = ask(path, &token(wrong)).await;
        assert_eq!((answer.status, answer.text()), (401, r#"{"message":"Unauthorized"}"#));
    }
    let mut other = id.clone();
    other["iss"] = "https://elsewhere.example".into();
    assert_eq!(ask("/prod/open", &token(&other)).await.status, 401);
    assert!(world.cause().contains("none of the pools"), "{}", world.cause());
    assert_eq!([ask("/prod/open", "x.y.z").await.status, world.get(&door, "/prod/open").await.status], [401; 2]);
    other["iss"] = "https://cognito-idp.us-east-1.amazonaws.com/other".into();
    assert_eq!(ask("/prod/open", &token(&other)).await.status, 500);
    assert!(world.cause().contains("the keys of the pool cannot be had"), "{}", world.cause());
    world.host.clock.advance(Advance::By(Duration::from_secs(60)), Bound::default()).await.unwrap();
    assert_eq!(ask("/prod/open", &token(&id)).await.text(), r#"{"message":"The incoming token has expired"}"#);
}
