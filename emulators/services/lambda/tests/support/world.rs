//! A service with its endpoint on a frozen clock, asked without a socket.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::Path;
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use futures::future::BoxFuture;
use greenroom_aws_wire::{Endpoint, HeaderMap, Method, Strictness, WireBody, WireRequest, WireResponse, uuid};
use greenroom_host::{Advance, Bound, Clock, Delivery, Function, Host, Ids, Invocation, Parcel, Profile, Reply, Timestamp, Undelivered};
use greenroom_lambda::{Key, LambdaService};
use serde_json::{Value, json};

use super::fake::Fake;

/// Parcels for functions go to the service.
#[derive(Default)]
struct Door(OnceLock<Weak<LambdaService>>);

impl Delivery for Door {
    fn deliver(&self, parcel: Parcel) -> BoxFuture<'static, Result<Reply, Undelivered>> {
        let service = self.0.get().and_then(Weak::upgrade);
        Box::pin(async move { service.ok_or(Undelivered::Gone)?.deliver(parcel).await })
    }
}

pub(crate) struct World {
    pub(crate) host: Host,
    pub(crate) fake: Fake,
    pub(crate) service: Arc<LambdaService>,
    endpoint: Arc<Endpoint>,
}

pub(crate) struct Answered {
    /// 0: nothing was sent.
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

impl Answered {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<String> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
    }
}

pub(crate) fn key(name: &str) -> Key {
    Key { account: "000000000000".into(), region: "us-east-1".into(), name: name.into() }
}

impl World {
    pub(crate) fn new(profile: Profile) -> Self {
        Self::with(profile, None, Fake::default())
    }

    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self::with(Profile::Production, Some(folder), Fake::default())
    }

    fn with(profile: Profile, folder: Option<&Path>, fake: Fake) -> Self {
        let clock = Clock::frozen(Timestamp::parse("2027-01-01T00:00:00Z").unwrap());
        let door = Arc::new(Door::default());
        let host = Host::new(clock, Ids::from_seed(7), profile, None).with_delivery(Arc::clone(&door) as _);
        let host = host.for_app("aws", folder.map(Path::to_owned));
        let service = LambdaService::open(host.clone(), Arc::new(fake.clone())).unwrap();
        door.0.set(Arc::downgrade(&service)).unwrap();
        let endpoint = Endpoint::new(host.clone(), vec![service.served()], Strictness::Parsed, "http://127.0.0.1:4566".into());
        Self { host, fake, service, endpoint: Arc::new(endpoint) }
    }

    pub(crate) async fn post(&self, path: &str, headers: &[(&'static str, &str)], body: &str) -> Answered {
        ask(&self.endpoint, &self.host, Method::POST, path, headers, body.to_owned()).await
    }

    pub(crate) async fn put(&self, path: &str, body: &str) -> Answered {
        ask(&self.endpoint, &self.host, Method::PUT, path, &[], body.to_owned()).await
    }

    #[allow(dead_code, reason = "not every test asks")]
    pub(crate) async fn request(&self, method: &str, path: &str, headers: &[(&'static str, &str)], body: &str) -> Answered {
        ask(&self.endpoint, &self.host, method.parse().unwrap(), path, headers, body.to_owned()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answered {
        ask(&self.endpoint, &self.host, Method::GET, path, &[], String::new()).await
    }

    /// Makes a function by the API.
    pub(crate) async fn create(&self, name: &str, handler: &str) {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file("index.py", zip::write::SimpleFileOptions::default()).unwrap();
        let zip = BASE64.encode(zip.finish().unwrap().into_inner());
        let role = "arn:aws:iam::000000000000:role/r";
        let body = json!({ "FunctionName": name, "Runtime": "python3.13", "Handler": handler, "Role": role, "Code": { "ZipFile": zip } });
        let made = self.post("/2015-03-31/functions", &[], &body.to_string()).await;
        assert_eq!(made.status, 201, "{:?}", made.body);
    }

    /// Calls a function, in a task of its own.
    pub(crate) fn spawn_invoke(&self, name: &str) -> tokio::task::JoinHandle<Answered> {
        let (endpoint, host, path) = (Arc::clone(&self.endpoint), self.host.clone(), format!("/2015-03-31/functions/{name}/invocations"));
        tokio::spawn(async move { ask(&endpoint, &host, Method::POST, &path, &[], "{}".to_owned()).await })
    }

    pub(crate) async fn settle(&self) {
        self.host.clock.settle(Duration::from_secs(300)).await.unwrap();
    }

    pub(crate) async fn advance(&self, by: Duration) {
        self.settle().await;
        let advanced = self.host.clock.advance(Advance::By(by), Bound::default()).await.unwrap();
        assert_eq!(advanced.stopped, None, "{advanced:?}");
    }

    /// Puts the state of now back after `work`.
    pub(crate) async fn restore_after(&self, work: impl AsyncFnOnce(&Self)) {
        let (state, host) = (self.host.state.clone(), self.host.clone());
        tokio::task::spawn_blocking(move || state.snapshot("s", true, || host.moment()).unwrap()).await.unwrap();
        work(self).await;
        let (state, clock) = (self.host.state.clone(), self.host.clock.clone());
        let swapped = move |moment: &greenroom_host::state::Moment| {
            clock.freeze(Some(Timestamp(moment.at)));
        };
        let restore = move || state.restore("s", swapped).unwrap();
        tokio::task::spawn_blocking(restore).await.unwrap();
        self.settle().await;
    }

    pub(crate) fn seen(&self) -> Vec<(Arc<Function>, Invocation)> {
        self.fake.seen.lock().unwrap().clone()
    }

    /// How often a function was invoked.
    pub(crate) fn tries(&self, name: &str) -> usize {
        self.seen().iter().filter(|(function, _)| function.name == name).count()
    }

    /// Lets other tasks run until a function was invoked so often.
    pub(crate) async fn until_tries(&self, name: &str, count: usize) {
        let until = async {
            while self.tries(name) < count {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(300), until).await.unwrap();
    }

    /// What a function was invoked with at last.
    pub(crate) fn payload(&self, name: &str) -> Value {
        let seen = self.seen();
        let (_, last) = seen.iter().rev().find(|(function, _)| function.name == name).unwrap();
        serde_json::from_slice(&last.payload).unwrap()
    }
}

async fn ask(endpoint: &Endpoint, host: &Host, method: Method, path: &str, headers: &[(&'static str, &str)], body: String) -> Answered {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.insert(*name, value.parse().unwrap());
    }
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let request = WireRequest { method, path: path.into(), query: query.into(), headers: map, body: body.into() };
    let WireResponse { status, headers, body } = endpoint.respond(request, &uuid(host)).await;
    match body {
        WireBody::Whole(body) => Answered { status, headers, body },
        WireBody::Unsent => Answered { status: 0, headers: Vec::new(), body: Bytes::new() },
        WireBody::Stream(_) => panic!("a stream"),
    }
}
