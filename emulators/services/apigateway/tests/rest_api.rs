//! REST APIs, from the request to the answer.

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::rest::{api, method, pairs, proxy, resource, world};
use common::{Act, World, arn, door, request};
use greenroom_apigateway::config::{
    ApiKey, Authorizer, AuthorizerKind, Doors, GatewayResponse, IntegrationResponse, Mapping, Model, Passthrough, Period, Quota,
    RequestValidator, RestAuthorization, RestIntegration, Throttle, UsagePlan,
};
use greenroom_apigateway::{Door, DoorKind, HeaderNames};
use serde_json::{Value, json};

#[tokio::test]
async fn a_request_becomes_a_proxy_event_and_what_is_returned_the_answer() {
    let (world, door) = world(api(vec![resource("/{proxy+}", vec![method("ANY", proxy())])]));
    world.functions.returns(json!({
        "statusCode": "201",
        "headers": { "test-multi": "value-solo", "x-bool": true, "Date": "yesterday", "WWW-Authenticate": "Basic" },
        "multiValueHeaders": { "tesT-Multi": ["value-multi"] },
        "body": "aGk=",
        "isBase64Encoded": true,
    }));
    let mut sent = request("POST", "/prod/a%20b//c/?x=1&x=2", &[("x-test", "1"), ("x-test", "2"), ("user-agent", "test")], "h\u{fc}");
    sent.extensions_mut().insert(HeaderNames(["Host", "tEsT", "x-TEST", "X-Test"].map(str::to_owned).to_vec()));
    let answer = world.send(&door, sent).await;
    assert_eq!((answer.status, answer.text(), answer.header("content-type")), (201, "aGk=", Some("application/json")));
    assert_eq!((answer.all("test-multi"), answer.header("x-bool")), (vec!["value-multi", "value-solo"], Some("true")));
    assert_eq!((answer.header("x-amzn-remapped-date"), answer.header("date")), (Some("yesterday"), None));
    assert_eq!(answer.header("x-amzn-remapped-www-authenticate"), Some("Basic"));
    let call = world.functions.last();
    let trace = call.event["headers"]["X-Amzn-Trace-Id"].as_str().unwrap().to_owned();
    assert_eq!(answer.header("x-amzn-trace-id"), Some(trace.as_str()));
    let host = "abc123.execute-api.localhost:4566";
    assert_eq!(
        call.event,
        json!({
            "resource": "/{proxy+}",
            "path": "/a%20b//c/",
            "httpMethod": "POST",
            "headers": {
                "Host": host, "x-TEST": "2", "User-Agent": "test", "X-Forwarded-For": "192.0.2.7", "X-Forwarded-Port": "4566",
                "X-Forwarded-Proto": "http", "X-Amzn-Trace-Id": trace,
            },
            "multiValueHeaders": {
                "Host": [host], "x-TEST": ["1", "2"], "User-Agent": ["test"], "X-Forwarded-For": ["192.0.2.7"], "X-Forwarded-Port": ["4566"],
                "X-Forwarded-Proto": ["http"], "X-Amzn-Trace-Id": [trace],
            },
            "queryStringParameters": { "x": "2" },
            "multiValueQueryStringParameters": { "x": ["1", "2"] },
            "pathParameters": { "proxy": "a%20b//c" },
            "stageVariables": { "alias": "live" },
            "requestContext": {
                "accountId": "123456789012", "apiId": "abc123", "deploymentId": "dep1", "domainName": host, "domainPrefix": "abc123",
                "extendedRequestId": answer.header("x-amz-apigw-id").unwrap(), "httpMethod": "POST",
                "identity": {
                    "accessKey": null, "accountId": null, "caller": null, "cognitoAuthenticationProvider": null,
                    "cognitoAuthenticationType": null, "cognitoIdentityId": null, "cognitoIdentityPoolId": null, "principalOrgId": null,
                    "sourceIp": "192.0.2.7", "user": null, "userAgent": "test", "userArn": null,
                },
                "path": "/prod/a%20b//c/", "protocol": "HTTP/1.1", "requestId": answer.header("x-amzn-requestid").unwrap(),
                "requestTime": "21/Apr/2020:15:08:21 +0000", "requestTimeEpoch": 1_587_481_701_067_u64, "resourceId": "id9",
                "resourcePath": "/{proxy+}", "stage": "prod",
            },
            "body": "h\u{fc}",
            "isBase64Encoded": false,
        })
    );
}

#[tokio::test]
async fn bodies_are_bytes_by_their_media_types() {
    let (world, door) = world(api(vec![resource("/i", vec![method("ANY", proxy())])]));
    world.functions.returns(json!({ "headers": { "content-type": "image/png" }, "body": "/w==", "isBase64Encoded": true }));
    let answer =
        world.send(&door, request("POST", "/prod/i", &[("content-type", "image/gif"), ("accept", "image/png")], &b"\xfe"[..])).await;
    assert_eq!((answer.status, &answer.body[..]), (200, &b"\xff"[..]));
    let event = world.functions.last().event;
    assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("/g=="), &json!(true)));
    world.send(&door, request("POST", "/prod/i", &[("content-type", "x/y")], &b"\xfe"[..])).await;
    let event = world.functions.last().event;
    assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("\u{fffd}"), &json!(false)));
}

#[tokio::test]
async fn what_is_not_there_and_what_is_not_right_has_the_vendors_words() {
    let missing = RestIntegration::FunctionProxy { arn: arn("missing"), timeout: None, stream: false };
    let http = RestIntegration::Unsupported("HTTP_PROXY".into());
    let (world, door) = world(api(vec![
        resource("/a", vec![method("GET", proxy()), method("PUT", missing), method("PATCH", http)]),
        resource("/{p+}", vec![method("OPTIONS", proxy())]),
    ]));
    for (verb, path, status, kind, body) in [
        ("GET", "/prod/b", 403, "MissingAuthenticationTokenException", "Missing Authentication Token"),
        ("POST", "/prod/a", 403, "MissingAuthenticationTokenException", "Missing Authentication Token"),
        ("GET", "/dev/a", 403, "ForbiddenException", "Forbidden"),
        ("PUT", "/prod/a", 500, "InternalServerErrorException", "Internal server error"),
        ("PATCH", "/prod/a", 500, "InternalServerErrorException", "Internal server error"),
    ] {
        let answer = world.send(&door, request(verb, path, &[], "")).await;
        assert_eq!((answer.status, answer.header("x-amzn-errortype")), (status, Some(kind)), "{verb} {path}");
        assert_eq!(answer.json(), json!({ "message": body }));
    }
    assert!(world.cause().contains("integrations of type `HTTP_PROXY` are not emulated"));
    assert_eq!(world.send(&door, request("OPTIONS", "/prod/a", &[], "")).await.status, 200);
    for (act, cause) in [
        (Act::Return(json!("text")), "returned no object"),
        (Act::Return(json!({ "statusCode": 200, "wrong": 1 })), "`wrong`, which is no field"),
        (Act::Return(json!({ "statusCode": "abc" })), "`statusCode` is no status"),
        (Act::Return(json!({ "multiValueHeaders": { "a": "b" } })), "`a` is no list"),
        (Act::Fail(json!({ "errorMessage": "boom" })), "boom"),
    ] {
        world.functions.will(act);
        let answer = world.get(&door, "/prod/a").await;
        assert_eq!((answer.status, answer.text()), (502, r#"{"message":"Internal server error"}"#));
        assert!(world.cause().contains(cause), "{}", world.cause());
    }
}

#[tokio::test]
async fn answers_of_the_api_itself_are_as_they_are_configured() {
    let mut api = api(vec![resource("/a", vec![method("GET", proxy())])]);
    let templates =
        pairs(&[("application/json", r#"{"m":$context.error.messageString,"t":"$context.error.responseType","s":"$context.stage"}"#)]);
    let parameters =
        pairs(&[("gatewayresponse.header.Access-Control-Allow-Origin", "'*'"), ("gatewayresponse.header.x-a", "context.apiId")]);
    api.gateway_responses.push(GatewayResponse { kind: "DEFAULT_4XX".into(), status: Some(404), parameters, templates });
    let (world, door) = world(api);
    let answer = world.get(&door, "/prod/nothing").await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin"), answer.header("x-a")), (404, Some("*"), Some("abc123")));
    assert_eq!(answer.json(), json!({ "m": "Missing Authentication Token", "t": "MISSING_AUTHENTICATION_TOKEN", "s": "prod" }));
}

fn guarded(kind: AuthorizerKind) -> (World, Door) {
    let mut get = method("GET", proxy());
    get.authorization = RestAuthorization::Authorizer { id: "auth".into(), scopes: vec![] };
    let mut api = api(vec![resource("/a/{id}", vec![get])]);
    api.authorizers.push(Authorizer { id: "auth".into(), name: "auth".into(), kind, ttl: Duration::from_secs(300) });
    world(api)
}

fn policy(effect: &str, resource: &str) -> Value {
    json!({
        "principalId": "ann",
        "policyDocument": { "Version": "2012-10-17", "Statement": [{ "Action": "execute-api:Invoke", "Effect": effect, "Resource": resource }] },
        "context": { "n": 1, "b": true, "s": "x" },
    })
}

#[tokio::test]
async fn a_token_is_shown_to_a_function_whose_policy_is_remembered() {
    let (world, door) = guarded(AuthorizerKind::Token {
        arn: arn("auth-${stageVariables.alias}"),
        identity_source: "method.request.header.Authorization".into(),
        validation: Some("Bearer .*".into()),
    });
    let ask = async |token: &str| world.send(&door, request("GET", "/prod/a/1", &[("authorization", token)], "")).await;
    world.functions.returns(policy("Allow", "*"));
    assert_eq!((ask("Bearer a").await.status, ask("Bearer a").await.status), (200, 200));
    let calls = world.functions.calls.lock().unwrap().clone();
    assert_eq!(calls.iter().map(|call| call.arn.rsplit(':').next().unwrap()).collect::<Vec<_>>(), ["auth-live", "f", "f"]);
    let method = "arn:aws:execute-api:us-east-1:123456789012:abc123/prod/GET/a/1";
    assert_eq!(calls[0].event, json!({ "type": "TOKEN", "methodArn": method, "authorizationToken": "Bearer a" }));
    let shown = &calls[1].event["requestContext"]["authorizer"];
    assert_eq!(*shown, json!({ "n": "1", "b": "true", "s": "x", "principalId": "ann", "integrationLatency": 0 }));
    world.host.clock.freeze(Some(common::NOW + Duration::from_secs(300)));
    let denied = "User is not authorized to access this resource";
    for (act, status, body) in [
        (Act::Return(policy("Deny", "*")), 403, json!({ "Message": format!("{denied} with an explicit deny") })),
        (Act::Return(policy("Allow", "*/POST/*")), 403, json!({ "Message": denied })),
        (Act::Fail(json!({ "errorMessage": "Unauthorized" })), 401, json!({ "message": "Unauthorized" })),
        (Act::Fail(json!({ "errorMessage": "boom" })), 500, json!({ "message": null })),
        (Act::Return(json!({ "principalId": 1 })), 500, json!({ "message": null })),
    ] {
        world.functions.will(act);
        world.gateway.configure((*world.gateway.doors()).clone());
        let answer = ask("Bearer a").await;
        assert_eq!((answer.status, answer.json()), (status, body));
    }
    let calls = world.functions.count();
    assert_eq!((ask("Basic a").await.status, world.get(&door, "/prod/a/1").await.status), (401, 401));
    assert_eq!(world.functions.count(), calls);
}

#[tokio::test]
async fn a_request_is_shown_to_a_function_with_what_identifies_it() {
    let identity_sources = vec!["method.request.header.x-user".into(), "context.identity.sourceIp".into()];
    let (world, door) = guarded(AuthorizerKind::Request { arn: arn("auth"), identity_sources });
    world.functions.returns(policy("Allow", "*"));
    assert_eq!(world.send(&door, request("GET", "/prod/a/1?q=1", &[("x-user", "ann")], "")).await.status, 200);
    let event = &world.functions.calls.lock().unwrap()[0].event.clone();
    assert_eq!(
        (&event["type"], &event["resource"], &event["path"], &event["httpMethod"]),
        (&json!("REQUEST"), &json!("/a/{id}"), &json!("/a/1"), &json!("GET"))
    );
    assert_eq!((&event["pathParameters"], &event["queryStringParameters"]), (&json!({ "id": "1" }), &json!({ "q": "1" })));
    assert_eq!((event.get("body"), &event["requestContext"]["stage"]), (None, &json!("prod")));
    assert_eq!(world.get(&door, "/prod/a/1").await.text(), r#"{"message":"Unauthorized"}"#);
}

#[tokio::test]
async fn keys_are_wanted_and_their_use_is_counted() {
    let mut get = method("GET", proxy());
    get.api_key_required = true;
    let key = |id: &str, enabled| ApiKey { id: id.into(), value: format!("value-{id}"), enabled };
    let plan = UsagePlan {
        id: "plan".into(),
        stages: vec![("abc123".into(), "prod".into())],
        keys: vec!["k1".into(), "k2".into()],
        throttle: Some(Throttle { rate: 1.0, burst: 1 }),
        quota: Some(Quota { limit: 2, offset: 0, period: Period::Day }),
    };
    let doors = Doors {
        rest_apis: vec![Arc::new(api(vec![resource("/a", vec![get])]))],
        api_keys: vec![key("k1", true), key("k2", false), key("k3", true)],
        usage_plans: vec![plan],
        ..Doors::default()
    };
    let (world, door) = (World::new(doors), door(DoorKind::RestApi, "abc123"));
    let ask = async |key: &str| {
        let answer = world.send(&door, request("GET", "/prod/a", &[("x-api-key", key)], "")).await;
        (answer.status, answer.text().to_owned())
    };
    let forbidden = (403, r#"{"message":"Forbidden"}"#.to_owned());
    assert_eq!([ask("none").await, ask("value-k2").await, ask("value-k3").await], [forbidden.clone(), forbidden.clone(), forbidden]);
    assert_eq!(ask("value-k1").await.0, 200);
    let identity = &world.functions.last().event["requestContext"]["identity"];
    assert_eq!((&identity["apiKey"], &identity["apiKeyId"]), (&json!("value-k1"), &json!("k1")));
    assert_eq!(ask("value-k1").await, (429, r#"{"message":"Too Many Requests"}"#.to_owned()));
    world.host.clock.freeze(Some(common::NOW + Duration::from_secs(1)));
    assert_eq!(ask("value-k1").await.0, 200);
    world.host.clock.freeze(Some(common::NOW + Duration::from_secs(2)));
    assert_eq!(ask("value-k1").await, (429, r#"{"message":"Limit Exceeded"}"#.to_owned()));
}

#[tokio::test]
async fn requests_are_held_against_parameters_and_models() {
    let mut post = method("POST", proxy());
    post.validator = Some("v".into());
    post.request_parameters = vec![("method.request.querystring.qs1".into(), true), ("method.request.header.x-header-param".into(), true)];
    post.request_models = pairs(&[("application/json", "Order")]);
    let mut api = api(vec![resource("/a", vec![post])]);
    api.validators.push(RequestValidator { id: "v".into(), body: true, parameters: true });
    let item = json!({ "type": "object", "required": ["n"], "properties": { "n": { "type": "integer" } } });
    let address = "https://apigateway.amazonaws.com/restapis/abc123/models/Item";
    let order = json!({ "$schema": "http://json-schema.org/draft-04/schema#", "type": "object", "required": ["item"], "properties": { "item": { "$ref": address } } });
    api.models = vec![Model { name: "Item".into(), schema: item }, Model { name: "Order".into(), schema: order }];
    let (world, door) = world(api);
    let bare = world.send(&door, request("POST", "/prod/a", &[], "")).await;
    assert_eq!((bare.status, bare.json()), (400, json!({ "message": "Missing required request parameters: [x-header-param, qs1]" })));
    for (body, status) in [(r#"{"item":{"n":1}}"#, 200), (r#"{"item":{"n":"1"}}"#, 400), ("", 400), ("nonsense", 400)] {
        let answer = world.send(&door, request("POST", "/prod/a?qs1=1", &[("x-header-param", "1")], body)).await;
        assert_eq!(answer.status, status, "{body}");
        assert!(status == 200 || answer.text() == r#"{"message":"Invalid request body"}"#);
    }
}

fn answers(responses: Vec<IntegrationResponse>, template: &str) -> Mapping {
    Mapping {
        request_templates: pairs(&[("application/json", template)]),
        passthrough: Passthrough::Never,
        responses,
        ..Mapping::default()
    }
}

#[tokio::test]
async fn templates_stand_between_a_method_and_its_function() {
    let responses = vec![
        IntegrationResponse {
            status: 200,
            parameters: pairs(&[
                ("method.response.header.x-from", "integration.response.body.from"),
                ("method.response.header.x-lit", "'y'"),
            ]),
            templates: pairs(&[("application/json", r#"#set($context.responseOverride.header.x-over = "o"){"got":$input.json('$.n')}"#)]),
            ..IntegrationResponse::default()
        },
        IntegrationResponse {
            status: 400,
            selection_pattern: Some(".*four hundred.*".into()),
            templates: pairs(&[("application/json", "$input.path('$.errorMessage')")]),
            ..IntegrationResponse::default()
        },
    ];
    let template = r#"{"id":"$input.params('id')","body":$input.json('$'),"stage":"$context.stage","v":"$stageVariables.alias"}"#;
    let mapping = answers(responses, template);
    let function = RestIntegration::Function { arn: arn("f:${stageVariables.alias}"), timeout: None, mapping };
    let (world, door) = world(api(vec![resource("/a/{id}", vec![method("POST", function)])]));
    world.functions.returns(json!({ "n": [1], "from": "here" }));
    let answer = world.send(&door, request("POST", "/prod/a/7", &[], r#"{"x":1}"#)).await;
    assert_eq!((answer.status, answer.text()), (200, r#"{"got":[1]}"#));
    assert_eq!((answer.header("x-from"), answer.header("x-lit"), answer.header("x-over")), (Some("here"), Some("y"), Some("o")));
    let call = world.functions.last();
    assert_eq!(call.arn, arn("f:live"));
    assert_eq!(call.event, json!({ "id": "7", "body": { "x": 1 }, "stage": "prod", "v": "live" }));
    world.functions.will(Act::Fail(json!({ "errorMessage": "Raising four hundred", "errorType": "E" })));
    let answer = world.send(&door, request("POST", "/prod/a/7", &[], "{}")).await;
    assert_eq!((answer.status, answer.text()), (400, "Raising four hundred"));
    world.functions.will(Act::Fail(json!({ "errorMessage": "other", "errorType": "E" })));
    assert_eq!(world.send(&door, request("POST", "/prod/a/7", &[], "{}")).await.status, 200);
    let answer = world.send(&door, request("POST", "/prod/a/7", &[("content-type", "text/plain")], "x")).await;
    assert_eq!((answer.status, answer.text()), (415, r#"{"message":"Unsupported Media Type"}"#));
}

#[tokio::test]
async fn a_mock_answers_by_its_templates() {
    let cors = pairs(&[
        ("method.response.header.Access-Control-Allow-Origin", "'*'"),
        ("method.response.header.Access-Control-Allow-Methods", "'GET'"),
    ]);
    let no_content = IntegrationResponse { status: 204, parameters: cors, ..IntegrationResponse::default() };
    let teapot = IntegrationResponse { status: 418, selection_pattern: Some("4\\d{2}".into()), ..IntegrationResponse::default() };
    let template = "{ statusCode: #if($input.params('tea') == 'yes')418#else 200#end }";
    let mock = RestIntegration::Mock(answers(vec![no_content, teapot], template));
    let broken = RestIntegration::Mock(answers(vec![], "{}"));
    let (world, door) = world(api(vec![resource("/a", vec![method("OPTIONS", mock), method("GET", broken)])]));
    let answer = world.send(&door, request("OPTIONS", "/prod/a", &[], "")).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (204, Some("*")));
    assert_eq!(world.send(&door, request("OPTIONS", "/prod/a?tea=yes", &[], "")).await.status, 418);
    assert_eq!(world.get(&door, "/prod/a").await.text(), r#"{"message":"Internal server error"}"#);
    assert!(world.cause().contains("number `statusCode`"));
    assert_eq!(world.functions.count(), 0);
}

#[tokio::test]
async fn bodies_that_apis_or_functions_do_not_take() {
    let mut api = api(vec![resource("/", vec![method("POST", proxy())])]);
    api.gateway_responses.push(GatewayResponse { kind: "DEFAULT_4XX".into(), status: Some(404), parameters: vec![], templates: vec![] });
    let (world, door) = world(api.clone());
    let large = async |world: &World| world.send(&door, request("POST", "/prod/", &[], vec![b'a'; 10 * 1024 * 1024 + 1])).await;
    let plain = large(&world).await;
    let text = "HTTP content length exceeded 10485760 bytes.";
    assert_eq!((plain.status, plain.text(), plain.header("content-type")), (413, text, Some("text/plain")));
    assert_eq!(world.functions.count(), 0);
    world
        .functions
        .will(Act::Status(413, json!({ "Message": "Request must be smaller than 6291456 bytes for the InvokeFunction operation" })));
    let refused = world.send(&door, request("POST", "/prod/", &[], "x")).await;
    assert_eq!((refused.status, refused.text()), (404, r#"{"message":"Request Too Long"}"#));
    api.gateway_responses[0].kind = "REQUEST_TOO_LARGE".into();
    let (world, _) = common::rest::world(api);
    assert_eq!(large(&world).await.json(), json!({ "message": text }));
}

#[tokio::test]
async fn a_function_that_never_answers_is_given_up_after_twenty_nine_seconds_of_the_clock() {
    let (world, door) = world(api(vec![resource("/", vec![method("GET", proxy())])]));
    world.functions.will(Act::Hang);
    let moved = async {
        while world.functions.count() == 0 {
            tokio::task::yield_now().await;
        }
        world.host.clock.freeze(Some(common::NOW + Duration::from_secs(29)));
    };
    let (answer, ()) = tokio::join!(world.get(&door, "/prod/"), moved);
    assert_eq!((answer.status, answer.text()), (504, r#"{"message":"Endpoint request timed out"}"#));
    assert!(world.cause().contains("took longer than the 29000 ms"));
}
