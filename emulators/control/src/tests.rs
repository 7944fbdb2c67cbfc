use std::sync::Arc;

use axum::body::{Body, to_bytes};
use greenroom_host::{Clock, Ids, Profile, Timestamp};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::*;

struct Nothing;

impl Run for Nothing {
    fn apps(&self) -> Vec<AppInfo> {
        vec![AppInfo { name: "notes".into(), url: "http://127.0.0.1:8787".into(), serving: true }]
    }
}

fn control() -> axum::Router {
    let host = Host::new(Clock::frozen(Timestamp(1_700_000_000_000)), Ids::from_seed(1), Profile::Relaxed, None);
    service(Arc::new(Control { host, run: Arc::new(Nothing) }), Guard::default())
}

async fn ask(router: &axum::Router, method: &str, path: &str, body: impl Into<Body>) -> (u16, Value) {
    let request = http::Request::builder().method(method).uri(path).header("host", "localhost:4560").body(body.into()).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
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
            let path = path.replace('{', "").replace('}', "");
            let (status, answer) = ask(&router, &method.to_uppercase(), &path, "{ not json").await;
            let unknown = answer["error"]["message"].as_str().unwrap_or_default().contains("there is no `/");
            assert!(status != 405 && !unknown, "{method} {path}: {status} {answer}");
        }
    }
    assert_eq!(ask(&router, "GET", "/v1/nothing", "").await.0, 404);
    assert_eq!(ask(&router, "DELETE", "/v1/clock", "").await.0, 405);
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
async fn what_cannot_be_done_is_told() {
    let router = control();
    let cases = [
        (
            r#"{ "to": "2023-01-01" }"#,
            409,
            "2023-01-01T00:00:00.000Z is before 2023-11-14T22:13:20.000Z, where the clock stands; time does not go backwards",
        ),
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
