use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use futures::future::BoxFuture;
use greenroom_host::{Clock, Event, EventId, Ids, Outcome, Profile, Timestamp};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::*;

struct Nothing;

impl Run for Nothing {
    fn apps(&self) -> Vec<AppInfo> {
        vec![AppInfo { name: "notes".into(), url: "http://127.0.0.1:8787".into(), serving: true }]
    }

    fn reload(&self, app: &str) -> BoxFuture<'static, Result<bool, Problem>> {
        let known = app == "notes";
        Box::pin(std::future::ready(if known { Ok(true) } else { Err(Problem::not_found("there is no such app")) }))
    }
}

impl Replays for Nothing {
    fn takes(&self, _: &str) -> bool {
        false
    }

    fn again(&self, event: Event) -> futures::future::BoxFuture<'static, Result<EventId, Problem>> {
        Box::pin(std::future::ready(Err(Problem::conflict("not-here", format!("{} does not happen again", event.summary)))))
    }
}

/// A namespace `KV` and a database `DB` of the app `notes`, which say how they were called.
struct Echo;

impl CallServices for Echo {
    fn call(&self, asked: Asked) -> futures::future::BoxFuture<'static, Result<Said, Unanswered>> {
        let value = json!([asked.method, asked.args]).to_string().into();
        let said = match (asked.app.as_str(), asked.binding.as_str(), asked.kind) {
            ("notes", "KV", "kv_namespace") if asked.args[0] == "nothing" => Ok(Said::default()),
            ("notes", "KV", "kv_namespace") | ("notes", "DB", "d1_database") if asked.args[0] != "wrong" => {
                Ok(Said { value, body: Some(asked.body.unwrap_or_else(|| "value".into())) })
            }
            ("notes", "KV" | "DB", _) if asked.args[0] == "wrong" => Err(Unanswered::Refused("in the vendor's words".to_owned())),
            ("notes", "DB", _) => Err(Unanswered::OtherKind("d1_database".to_owned())),
            ("notes", ..) => Err(Unanswered::NoSuchBinding(vec!["KV".to_owned()])),
            _ => Err(Unanswered::NoSuchApp(vec!["notes".to_owned()])),
        };
        Box::pin(std::future::ready(said))
    }
}

impl Triggers for Nothing {
    fn crons(&self, app: Option<&str>, count: usize) -> Result<Vec<CronInfo>, String> {
        match app {
            Some("none") => Err("there is no app `none`".into()),
            _ => Ok(vec![CronInfo { app: "notes".into(), cron: "0 0 * * *".into(), next: vec![Timestamp(5); count] }]),
        }
    }

    fn cron(&self, _: Option<&str>, cron: Option<&str>, at: Option<Timestamp>) -> BoxFuture<'static, Result<Fired, String>> {
        let said = json!({ "cron": cron, "at": at });
        let fired =
            Fired { app: "notes".into(), event: "1".into(), outcome: Outcome::Ok, took: Duration::ZERO, said: Some(said), answer: None };
        Box::pin(std::future::ready(Ok(fired)))
    }

    fn check(&self, _: Option<&str>, _: greenroom_host::EventKind, _: &Value) -> Result<Result<(), String>, String> {
        Ok(Ok(()))
    }

    fn fire(&self, _: Option<&str>, _: ToFire) -> BoxFuture<'static, Result<Fired, String>> {
        Box::pin(std::future::ready(Err("no app runs yet".into())))
    }
}

/// One queue with one message.
struct Jobs;

fn job(queue: &str) -> Result<String, Problem> {
    match queue {
        "jobs" => Ok("jobs".to_owned()),
        other => Err(Problem::not_found(format!("there is no queue `{other}`"))),
    }
}

impl SqsQueues for Jobs {
    fn list(&self, app: Option<&str>) -> BoxFuture<'static, Result<Vec<QueueInfo>, Problem>> {
        let (name, arn, app) = ("jobs".to_owned(), "arn:jobs".to_owned(), app.unwrap_or("notes").to_owned());
        let info = QueueInfo { name, arn, app, visible: 1, in_flight: 0, delayed: 0, dead_letter: None, max_receive_count: None };
        Box::pin(std::future::ready(Ok(vec![info])))
    }

    fn peek(&self, queue: &str, most: usize) -> BoxFuture<'static, Result<Vec<MessageInfo>, Problem>> {
        let message = MessageInfo {
            message_id: "1".into(),
            body: "hello".into(),
            sent: "2027-01-01T00:00:00.000Z".into(),
            receive_count: 0,
            visible_at: None,
            group_id: None,
            attributes: std::collections::BTreeMap::new(),
            source: None,
        };
        Box::pin(std::future::ready(job(queue).map(|_| vec![message; most.min(1)])))
    }

    fn send(&self, message: ToQueue) -> BoxFuture<'static, Result<Queued, Problem>> {
        Box::pin(std::future::ready(job(&message.queue).map(|queue| Queued { queue, message_id: message.body })))
    }

    fn purge(&self, queue: &str) -> BoxFuture<'static, Result<Emptied, Problem>> {
        Box::pin(std::future::ready(job(queue).map(|queue| Emptied { queue, messages: 1 })))
    }

    fn redrive(&self, queue: &str, to: Option<&str>, rate: Option<u64>) -> BoxFuture<'static, Result<Emptied, Problem>> {
        let moved = job(queue).and_then(|queue| to.map_or(Ok(()), |to| job(to).map(|_| ())).map(|()| queue));
        Box::pin(std::future::ready(moved.map(|queue| Emptied { queue, messages: rate.unwrap_or(1) })))
    }
}

/// One function, which answers with what it was called with, and fails where that is `null`.
struct Greets;

fn only(function: Option<&str>) -> Result<String, Problem> {
    match function.unwrap_or("greet") {
        "greet" => Ok("greet".to_owned()),
        other => Err(Problem::not_found(format!("there is no function `{other}`; there are `greet`"))),
    }
}

impl Functions for Greets {
    fn list(&self, app: Option<&str>) -> BoxFuture<'static, Result<Vec<FunctionInfo>, Problem>> {
        let (name, arn, app) = ("greet".to_owned(), "arn:greet".to_owned(), app.unwrap_or("notes").to_owned());
        let (versions, aliases) = (vec!["1".to_owned()], [("live".to_owned(), "1".to_owned())].into());
        let info = FunctionInfo { name, arn, app, runtime: None, handler: None, versions, aliases, state: "Active".into() };
        Box::pin(std::future::ready(Ok(vec![info])))
    }

    fn call(&self, call: ToCall) -> BoxFuture<'static, Result<Called, Problem>> {
        let called = only(call.function.as_deref()).map(|function| Called {
            app: "notes".into(),
            function,
            event: EventId::parse(&"1".repeat(32)).unwrap(),
            version: call.qualifier.unwrap_or_else(|| "$LATEST".into()),
            payload: call.payload.to_string(),
            error: call.payload.is_null().then(|| "Unhandled".to_owned()),
            log: "START\n".into(),
            outcome: if call.payload.is_null() { Outcome::error("null") } else { Outcome::Ok },
            took: Duration::from_millis(2),
        });
        Box::pin(std::future::ready(called))
    }

    fn queue(&self, call: ToCall) -> BoxFuture<'static, Result<String, Problem>> {
        Box::pin(std::future::ready(only(call.function.as_deref())))
    }

    fn reload(&self, _: Option<&str>, function: Option<&str>) -> BoxFuture<'static, Result<Vec<String>, Problem>> {
        Box::pin(std::future::ready(only(function).map(|name| vec![name])))
    }
}

/// Keeps the rules that are added, and looks into none.
#[derive(Default)]
struct Kept(Mutex<Vec<OutboundRule>>);

impl Outbound for Kept {
    fn list(&self) -> OutboundList {
        OutboundList { default: OutboundPolicy::Pass, set_default: None, rules: Vec::new() }
    }
    fn add(&self, rule: OutboundRule) -> Result<ListedOutbound, Problem> {
        self.0.lock().unwrap().push(rule.clone());
        Ok(ListedOutbound { rule, origin: "api".into(), matched: 0, warning: None })
    }
    fn remove(&self, name: Option<&str>, _: bool) -> usize {
        let mut kept = self.0.lock().unwrap();
        let before = kept.len();
        kept.retain(|rule| name.is_some() && rule.name.as_deref() != name);
        before - kept.len()
    }
    fn set_policy(&self, _: Option<OutboundPolicy>) {}
}

fn control() -> axum::Router {
    let host = Host::new(Clock::frozen(Timestamp(1_700_000_000_000)), Ids::from_seed(1), Profile::Relaxed, None);
    let (run, triggers, outbound) = (Arc::new(Nothing), Arc::new(Nothing), Arc::new(Kept::default()));
    let (replays, functions, queues) = (Arc::new(Nothing), Arc::new(Greets), Arc::new(Jobs));
    service(Arc::new(Control { host, run, services: Arc::new(Echo), triggers, outbound, replays, functions, queues }), Guard::default())
}

async fn ask(router: &axum::Router, method: &str, path: &str, body: impl Into<Body>) -> (u16, Value) {
    let request = http::Request::builder().method(method).uri(path).header("host", "localhost:4560").body(body.into()).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    // A tail has no end.
    if response.headers().get("content-type").is_some_and(|kind| kind == "text/event-stream") {
        return (status, Value::Null);
    }
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

#[tokio::test]
async fn every_operation_of_the_document_is_there() {
    let router = control();
    let (status, document) = ask(&router, "GET", "/v1/openapi.json", "").await;
    assert_eq!(status, 200);
    let paths = document["paths"].as_object().unwrap();
    assert!(paths.len() >= 5, "{paths:?}");
    for (path, operations) in paths {
        for method in operations.as_object().unwrap().keys() {
            let path = path.replace(['{', '}'], "");
            let (status, answer) = ask(&router, &method.to_uppercase(), &path, "{ not json").await;
            let unknown = answer["error"]["message"].as_str().unwrap_or_default().contains("there is no `/");
            assert!(status != 405 && !unknown, "{method} {path}: {status} {answer}");
        }
    }
    assert_eq!(ask(&router, "GET", "/v1/nothing", "").await.0, 404);
    assert_eq!(ask(&router, "DELETE", "/v1/clock", "").await.0, 405);
}

#[tokio::test]
async fn an_app_is_read_again() {
    let router = control();
    assert_eq!(ask(&router, "POST", "/v1/apps/notes/reload", "").await, (200, json!({ "app": "notes", "changed": true })));
    assert_eq!(ask(&router, "POST", "/v1/apps/none/reload", "").await.0, 404);
}

#[tokio::test]
async fn the_clock_is_moved() {
    let router = control();
    assert_eq!(ask(&router, "GET", "/v1/clock", "").await.1, json!({ "now": "2023-11-14T22:13:20.000Z", "frozen": true }));
    let (status, report) = ask(&router, "POST", "/v1/clock/advance", r#"{ "by": "1h 30m" }"#).await;
    assert_eq!((status, &report["to"], &report["stopped"]), (200, &json!("2023-11-14T23:43:20.000Z"), &Value::Null));
    let (_, report) = ask(&router, "POST", "/v1/clock/advance", r#"{ "to": "2024-01-01" }"#).await;
    assert_eq!(report["to"], "2024-01-01T00:00:00.000Z");
    assert_eq!(ask(&router, "POST", "/v1/clock/freeze", r#"{ "at": 5 }"#).await.1["now"], "1970-01-01T00:00:00.005Z");
    assert_eq!(ask(&router, "POST", "/v1/clock/resume", "").await.1["frozen"], false);
    assert_eq!(ask(&router, "GET", "/v1/clock/pending", "").await.1, json!({ "pending": [] }));
}

#[tokio::test]
async fn cron_triggers_are_listed_and_run() {
    let router = control();
    let list = ask(&router, "GET", "/v1/cron?count=2", "").await.1;
    let at = "1970-01-01T00:00:00.005Z";
    assert_eq!(list, json!({ "crons": [{ "app": "notes", "cron": "0 0 * * *", "next": [at, at] }] }));
    assert_eq!(ask(&router, "GET", "/v1/cron?app=none", "").await.0, 404);
    for query in ["count=1001", "count=x"] {
        assert_eq!(ask(&router, "GET", &format!("/v1/cron?{query}"), "").await.0, 400, "{query}");
    }
    let (status, ran) = ask(&router, "POST", "/v1/cron/run", r#"{ "cron": "* * * * *", "at": "2027-01-01" }"#).await;
    assert_eq!((status, &ran["outcome"]["type"]), (200, &json!("ok")));
    assert_eq!(ran["result"], json!({ "cron": "* * * * *", "at": 1_798_761_600_000_u64 }));
    assert_eq!(ask(&router, "POST", "/v1/cron/run", r#"{ "at": "soon" }"#).await.0, 400);
}

#[tokio::test]
async fn what_cannot_be_done_is_told() {
    let router = control();
    let cases = [
        (
            r#"{ "to": "2023-01-01" }"#,
            409,
            "2023-01-01T00:00:00.000Z is before 2023-11-14T22:13:20.000Z, where the clock stands; time does not go backwards",
        ),
        (r#"{ "by": -5 }"#, 409, "`by`: `-5` is backwards; time only goes on"),
        (
            r#"{ "by": 1.5 }"#,
            400,
            "the body is not as it should be: a duration is a text such as `1h 30m` or a whole number of milliseconds",
        ),
        (r#"{ "to": 1e308 }"#, 400, "the body is not as it should be: an instant is a text such as"),
        (r#"{ "to": -1 }"#, 400, "`to`: -1 is before 1970, where time begins here"),
        (r#"{ "by": "-1h" }"#, 409, "`by`: `-1h` is backwards; time only goes on"),
        (r#"{ "to": "soon" }"#, 400, "`to`: `soon` is no instant"),
        (r#"{ "by": "10000years" }"#, 400, "that is beyond 9999-12-31T23:59:59.999Z, the last instant that this clock can show"),
        (r#"{ "by": "1h", "next": true }"#, 400, "give one of `by`, `to` and `next`"),
        ("{}", 400, "give one of `by`, `to` and `next`"),
        (r#"{ "bye": "1h" }"#, 400, "the body is not as it should be: unknown field `bye`"),
    ];
    for (body, expected, message) in cases {
        let (status, answer) = ask(&router, "POST", "/v1/clock/advance", body).await;
        let said = answer["error"]["message"].as_str().unwrap_or_default();
        assert!(status == expected && said.starts_with(message), "{body}: {status} {answer}");
    }
    let (status, answer) = ask(&router, "POST", "/v1/clock/freeze", vec![b' '; json::LARGEST + 1]).await;
    assert_eq!((status, &answer["error"]["code"]), (413, &json!("too-large")));
}

#[tokio::test]
async fn a_page_cannot_drive_it() {
    let router = control();
    for (name, value) in [("host", "evil.example"), ("origin", "https://evil.example")] {
        let request = http::Request::post("/v1/clock/resume").header("host", "localhost").header(name, value);
        let mut request = request.body(Body::empty()).unwrap();
        request.headers_mut().insert(http::HeaderName::from_static(name), value.parse().unwrap());
        assert_eq!(router.clone().oneshot(request).await.unwrap().status().as_u16(), 403, "{name}");
    }
}

#[tokio::test]
async fn services_are_asked_as_code_asks_them() {
    let router = control();
    let (status, keys) = ask(&router, "GET", "/v1/kv/notes/KV/keys?prefix=a%2F&limit=2", "").await;
    assert_eq!((status, keys), (200, json!(["list", ["a/", 2, null]])));
    assert_eq!(ask(&router, "PUT", "/v1/kv/notes/KV/values?key=a%2Fb%20c&expiration_ttl=60", "value").await, (200, json!({})));
    assert_eq!(ask(&router, "DELETE", "/v1/kv/notes/KV/values?key=a", "").await.0, 200);
    let request = http::Request::get("/v1/kv/notes/KV/values?key=a%2F%C3%BC").header("host", "localhost").body(Body::empty()).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.headers()["kv-metadata"], r#"["get",["a/\u00fc"]]"#);
    assert_eq!(to_bytes(response.into_body(), 100).await.unwrap(), "value");
    let query = r#"{ "sql": "SELECT ?1, ?2", "params": [true, [1, 2]] }"#;
    assert_eq!(ask(&router, "POST", "/v1/d1/notes/DB/query", query).await.1, json!(["all", ["SELECT ?1, ?2", [1, [1, 2]]]]));
}

#[tokio::test]
async fn what_services_cannot_do_is_told() {
    let router = control();
    let cases = [
        ("GET", "/v1/kv/shop/KV/keys", "", 404, "not-found", "no app of this run is named `shop`"),
        ("GET", "/v1/kv/notes/CACHE/keys", "", 404, "not-found", "the app `notes` has no binding `CACHE`"),
        ("GET", "/v1/kv/notes/DB/keys", "", 400, "invalid", "the binding `DB` of `notes` is a `d1_database`, not a `kv_namespace`"),
        ("GET", "/v1/kv/notes/KV/values?key=nothing", "", 404, "no-value", "there is nothing under the key `nothing`"),
        ("GET", "/v1/kv/notes/KV/values?key=wrong", "", 422, "refused", "in the vendor's words"),
        ("GET", "/v1/kv/notes/KV/keys?limit=many", "", 400, "invalid", "Failed to deserialize query string"),
        ("PUT", "/v1/kv/notes/KV/values?key=a&metadata=%7B", "", 400, "invalid", "`metadata` is no JSON"),
        ("PUT", "/v1/kv/notes/KV/values?key=a&ttl=60", "", 400, "invalid", "Failed to deserialize query string: ttl: unknown field `ttl`"),
        ("POST", "/v1/d1/notes/DB/query", r#"{ "sql": "wrong" }"#, 422, "refused", "in the vendor's words"),
        ("POST", "/v1/d1/notes/DB/query", r#"{ "sql": "", "params": [{}] }"#, 400, "invalid", "parameter 1 can be no parameter"),
    ];
    for (method, path, body, expected, code, message) in cases {
        let (status, answer) = ask(&router, method, path, body).await;
        let said = answer["error"]["message"].as_str().unwrap_or_default();
        assert!(status == expected && answer["error"]["code"] == code && said.starts_with(message), "{method} {path}: {status} {answer}");
    }
}

#[tokio::test]
async fn faults_are_added_listed_replaced_and_removed() {
    let router = control();
    let (status, added) =
        ask(&router, "POST", "/v1/faults", r#"{ "service": "kv", "first": 2, "latency": "1s 500ms", "action": "throttle", "seed": 7 }"#)
            .await;
    let expected = json!({
        "name": "fault-1", "service": "kv", "first": 2, "seed": 7, "action": "throttle", "latency": "1s 500ms", "origin": "api",
        "matched": 0, "applied": 0, "warning": "no code of this run uses a service named `kv`",
    });
    assert_eq!((status, added), (200, expected));
    let rules = json!({ "faults": [{ "name": "stale", "action": "stale" }, { "message": "no" }] }).to_string();
    let (_, list) = ask(&router, "PUT", "/v1/faults", rules).await;
    let kept: Vec<_> = list["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| (rule["name"].clone(), rule["action"].clone(), rule["window"].clone()))
        .collect();
    assert_eq!(kept, [(json!("stale"), json!("stale"), json!("1m")), (json!("fault-2"), json!("error"), Value::Null)]);
    assert_eq!(ask(&router, "DELETE", "/v1/faults/stale", "").await, (200, json!({ "removed": 1 })));
    assert_eq!(ask(&router, "DELETE", "/v1/faults/stale", "").await.1["error"]["message"], "no rule is named `stale`");
    assert_eq!(ask(&router, "DELETE", "/v1/faults", "").await, (200, json!({ "removed": 1 })));
    assert_eq!(ask(&router, "GET", "/v1/faults", "").await.1, json!({ "faults": [] }));
}

#[tokio::test]
async fn rules_that_make_no_sense_are_refused_by_key() {
    let router = control();
    let cases = [
        ("{}", "`action`: the rule does nothing"),
        (r#"{ "action": "explode" }"#, "`action`: there is no `explode`"),
        (r#"{ "action": "crash", "every": 0 }"#, "`every`: 0 is no number to count to"),
        (r#"{ "action": "crash", "probability": -0.1 }"#, "`probability`: -0.1 is not from 0 to 1"),
        (r#"{ "action": "crash", "window": "1s" }"#, "`window`: means nothing with the action `crash`"),
        (r#"{ "status": 99 }"#, "`status`: 99 is no status of an answer"),
        (r#"{ "latency": "-1s" }"#, "`latency`: `-1s` is backwards"),
        (r#"{ "name": "a/b", "action": "crash" }"#, "`name`: `a/b` is no name for a rule"),
        (r#"{ "latancy": 5 }"#, "the body is not as it should be: unknown field `latancy`"),
    ];
    for (body, message) in cases {
        let (status, answer) = ask(&router, "POST", "/v1/faults", body).await;
        let said = answer["error"]["message"].as_str().unwrap_or_default();
        assert!((status == 400 || status == 409) && said.starts_with(message), "{body}: {status} {answer}");
    }
    let twice = json!({ "faults": [{ "name": "a", "action": "crash" }, { "name": "a", "action": "drop" }] }).to_string();
    let (status, answer) = ask(&router, "PUT", "/v1/faults", twice).await;
    assert_eq!((status, &answer["error"]["message"]), (400, &json!("rule 2: `name`: another rule is named `a` already")));
}

#[tokio::test]
async fn functions_are_listed_called_and_reloaded() {
    let router = control();
    let (_, list) = ask(&router, "GET", "/v1/functions?app=notes", "").await;
    assert_eq!((&list["functions"][0]["name"], &list["functions"][0]["aliases"]), (&json!("greet"), &json!({ "live": "1" })));
    assert_eq!(ask(&router, "GET", "/v1/functions?ap=notes", "").await.0, 400);
    let (status, called) = ask(&router, "POST", "/v1/functions/invoke", r#"{ "payload": [1], "qualifier": "live" }"#).await;
    assert_eq!((status, &called["payload"], &called["version"], &called["log"]), (200, &json!([1]), &json!("live"), &json!("START\n")));
    assert_eq!((&called["ms"], &called["error"], &called["outcome"]["type"]), (&json!(2.0), &Value::Null, &json!("ok")));
    let (_, empty) = ask(&router, "POST", "/v1/functions/invoke", "").await;
    assert_eq!(empty["payload"], json!({}));
    let (_, queued) = ask(&router, "POST", "/v1/functions/invoke", r#"{ "async": true }"#).await;
    assert_eq!(queued, json!({ "function": "greet" }));
    let (status, missing) = ask(&router, "POST", "/v1/functions/invoke", r#"{ "function": "none" }"#).await;
    assert_eq!((status, &missing["error"]["message"]), (404, &json!("there is no function `none`; there are `greet`")));
    assert_eq!(ask(&router, "POST", "/v1/functions/reload", "").await.1, json!({ "reloaded": ["greet"] }));
}

#[tokio::test]
async fn events_are_sent_to_functions() {
    let router = control();
    let events = r#""events": [{ "kind": "invoke", "payload": { "data": { "a": 1 } } }]"#;
    let (status, sent) = ask(&router, "POST", "/v1/events/send", format!("{{ {events} }}")).await;
    assert_eq!((status, &sent["sent"][0]["result"], &sent["sent"][0]["app"]), (200, &json!({ "a": 1 }), &json!("notes")));
    let (status, _) = ask(&router, "POST", "/v1/events/send", format!(r#"{{ "function": "none", {events} }}"#)).await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn queues_are_looked_into_and_filled() {
    let router = control();
    let (status, list) = ask(&router, "GET", "/v1/sqs", "").await;
    assert_eq!((status, &list["queues"][0]["name"], &list["queues"][0]["inFlight"]), (200, &json!("jobs"), &json!(0)));
    let (_, seen) = ask(&router, "GET", "/v1/sqs/messages?queue=jobs", "").await;
    assert_eq!(seen["messages"][0]["body"], "hello");
    let (_, sent) = ask(&router, "POST", "/v1/sqs/send", r#"{ "queue": "jobs", "body": "a" }"#).await;
    assert_eq!(sent, json!({ "queue": "jobs", "messageId": "a" }));
    let (_, moved) = ask(&router, "POST", "/v1/sqs/redrive", r#"{ "queue": "jobs", "rate": 5 }"#).await;
    assert_eq!(moved, json!({ "queue": "jobs", "messages": 5 }));
    assert_eq!(ask(&router, "POST", "/v1/sqs/purge", r#"{ "queue": "none" }"#).await.0, 404);
}
