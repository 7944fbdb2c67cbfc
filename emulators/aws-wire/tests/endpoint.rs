//! The endpoint with two small services: one that speaks JSON behind a target, one that speaks REST.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::io::Write;
use std::sync::Arc;

use bytes::Bytes;
use greenroom_aws_wire::{
    Answer, ApiError, Context, Credentials, Endpoint, Entry, HeaderMap, Method, Model, Operation, Service, Strictness, Tabled, WireBody,
    WireRequest, WireResponse,
};
use greenroom_host::{Clock, Host, Ids, Profile};
use serde::Deserialize;
use serde_json::{Value, json};

const QUEUES: &str = r"
service sqs json-1.0 2012-11-05 AmazonSQS
also query
namespace http://queue.amazonaws.com/doc/2012-11-05/
errors com.amazonaws.sqs
address QueueUrl
elsewhere CreateQueue
operation CreateQueue POST / 200 - -
operation SendMessage POST / 200 SendInput SendOutput
operation Never POST / 200 - -
structure SendInput
  QueueUrl! Text
  DelaySeconds Delay
structure SendOutput
  MessageId Text
exception QueueDoesNotExist 400 AWS.SimpleQueueService.NonExistentQueue
string Text 1..
integer Delay 0..900
";

const THINGS: &str = r"
service things rest-json 2020-01-01 -
hosted
operation GetThing GET /things/{Name} 200 GetInput GetOutput
operation ListThings GET /things 200 - GetOutput
structure GetInput
  Name! Name @uri=Name
  Depth Depth @querystring=depth
  Kinds Names @querystring=kind
  Token Text @header=X-Token
structure GetOutput
  Region Text @header=X-Region
  Said Text
string Name 1..8 ~ [a-z:]+
list Names Name
integer Depth 1..3
string Text
";

struct Nothing;

struct SendMessage;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Send {
    queue_url: String,
    delay_seconds: Option<i64>,
}

impl Operation<Nothing> for SendMessage {
    const NAME: &'static str = "SendMessage";
    type Input = Send;

    async fn call(_: Arc<Nothing>, context: Context, input: Send) -> Result<Answer, ApiError> {
        if input.queue_url == "gone" {
            return Err(ApiError::new("QueueDoesNotExist", 400, "The specified queue does not exist."));
        }
        let said = format!("{} {} {:?}", context.account, context.region, input.delay_seconds);
        Ok(Answer::of(&json!({ "MessageId": said })))
    }
}

struct GetThing;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Get {
    name: String,
    depth: Option<i64>,
    kinds: Option<Vec<String>>,
    token: Option<String>,
}

impl Operation<Nothing> for GetThing {
    const NAME: &'static str = "GetThing";
    type Input = Get;

    async fn call(_: Arc<Nothing>, context: Context, input: Get) -> Result<Answer, ApiError> {
        let said = format!("{} {:?} {:?} {:?}", input.name, input.depth, input.kinds, input.token);
        Ok(Answer::of(&json!({ "Region": context.region, "Said": said })))
    }
}

const QUEUE_TABLE: &[Entry<Nothing>] = &[Entry::of::<SendMessage>()];
const THING_TABLE: &[Entry<Nothing>] = &[Entry::of::<GetThing>()];

fn endpoint(strictness: Strictness) -> Endpoint {
    let host = Host::new(Clock::real(), Ids::from_seed(1), Profile::Relaxed, None);
    let service = |model: &str, table| -> Arc<dyn Service> {
        Arc::new(Tabled { state: Arc::new(Nothing), model: Model::parse(&[model]).unwrap(), table, page: |_, _, _| None })
    };
    Endpoint::new(host, vec![service(QUEUES, QUEUE_TABLE), service(THINGS, THING_TABLE)], strictness, "http://here".into())
}

async fn ask(method: Method, path: &str, headers: &[(&'static str, &str)], body: impl Into<Bytes>) -> (u16, Vec<(String, String)>, Value) {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(*name, value.parse().unwrap());
    }
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let request = WireRequest { method, path: path.into(), query: query.into(), headers: map, body: body.into() };
    let WireResponse { status, headers, body } = endpoint(Strictness::Parsed).respond(request, "id").await;
    let WireBody::Whole(body) = body else { panic!("a stream") };
    (status, headers, serde_json::from_slice(&body).unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&body).into_owned())))
}

const SEND: (&str, &str) = ("x-amz-target", "AmazonSQS.SendMessage");
const JSON: (&str, &str) = ("content-type", "application/x-amz-json-1.0");
const SIGNED: (&str, &str) =
    ("authorization", "AWS4-HMAC-SHA256 Credential=111122223333/20270101/eu-west-1/sqs/aws4_request, SignedHeaders=host, Signature=0");

#[tokio::test]
async fn json_services_are_found_by_target_and_signature() {
    let (status, headers, body) = ask(Method::POST, "/", &[SEND, JSON, SIGNED], r#"{"QueueUrl":"q","DelaySeconds":3}"#).await;
    assert_eq!((status, body), (200, json!({ "MessageId": "111122223333 eu-west-1 Some(3)" })));
    assert_eq!(headers[0], ("Content-Type".into(), "application/x-amz-json-1.0".into()));
    let (_, _, body) = ask(Method::POST, "/", &[SEND, JSON], r#"{"QueueUrl":"q"}"#).await;
    assert_eq!(body, json!({ "MessageId": "000000000000 us-east-1 None" }));
    let (status, _, body) = ask(Method::POST, "/", &[SEND, JSON], r#"{"QueueUrl":"gone"}"#).await;
    assert_eq!(
        (status, body),
        (400, json!({ "__type": "com.amazonaws.sqs#QueueDoesNotExist", "message": "The specified queue does not exist." }))
    );
}

#[tokio::test]
async fn what_is_wrong_with_a_body_is_said() {
    let said = async |body: &'static str| {
        let (status, _, body) = ask(Method::POST, "/", &[SEND, JSON], body).await;
        assert_eq!(status, 400);
        (body["__type"].as_str().unwrap().to_owned(), body["Message"].as_str().or(body["message"].as_str()).unwrap().to_owned())
    };
    let (code, text) = said(r#"{"QueueUrl":"","DelaySeconds":901}"#).await;
    assert_eq!(code, "com.amazon.coral.service#ValidationException");
    assert!(text.starts_with("2 validation errors detected: Value '' at 'queueUrl' failed"), "{text}");
    assert_eq!(said(r#"{"QueueUrl":1}"#).await.1, "NUMBER_VALUE can not be converted to a String");
    assert_eq!(said(r#"{"QueueUrl":{}}"#).await.1, "Start of structure or map found where not expected.");
    let unread = "com.amazon.coral.service#SerializationException";
    assert_eq!(said("[]").await.0, unread);
    let nested: &'static str = Box::leak(format!("{}{}", "[".repeat(1000), "]".repeat(1000)).into_boxed_str());
    assert_eq!(said(nested).await.0, unread);
    assert_eq!(said("<xml/>").await.0, unread);
}

#[tokio::test]
async fn rest_services_are_found_by_host_and_path_and_read_every_place() {
    let hosts = ["things.eu-west-1.amazonaws.com", "things.eu-west-1.localhost.localstack.cloud:4566"];
    for host in hosts {
        let headers = [("host", host), ("x-token", "t")];
        let (status, headers, body) = ask(Method::GET, "/things/a%3Ab?depth=2&kind=x&kind=y", &headers, "").await;
        assert_eq!((status, body), (200, json!({ "Said": r#"a:b Some(2) Some(["x", "y"]) Some("t")"# })));
        assert!(headers.contains(&("X-Region".into(), "eu-west-1".into())), "{headers:?}");
    }
    let (status, _, _) = ask(Method::GET, "/things/abc", &[("host", "127.0.0.1:4566")], "").await;
    assert_eq!(status, 200);
    let (status, headers, body) = ask(Method::GET, "/things/ABC?depth=9", &[], "").await;
    assert_eq!(status, 400);
    assert!(headers.contains(&("x-amzn-ErrorType".into(), "ValidationException".into())));
    assert!(body["message"].as_str().unwrap().starts_with("2 validation errors detected: Value 'ABC' at 'name'"), "{body}");
}

#[tokio::test]
async fn what_is_not_there_is_named() {
    let (status, _, body) = ask(Method::GET, "/nowhere", &[], "").await;
    assert_eq!((status, body["Message"].as_str().unwrap()), (403, "Unable to determine service/operation name to be authorized"));
    let (status, _, body) = ask(Method::GET, "/things", &[], "").await;
    assert_eq!((status, body["Message"].as_str().unwrap()), (501, "greenroom does not emulate ListThings of things"));
    let target = [("x-amz-target", "AmazonSQS.Never"), JSON];
    assert_eq!(ask(Method::POST, "/", &target, "{}").await.2["Message"], "greenroom does not emulate Never of sqs");
    let target = [("x-amz-target", "AmazonSQS.Unheard"), JSON];
    let (status, _, body) = ask(Method::POST, "/", &target, "{}").await;
    assert_eq!((status, body), (400, json!({ "__type": "com.amazon.coral.service#UnknownOperationException" })));
    let target = [("x-amz-target", "DynamoDB_20120810.SendMessage"), JSON, SIGNED];
    assert_eq!(ask(Method::POST, "/", &target, "{}").await.2["__type"], "com.amazon.coral.service#UnknownOperationException");
    let target = [("x-amz-target", "DynamoDB_20120810.ListTables"), JSON];
    assert_eq!(ask(Method::POST, "/", &target, "{}").await.2["Message"], "greenroom does not emulate the service DynamoDB_20120810");
    let form = [("content-type", "application/x-www-form-urlencoded"), ("host", "sns.us-east-1.amazonaws.com")];
    let (status, _, body) = ask(Method::POST, "/", &form, "Action=ListTopics&Version=2010-03-31").await;
    assert_eq!(status, 501);
    assert!(body.as_str().unwrap().contains("<Message>greenroom does not emulate the service sns</Message>"), "{body}");
}

#[tokio::test]
async fn health_is_answered_and_gzip_undone() {
    let (status, _, body) = ask(Method::GET, "/_localstack/health", &[], "").await;
    assert_eq!((status, &body["services"]), (200, &json!({ "sqs": "running", "things": "running" })));
    let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    zipped.write_all(br#"{"QueueUrl":"q"}"#).unwrap();
    let headers = [SEND, JSON, ("content-encoding", "gzip")];
    assert_eq!(ask(Method::POST, "/", &headers, zipped.finish().unwrap()).await.0, 200);
    assert_eq!(ask(Method::POST, "/", &headers, "no gzip").await.2["__type"], "com.amazon.coral.service#SerializationException");
}

#[tokio::test]
async fn pages_of_this_machine_may_ask_and_others_may_not() {
    let asked =
        [("origin", "http://localhost:3000"), ("access-control-request-method", "POST"), ("access-control-request-headers", "x-amz-date")];
    let (status, headers, _) = ask(Method::OPTIONS, "/", &asked, "").await;
    assert_eq!(status, 204);
    assert!(headers.contains(&("Access-Control-Allow-Origin".into(), "http://localhost:3000".into())), "{headers:?}");
    assert!(headers.contains(&("Access-Control-Allow-Headers".into(), "x-amz-date".into())), "{headers:?}");
    let (status, headers, _) = ask(Method::GET, "/things/a", &[("origin", "http://localhost:3000")], "").await;
    assert_eq!(status, 200);
    assert!(headers.iter().any(|(name, _)| name == "Access-Control-Allow-Origin"));
    let (status, _, body) = ask(Method::GET, "/things/a", &[("origin", "https://evil.example")], "").await;
    assert_eq!((status, body["Message"].as_str().unwrap()), (403, "pages of `https://evil.example` may not use greenroom"));
}

#[tokio::test]
async fn strict_refuses_what_is_not_signed() {
    let strict = endpoint(Strictness::Strict(Credentials(vec![("test".into(), "test".into())])));
    let headers = HeaderMap::new();
    let request = WireRequest { method: Method::GET, path: "/things/a".into(), query: String::new(), headers, body: Bytes::new() };
    let answer = strict.respond(request, "id").await;
    assert_eq!(answer.status, 403);
    assert!(answer.headers.contains(&("x-amzn-ErrorType".into(), "MissingAuthenticationTokenException".into())), "{answer:?}");
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded; charset=utf-8");

#[tokio::test]
async fn a_service_that_spoke_query_still_does() {
    let (status, headers, body) = ask(Method::POST, "/", &[FORM, SIGNED], "Action=SendMessage&QueueUrl=q&DelaySeconds=3").await;
    let said = "<SendMessageResult><MessageId>111122223333 eu-west-1 Some(3)</MessageId></SendMessageResult>";
    assert!(status == 200 && body.as_str().unwrap().contains(said), "{body}");
    assert_eq!(headers[0].1, "text/xml");
    let (status, _, body) = ask(Method::GET, "/1/gone?Action=SendMessage&QueueUrl=gone", &[], "").await;
    assert!(status == 400 && body.as_str().unwrap().contains("<Code>AWS.SimpleQueueService.NonExistentQueue</Code>"), "{body}");
    let (status, headers, _) = ask(Method::POST, "/", &[SEND, JSON], r#"{"QueueUrl":"gone"}"#).await;
    assert_eq!(status, 400);
    let code = ("x-amzn-query-error".to_owned(), "AWS.SimpleQueueService.NonExistentQueue;Sender".to_owned());
    assert!(headers.contains(&code), "{headers:?}");
}

#[tokio::test]
async fn forms_that_ask_for_nothing_known_are_refused() {
    let error = async |form: &'static str| {
        let (status, _, body) = ask(Method::POST, "/1/q", &[FORM, SIGNED], form).await;
        assert_eq!(status, 400);
        body.as_str().unwrap().to_owned()
    };
    let said = error("Action=Unheard&Version=2012-11-05").await;
    assert!(said.contains("<Code>InvalidAction</Code><Message>The action Unheard is not valid for this endpoint.</Message>"), "{said}");
    assert!(error("QueueUrl=q").await.contains("<Code>MissingAction</Code>"));
    assert!(error("Action=SendMessage&DelaySeconds=soon").await.contains("<Code>MalformedInput</Code>"));
    let (status, _, body) = ask(Method::GET, "/000000000000/q", &[], "").await;
    assert_eq!((status, body.as_str().unwrap()), (404, "<UnknownOperationException/>\n"));
    for action in ["Unheard", "CreateQueue"] {
        let (status, _, body) = ask(Method::GET, &format!("/000000000000/q?Action={action}"), &[], "").await;
        let said = format!("<Code>InvalidAction</Code><Message>The action {action} is not valid for this endpoint.</Message>");
        assert!(status == 400 && body.as_str().unwrap().contains(&said), "{body}");
    }
    let (status, _, body) = ask(Method::POST, "/", &[JSON, SIGNED], "{}").await;
    assert_eq!((status, body), (400, json!({ "__type": "com.amazon.coral.service#UnknownOperationException" })));
}

#[tokio::test]
async fn who_signs_wrongly_is_told_in_the_words_of_the_protocol() {
    let strict = endpoint(Strictness::Strict(Credentials(vec![("test".into(), "test".into())])));
    let refused = async |headers: &[(&'static str, &str)], body: &'static str| {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        let request = WireRequest { method: Method::POST, path: "/".into(), query: String::new(), headers: map, body: body.into() };
        let WireResponse { status, headers, body } = strict.respond(request, "id").await;
        let WireBody::Whole(body) = body else { panic!("a stream") };
        (status, headers, String::from_utf8(body.to_vec()).unwrap())
    };
    let (status, headers, body) = refused(&[SEND, JSON, SIGNED], "{}").await;
    assert_eq!(status, 403);
    let said = r#"{"__type":"com.amazon.coral.service#UnrecognizedClientException","message":"The security token included in the request is invalid."}"#;
    assert_eq!(body, said);
    assert!(headers.contains(&("x-amzn-query-error".into(), "InvalidClientTokenId;Sender".into())), "{headers:?}");
    let (status, _, body) = refused(&[FORM, SIGNED], "Action=SendMessage").await;
    assert!(status == 403 && body.contains("<Code>InvalidClientTokenId</Code>"), "{body}");
}
