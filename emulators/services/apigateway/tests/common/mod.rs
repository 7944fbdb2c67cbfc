//! A gateway whose functions are closures.

#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    reason = "each test uses a part of it, and helpers of tests fail as tests do"
)]

pub mod rest;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use bytes::Bytes;
use futures::StreamExt;
use futures::future::BoxFuture;
use greenroom_apigateway::config::{Doors, FunctionUrl, Owner, Stage};
use greenroom_apigateway::{Body, Door, DoorKind, Gateway, GatewayLog, HttpRecord, OutReply, OutRequest, Outside, Urls};
use greenroom_host::{
    Clock, Content, Delivery, FunctionCall, Host, Ids, Journal, Outcome, Parcel, Profile, Recipient, Reply, Timestamp, Undelivered,
};
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};

/// 2020-04-21T15:08:21.067Z
pub const NOW: Timestamp = Timestamp(1_587_481_701_067);

/// A call that a function got.
#[derive(Debug, Clone)]
pub struct Call {
    pub arn: String,
    pub event: Value,
    pub how: FunctionCall,
    pub caused: bool,
}

/// What functions answer, one after the other.
pub enum Act {
    /// This document.
    Return(Value),
    /// These bytes as they are.
    Bytes(Vec<(&'static str, &'static str)>, Vec<Result<Bytes, String>>),
    /// These, and then nothing, ever.
    Silent(Vec<Result<Bytes, String>>),
    /// The document of an error.
    Fail(Value),
    /// A status of `Invoke`, and what it says.
    Status(u16, Value),
    /// Nothing, ever.
    Hang,
}

#[derive(Default)]
pub struct Functions {
    pub calls: Mutex<Vec<Call>>,
    pub acts: Mutex<VecDeque<Act>>,
}

impl Functions {
    pub fn will(&self, act: Act) {
        self.acts.lock().unwrap().push_back(act);
    }

    pub fn returns(&self, value: Value) {
        self.will(Act::Return(value));
    }

    pub fn last(&self) -> Call {
        self.calls.lock().unwrap().last().expect("a function was called").clone()
    }

    pub fn count(&self) -> usize {
        self.calls.lock().unwrap().len()
    }
}

impl Delivery for Functions {
    fn deliver(&self, parcel: Parcel) -> BoxFuture<'static, Result<Reply, Undelivered>> {
        let Recipient::Function(arn) = parcel.to else { panic!("only functions are called") };
        let Some(Content::Whole(event)) = parcel.body else { panic!("an event is whole") };
        let event = serde_json::from_slice(&event).unwrap();
        let how = serde_json::from_slice(&parcel.entry).unwrap();
        if arn.ends_with(":missing") {
            return Box::pin(std::future::ready(Err(Undelivered::NoSuchFunction(arn))));
        }
        self.calls.lock().unwrap().push(Call { arn, event, how, caused: parcel.cause.is_some() });
        let act = self.acts.lock().unwrap().pop_front().unwrap_or(Act::Return(json!({ "statusCode": 200 })));
        let reply = |status, headers: Vec<(&str, &str)>, body| {
            let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            Ok(Reply { status, reason: String::new(), headers, body: Some(body) })
        };
        let whole = |value: Value| Content::Whole(Bytes::from(value.to_string()));
        Box::pin(async move {
            match act {
                Act::Return(value) => reply(200, vec![], whole(value)),
                Act::Bytes(headers, pieces) => reply(200, headers, Content::Stream(Box::pin(futures::stream::iter(pieces)))),
                Act::Silent(pieces) => {
                    let pieces = futures::stream::iter(pieces).chain(futures::stream::pending());
                    reply(200, vec![], Content::Stream(Box::pin(pieces)))
                }
                Act::Fail(error) => reply(200, vec![("x-amz-function-error", "Unhandled")], whole(error)),
                Act::Status(status, said) => reply(status, vec![], whole(said)),
                Act::Hang => std::future::pending().await,
            }
        })
    }
}

/// Keeps what the log is told.
#[derive(Default)]
pub struct Log(pub Mutex<Vec<(u16, Outcome)>>);

impl GatewayLog for Log {
    fn request(&self, record: &HttpRecord<'_>) {
        self.0.lock().unwrap().push((record.status, record.outcome.clone()));
    }
}

/// The outside: issuers that publish the keys of the tests, and a server that answers what it was asked.
pub struct Issuer;

impl Outside for Issuer {
    fn send(&self, request: OutRequest) -> BoxFuture<'static, Result<OutReply, String>> {
        if let Some(path) = request.url.strip_prefix("https://server.example") {
            return server(path, &request);
        }
        let found = match request.url.as_str() {
            "https://issuer.example/.well-known/openid-configuration" => Ok(json!({ "jwks_uri": "https://issuer.example/keys" })),
            "https://issuer.example/keys" | POOL_KEYS => Ok(key_set()),
            url => Err(format!("nothing at {url}")),
        };
        let reply = |value: Value| OutReply { status: 200, headers: vec![], content: Content::Whole(value.to_string().into()) };
        Box::pin(std::future::ready(found.map(reply)))
    }
}

/// Where the keys of a pool of users are.
const POOL_KEYS: &str = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_pool/.well-known/jwks.json";

/// Answers what it was asked; the status that the path ends in, if it ends in one; nothing at `/silent`.
fn server(path: &str, request: &OutRequest) -> BoxFuture<'static, Result<OutReply, String>> {
    let body = String::from_utf8_lossy(&request.body).into_owned();
    let asked = json!({ "app": &*request.app, "method": request.method, "path": path, "headers": request.headers, "body": body });
    let status = path.split('?').next().and_then(|path| path.rsplit('/').next()).and_then(|last| last.parse().ok()).unwrap_or(200);
    let headers = vec![("Content-Type".to_owned(), "application/json".to_owned()), ("Server".to_owned(), "own".to_owned())];
    let silent = path == "/silent";
    Box::pin(async move {
        if silent {
            std::future::pending::<()>().await;
        }
        Ok(OutReply { status, headers, content: Content::Whole(asked.to_string().into()) })
    })
}

/// A function URL that no door is for.
pub struct Made;

impl Urls for Made {
    fn find(&self, id: String) -> BoxFuture<'static, Option<FunctionUrl>> {
        let url = FunctionUrl { id: id.clone(), arn: arn("made"), owner: owner(), iam: false, cors: None, stream: false };
        Box::pin(std::future::ready((id == "made1").then_some(url)))
    }
}

fn key() -> &'static KeyPair {
    static KEY: OnceLock<KeyPair> = OnceLock::new();
    KEY.get_or_init(|| KeyPair::generate(KeySize::Rsa2048).unwrap())
}

fn key_set() -> Value {
    let public = key().public_key();
    let part = |bytes: &[u8]| BASE64URL.encode(bytes);
    let (n, e) = (part(public.modulus().big_endian_without_leading_zero()), part(public.exponent().big_endian_without_leading_zero()));
    json!({ "keys": [{ "kty": "RSA", "kid": "test-1", "alg": "RS256", "n": n, "e": e }] })
}

/// A token of the issuer.
pub fn token(claims: &Value) -> String {
    let part = |value: &Value| BASE64URL.encode(value.to_string());
    let signed = format!("{}.{}", part(&json!({ "alg": "RS256", "kid": "test-1" })), part(claims));
    let mut signature = vec![0; key().public_modulus_len()];
    key().sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
    format!("{signed}.{}", BASE64URL.encode(signature))
}

pub struct World {
    pub gateway: Gateway,
    pub host: Host,
    pub functions: Arc<Functions>,
    pub log: Arc<Log>,
}

/// What was answered.
#[derive(Debug)]
pub struct Answered {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
}

impl Answered {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn all(&self, name: &str) -> Vec<&str> {
        self.headers.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect()
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{self:?}"))
    }
}

impl World {
    pub fn new(doors: Doors) -> Self {
        Self::with(Profile::Production, doors)
    }

    pub fn with(profile: Profile, doors: Doors) -> Self {
        let functions = Arc::new(Functions::default());
        let host = Host::new(Clock::frozen(NOW), Ids::from_seed(7), profile, None)
            .with_journal(Journal::in_memory(None).unwrap())
            .with_delivery(functions.clone());
        let log = Arc::new(Log::default());
        let gateway = Gateway::new(host.clone(), log.clone(), Arc::new(Issuer), Arc::new(Made));
        gateway.configure(doors);
        Self { gateway, host, functions, log }
    }

    pub async fn send(&self, door: &Door, request: http::Request<Full<Bytes>>) -> Answered {
        let response = self.gateway.handle(door, request, "192.0.2.7:5555".parse().unwrap()).await;
        answered(response).await
    }

    pub async fn get(&self, door: &Door, path: &str) -> Answered {
        self.send(door, request("GET", path, &[], "")).await
    }

    /// What the log was told last of why something failed.
    pub fn cause(&self) -> String {
        let log = self.log.0.lock().unwrap();
        log.last().unwrap().1.text().unwrap_or_default().to_owned()
    }
}

pub async fn answered(response: http::Response<Body>) -> Answered {
    let status = response.status().as_u16();
    let headers = response.headers().iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    Answered { status, headers, body: response.into_body().collect().await.unwrap().to_bytes() }
}

pub fn request(method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<Bytes>) -> http::Request<Full<Bytes>> {
    let mut request = http::Request::builder().method(method).uri(path);
    if !headers.iter().any(|(name, _)| *name == "host") {
        request = request.header("host", "abc123.execute-api.localhost:4566");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Full::new(body.into())).unwrap()
}

pub fn owner() -> Owner {
    Owner { account: "123456789012".into(), region: "us-east-1".into() }
}

pub fn stage(name: &str) -> Stage {
    Stage { name: name.into(), ..Stage::default() }
}

pub fn arn(name: &str) -> String {
    format!("arn:aws:lambda:us-east-1:123456789012:function:{name}")
}

pub fn door(kind: DoorKind, id: &str) -> Door {
    Door { kind, id: id.into(), stage: None }
}
