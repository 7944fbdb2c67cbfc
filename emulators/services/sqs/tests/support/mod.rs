//! Queues with their endpoint on a frozen clock, asked without a socket.

#![allow(clippy::unwrap_used, dead_code, reason = "tests")]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use greenroom_aws_wire::{Endpoint, HeaderMap, Method, Strictness, WireBody, WireRequest, uuid};
use greenroom_host::{Advance, Bound, Clock, Host, Ids, Journal, Profile, Timestamp};
use greenroom_sqs::Queues;
use serde_json::{Value, json};

pub(crate) struct World {
    pub(crate) host: Host,
    pub(crate) queues: Queues,
    endpoint: Arc<Endpoint>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(Profile::Production, None)
    }

    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self::with(Profile::Production, Some(folder))
    }

    pub(crate) fn with(profile: Profile, folder: Option<&Path>) -> Self {
        let clock = Clock::frozen(Timestamp::parse("2027-01-01T00:00:00Z").unwrap());
        let host = Host::new(clock, Ids::from_seed(7), profile, None).with_journal(Journal::in_memory(None).unwrap());
        let host = host.for_app("aws", folder.map(Path::to_owned));
        let queues = Queues::open(host.clone()).unwrap();
        let endpoint = Endpoint::new(host.clone(), vec![queues.served()], Strictness::Parsed, "http://127.0.0.1:4566".into());
        Self { host, queues, endpoint: Arc::new(endpoint) }
    }

    /// Asks, and gives what is answered with the status.
    pub(crate) async fn ask(&self, operation: &str, input: Value) -> (u16, Value) {
        ask(&self.endpoint, &self.host, operation, input).await
    }

    /// Asks as clients of the query protocol do; the answer as it stands.
    pub(crate) async fn form(&self, fields: &[(String, String)]) -> (u16, String) {
        let encode = |text: &str| greenroom_aws_wire::encoding::percent_encode(text, false);
        let body = fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect::<Vec<_>>().join("&");
        let kind = ("content-type", "application/x-www-form-urlencoded; charset=utf-8");
        let (status, body) = respond(&self.endpoint, &self.host, &[kind], body).await;
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    /// Asks for what has to work.
    pub(crate) async fn call(&self, operation: &str, input: Value) -> Value {
        let (status, body) = self.ask(operation, input).await;
        assert_eq!(status, 200, "{operation}: {body}");
        body
    }

    /// Asks for what has to fail: the error's name and text.
    pub(crate) async fn refused(&self, operation: &str, input: Value) -> (String, String) {
        let (status, body) = self.ask(operation, input).await;
        assert_ne!(status, 200, "{operation}: {body}");
        let kind = body["__type"].as_str().unwrap();
        (kind.rsplit('#').next().unwrap().to_owned(), body["message"].as_str().or(body["Message"].as_str()).unwrap_or_default().to_owned())
    }

    pub(crate) async fn create(&self, name: &str, attributes: Value) -> String {
        let made = self.call("CreateQueue", json!({ "QueueName": name, "Attributes": attributes })).await;
        made["QueueUrl"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn send(&self, url: &str, body: &str) -> Value {
        self.call("SendMessage", json!({ "QueueUrl": url, "MessageBody": body })).await
    }

    pub(crate) async fn send_fifo(&self, url: &str, body: &str, group: &str, id: &str) -> Value {
        let message = json!({ "QueueUrl": url, "MessageBody": body, "MessageGroupId": group, "MessageDeduplicationId": id });
        self.call("SendMessage", message).await
    }

    /// Up to ten messages.
    pub(crate) async fn receive(&self, url: &str) -> Vec<Value> {
        self.receive_with(url, json!({})).await
    }

    pub(crate) async fn receive_with(&self, url: &str, more: Value) -> Vec<Value> {
        let mut input = json!({ "QueueUrl": url, "MaxNumberOfMessages": 10, "AttributeNames": ["All"], "MessageAttributeNames": ["All"] });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let got = self.call("ReceiveMessage", input).await;
        got["Messages"].as_array().cloned().unwrap_or_default()
    }

    /// A receive in a task of its own.
    pub(crate) fn spawn(&self, operation: &'static str, input: Value) -> tokio::task::JoinHandle<(u16, Value)> {
        let (endpoint, host) = (Arc::clone(&self.endpoint), self.host.clone());
        tokio::spawn(async move { ask(&endpoint, &host, operation, input).await })
    }

    pub(crate) async fn delete(&self, url: &str, message: &Value) {
        self.call("DeleteMessage", json!({ "QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"] })).await;
    }

    /// Visible, in flight, delayed.
    pub(crate) async fn counts(&self, url: &str) -> [u64; 3] {
        let got = self.call("GetQueueAttributes", json!({ "QueueUrl": url, "AttributeNames": ["All"] })).await;
        let names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"];
        names.map(|name| got["Attributes"][name].as_str().unwrap().parse().unwrap())
    }

    pub(crate) async fn settle(&self) {
        self.host.clock.settle(Duration::from_secs(300)).await.unwrap();
    }

    pub(crate) async fn advance(&self, seconds: u64) {
        self.settle().await;
        let advanced = self.host.clock.advance(Advance::By(Duration::from_secs(seconds)), Bound::default()).await.unwrap();
        assert_eq!(advanced.stopped, None, "{advanced:?}");
    }
}

/// What messages say.
pub(crate) fn bodies(messages: &[Value]) -> Vec<&str> {
    messages.iter().map(|message| message["Body"].as_str().unwrap()).collect()
}

pub(crate) fn arn(name: &str) -> String {
    format!("arn:aws:sqs:us-east-1:000000000000:{name}")
}

async fn ask(endpoint: &Endpoint, host: &Host, operation: &str, input: Value) -> (u16, Value) {
    let target = format!("AmazonSQS.{operation}");
    let headers = [("x-amz-target", target.as_str()), ("content-type", "application/x-amz-json-1.0")];
    let (status, body) = respond(endpoint, host, &headers, input.to_string()).await;
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

async fn respond(endpoint: &Endpoint, host: &Host, given: &[(&'static str, &str)], body: String) -> (u16, Bytes) {
    let mut headers = HeaderMap::new();
    headers.insert("host", "127.0.0.1:4566".parse().unwrap());
    for (name, value) in given {
        headers.insert(*name, value.parse().unwrap());
    }
    let request = WireRequest { method: Method::POST, path: "/".into(), query: String::new(), headers, body: body.into() };
    let response = endpoint.respond(request, &uuid(host)).await;
    let WireBody::Whole(body) = response.body else { panic!("a stream") };
    (response.status, body)
}
