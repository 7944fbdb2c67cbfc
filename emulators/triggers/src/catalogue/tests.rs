use super::*;

fn all() -> Vec<&'static Kind> {
    CATALOGUE.iter().collect()
}

fn made(kind: &str, count: usize, seed: u64, changes: &[&str]) -> Result<Vec<Value>, String> {
    let changes: Result<Vec<_>, _> = changes.iter().map(|change| Change::parse(change)).collect();
    let kind = find(&all(), "workers", kind).map_err(|error| error.to_string())?;
    generate(kind, count, seed, &changes.map_err(|error| error.to_string())?).map_err(|error| error.to_string())
}

#[test]
fn every_kind_makes_what_it_says_and_the_same_for_the_same_seed() {
    for kind in CATALOGUE {
        let (first, again, other) = (generate(kind, 5, 1, &[]), generate(kind, 5, 1, &[]), generate(kind, 5, 2, &[]));
        assert!(first == again && first != other, "{}", kind.name);
        let word: Result<greenroom_host::EventKind, _> = serde_json::from_value(kind.kind.into());
        assert_eq!(word.map(greenroom_host::EventKind::word).ok(), Some(kind.kind), "the journal knows the kind");
        for event in first.unwrap() {
            assert!(!event["summary"].as_str().unwrap().is_empty(), "{event}");
            assert!(event["payload"][if kind.is_request { "request" } else { "data" }].is_object(), "{event}");
        }
    }
}

#[test]
fn cron_triggers_are_due_when_they_say() {
    for event in made("scheduled", 50, 3, &[]).unwrap() {
        let data = &event["payload"]["data"];
        let cron = crate::cron::Cron::parse(data["cron"].as_str().unwrap()).unwrap();
        let due = data["scheduledTime"].as_u64().unwrap();
        assert_eq!(cron.next_after(greenroom_host::Timestamp(due - 1)).unwrap().0, due, "{event}");
    }
}

#[test]
fn values_are_set_by_path() {
    let changes =
        ["method=POST", "url=http://localhost/a/b?c", "headers.Accept=text/plain", "headers.x-new=1", "body.text={not json", "extra=null"];
    let event = &made("fetch", 1, 1, &changes).unwrap()[0];
    let request = &event["payload"]["request"];
    assert_eq!((&event["summary"], &request["method"]), (&json!("POST /a/b?c"), &json!("POST")));
    assert_eq!((&request["headers"][1], &request["headers"][3]), (&json!(["accept", "text/plain"]), &json!(["x-new", 1])));
    assert_eq!((&request["body"], &request["extra"]), (&json!({ "text": "{not json" }), &Value::Null));
    let event = &made("scheduled", 1, 1, &["scheduledTime=5", "cron=0 0 * * *", "a.b.c=[1]", "a.b.c.0=2"]).unwrap()[0];
    assert_eq!(event["payload"]["data"], json!({ "cron": "0 0 * * *", "scheduledTime": 5, "a": { "b": { "c": [2] } } }));
}

#[test]
fn what_cannot_be_made_is_told() {
    let told = |kind: &str, change: &str| made(kind, 1, 1, &[change]).unwrap_err();
    assert_eq!(told("queue", "a=b"), "`workers` has no events of the kind `queue` that can be made up; there are `fetch`, `scheduled`");
    assert_eq!(
        find(&all(), "pigeon", "post").unwrap_err().to_string(),
        "there are no events of `pigeon`; there are some of `workers`, `lambda`"
    );
    assert!(told("fetch", "method").starts_with("`method` is no change: write `path=value`"));
    assert!(told("fetch", "a..b=1").starts_with("`a..b=1` is no change"));
    assert_eq!(told("fetch", "method.x=1"), "there is no `x` in \"GET\"");
    assert_eq!(told("fetch", "headers.7.1=x"), "there is no item 7; there are 3");
}

/// By kind: fields that every event has, fields that some have, and fields of `requestContext`.
const SHAPES: &[(&str, &str, &str, &str)] = &[
    (
        "http-api",
        "version routeKey rawPath rawQueryString headers requestContext pathParameters isBase64Encoded",
        "queryStringParameters body",
        "accountId apiId domainName domainPrefix http requestId routeKey stage time timeEpoch",
    ),
    (
        "http-api-v1",
        "version resource path httpMethod headers multiValueHeaders queryStringParameters multiValueQueryStringParameters \
         requestContext pathParameters stageVariables body isBase64Encoded",
        "",
        "accountId apiId domainName domainPrefix extendedRequestId httpMethod identity path protocol requestId requestTime \
         requestTimeEpoch resourceId resourcePath stage",
    ),
    (
        "rest",
        "resource path httpMethod headers multiValueHeaders queryStringParameters multiValueQueryStringParameters pathParameters \
         stageVariables requestContext body isBase64Encoded",
        "",
        "accountId apiId deploymentId domainName domainPrefix extendedRequestId httpMethod identity path protocol requestId \
         requestTime requestTimeEpoch resourceId resourcePath stage",
    ),
    (
        "function-url",
        "version routeKey rawPath rawQueryString headers requestContext isBase64Encoded",
        "queryStringParameters body",
        "accountId apiId domainName domainPrefix http requestId routeKey stage time timeEpoch",
    ),
    ("alb", "requestContext httpMethod path queryStringParameters headers body isBase64Encoded", "", "elb"),
    ("alb-multi-value", "requestContext httpMethod path multiValueQueryStringParameters multiValueHeaders body isBase64Encoded", "", "elb"),
    (
        "websocket-connect",
        "headers multiValueHeaders requestContext isBase64Encoded",
        "queryStringParameters multiValueQueryStringParameters",
        "routeKey eventType extendedRequestId requestTime messageDirection stage connectedAt requestTimeEpoch identity requestId \
         domainName connectionId apiId",
    ),
    (
        "websocket-message",
        "requestContext body isBase64Encoded",
        "",
        "routeKey eventType extendedRequestId requestTime messageDirection stage connectedAt requestTimeEpoch identity requestId \
         domainName connectionId apiId messageId",
    ),
    (
        "websocket-disconnect",
        "headers multiValueHeaders requestContext isBase64Encoded",
        "",
        "routeKey eventType extendedRequestId requestTime messageDirection stage connectedAt requestTimeEpoch identity requestId \
         domainName connectionId apiId disconnectStatusCode disconnectReason",
    ),
    ("authorizer-token", "type methodArn authorizationToken", "", ""),
    (
        "authorizer-request",
        "type methodArn resource path httpMethod headers multiValueHeaders queryStringParameters multiValueQueryStringParameters \
         pathParameters stageVariables requestContext",
        "",
        "accountId apiId deploymentId domainName domainPrefix extendedRequestId httpMethod identity path protocol requestId \
         requestTime requestTimeEpoch resourceId resourcePath stage",
    ),
    (
        "authorizer-v2",
        "version type routeArn identitySource routeKey rawPath rawQueryString headers requestContext pathParameters",
        "queryStringParameters",
        "accountId apiId domainName domainPrefix http requestId routeKey stage time timeEpoch",
    ),
    (
        "authorizer-v1",
        "version type methodArn identitySource authorizationToken resource path httpMethod headers multiValueHeaders \
         queryStringParameters multiValueQueryStringParameters pathParameters \
         stageVariables requestContext",
        "",
        "accountId apiId domainName domainPrefix extendedRequestId httpMethod identity path protocol requestId requestTime \
         requestTimeEpoch resourceId resourcePath stage",
    ),
    (
        "authorizer-websocket",
        "type methodArn headers multiValueHeaders queryStringParameters multiValueQueryStringParameters stageVariables requestContext",
        "",
        "routeKey eventType extendedRequestId requestTime messageDirection stage connectedAt requestTimeEpoch identity requestId \
         domainName connectionId apiId",
    ),
];

#[test]
fn events_of_functions_have_the_fields_that_doors_give_them() {
    let kinds: Vec<_> = CATALOGUE.iter().filter(|kind| kind.platform == "lambda").map(|kind| kind.name).collect();
    assert_eq!(SHAPES.iter().map(|shape| shape.0).collect::<Vec<_>>(), kinds, "each has a row");
    for (name, always, sometimes, context) in SHAPES {
        let words = |text: &'static str| text.split_whitespace().collect::<Vec<_>>();
        let (always, sometimes) = (words(always), words(sometimes));
        let mut seen: Vec<String> = Vec::new();
        for event in generate(find(&all(), "lambda", name).unwrap(), 30, 1, &[]).unwrap() {
            let data = event["payload"]["data"].as_object().unwrap();
            let keys: Vec<&str> = data.keys().map(String::as_str).collect();
            assert!(always.iter().all(|key| keys.contains(key)), "{name}: {keys:?}");
            assert!(keys.iter().all(|key| always.contains(key) || sometimes.contains(key)), "{name}: {keys:?}");
            seen.extend(keys.into_iter().map(str::to_owned));
            let shown = data.get("requestContext").and_then(Value::as_object).into_iter().flat_map(serde_json::Map::keys);
            assert_eq!(shown.map(String::as_str).collect::<Vec<_>>(), words(context), "{name}");
        }
        assert!(sometimes.iter().all(|key| seen.iter().any(|known| known == key)), "{name}: each is there now and then, of {sometimes:?}");
    }
}

#[test]
fn values_of_events_of_functions_are_set_by_path() {
    let change = |text: &str| Change::parse(text).unwrap();
    let changes = [change("headers.x-user=ada"), change("requestContext.stage=dev"), change("body={\"a\":1}")];
    let event = &generate(find(&all(), "lambda", "rest").unwrap(), 1, 1, &changes).unwrap()[0];
    let data = &event["payload"]["data"];
    assert_eq!((&data["headers"]["x-user"], &data["requestContext"]["stage"]), (&json!("ada"), &json!("dev")));
    assert_eq!((&event["kind"], &event["source"]), (&json!("invoke"), &json!("apigateway.amazonaws.com")));
}
