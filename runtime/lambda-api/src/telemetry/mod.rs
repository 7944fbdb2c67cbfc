//! What Lambda reports: lines of the log, and events for the extensions that have subscribed to them.
//! <https://docs.aws.amazon.com/lambda/latest/dg/telemetry-api.html>

mod batch;
mod deliver;
mod dialect;
mod platform;
mod request;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use greenroom_host::Host;
use serde_json::{Value, json};

use batch::Batcher;
pub(crate) use dialect::Dialect;
pub(crate) use platform::{Platform, RunMetrics, RuntimeVersion, Status};
pub(crate) use request::NotSubscribed;
use request::Subscription;

/// The subscriptions of one instance.
pub(crate) struct Telemetry {
    host: Host,
    /// How long a subscriber may take to accept a batch.
    patience: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    subscribers: Vec<Subscriber>,
    /// What has happened until nobody may subscribe any more: who subscribes gets it too.
    past: Vec<Happened>,
    closed: bool,
}

struct Subscriber {
    wants: Subscription,
    batcher: Batcher,
}

/// One event, before it is put into a subscriber's words.
#[derive(Clone)]
enum Happened {
    Platform(String, Platform),
    Line { at: String, kind: &'static str, record: Value },
}

impl Telemetry {
    pub(crate) fn new(host: &Host, patience: Duration) -> Self {
        Self { host: host.clone(), patience, state: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A line of the function's code.
    pub(crate) fn function(&self, text: &str, json: bool) {
        let object = json.then(|| serde_json::from_str(text).ok()).flatten().filter(Value::is_object);
        self.tell("function", || object.unwrap_or_else(|| json!(text)));
    }

    /// A line of an extension.
    pub(crate) fn extension(&self, text: &str) {
        self.tell("extension", || json!(text));
    }

    /// Something that Lambda reports.
    pub(crate) fn platform(&self, event: &Platform) {
        self.publish(|at| Happened::Platform(at, event.clone()));
    }

    fn tell(&self, kind: &'static str, record: impl FnOnce() -> Value) {
        self.publish(|at| Happened::Line { at, kind, record: record() });
    }

    fn publish(&self, happened: impl FnOnce(String) -> Happened) {
        let mut state = self.lock();
        if state.closed && state.subscribers.is_empty() {
            return;
        }
        let happened = happened(self.host.clock.now().iso_8601());
        state.subscribers.iter().for_each(|subscriber| subscriber.take(&happened));
        if !state.closed {
            state.past.push(happened);
        }
    }

    /// An extension wants to know. What has happened since the start comes first.
    pub(crate) fn subscribe(&self, body: &[u8], dialect: Dialect) -> Result<Vec<String>, NotSubscribed> {
        let wants = Subscription::read(body, dialect)?;
        let types = wants.types.clone();
        let mut state = self.lock();
        if state.closed {
            return Err(NotSubscribed::Closed);
        }
        let subscriber = Subscriber { batcher: Batcher::start(&wants, &self.host, self.patience), wants };
        state.past.iter().for_each(|happened| subscriber.take(happened));
        state.subscribers.push(subscriber);
        Ok(types)
    }

    /// Nobody may subscribe from here on.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.past.clear();
    }

    /// Returns when everything has been delivered that there is.
    pub(crate) async fn flush(&self) {
        let waiting: Vec<_> = self.lock().subscribers.iter().map(|subscriber| subscriber.batcher.flush()).collect();
        for flushed in waiting {
            let _ = flushed.await;
        }
    }
}

impl Subscriber {
    fn take(&self, happened: &Happened) {
        let kind = match happened {
            Happened::Platform(..) => "platform",
            Happened::Line { kind, .. } => kind,
        };
        if !self.wants.types.iter().any(|wanted| wanted == kind) {
            return;
        }
        let events = match happened {
            Happened::Platform(at, event) => self.wants.dialect.platform(at, event),
            Happened::Line { at, kind, record } => vec![json!({ "time": at, "type": kind, "record": record })],
        };
        for event in &events {
            self.batcher.add(event);
        }
    }
}
