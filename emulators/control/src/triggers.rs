//! What the control API asks of whoever lets the apps' code run without a request.

use std::time::Duration;

use futures::future::BoxFuture;
use greenroom_host::{EventKind, Outcome, Timestamp};
use serde_json::Value;

/// A cron trigger of an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CronInfo {
    /// The app.
    pub app: String,
    /// The expression, as it was written.
    pub cron: String,
    /// When it is due next, soonest first; empty where it never is.
    pub next: Vec<Timestamp>,
}

/// Something that is to make an app's code run.
#[derive(Debug, Clone)]
pub enum ToFire {
    /// An event that is no request.
    Data {
        /// What.
        kind: EventKind,
        /// Where from, as the journal has it.
        source: String,
        /// In one line.
        summary: String,
        /// What the handler is called with, in the vendor's shape.
        payload: Value,
    },
    /// A request.
    Request {
        /// `GET`
        method: String,
        /// The whole URL.
        url: String,
        /// Names and values in order.
        headers: Vec<(String, String)>,
        /// What the platform adds, as JSON text; empty if nothing.
        extra: String,
        /// Its body; empty for none.
        body: Vec<u8>,
    },
}

/// What became of it.
#[derive(Debug, Clone)]
pub struct Fired {
    /// The app.
    pub app: String,
    /// The event's id.
    pub event: String,
    /// How it ended.
    pub outcome: Outcome,
    /// How long that took.
    pub took: Duration,
    /// What the platform says beside the outcome: `noRetry` of cron triggers.
    pub said: Option<Value>,
    /// The answer to a request.
    pub answer: Option<FiredAnswer>,
}

/// The answer to a request.
#[derive(Debug, Clone)]
pub struct FiredAnswer {
    /// The status.
    pub status: u16,
    /// Names and values in order.
    pub headers: Vec<(String, String)>,
    /// The body as text.
    pub body: String,
}

/// Lets the apps' code run. What cannot be done is told in a sentence.
pub trait Triggers: Send + Sync {
    /// The cron triggers of `app`, or of all, each with the next `count` instants.
    ///
    /// # Errors
    /// When there is no such app.
    fn crons(&self, app: Option<&str>, count: usize) -> Result<Vec<CronInfo>, String>;

    /// Runs a cron trigger now, as if it had been due at `at`. Without `app` or `cron` the only one.
    fn cron(&self, app: Option<&str>, cron: Option<&str>, at: Option<Timestamp>) -> BoxFuture<'static, Result<Fired, String>>;

    /// Whether the platform of `app` takes `data` with an event of `kind`; if not, the inner error says why, with the key first.
    ///
    /// # Errors
    /// When there is no such app.
    fn check(&self, app: Option<&str>, kind: EventKind, data: &Value) -> Result<Result<(), String>, String>;

    /// Delivers an event. Without `app` to the only one.
    fn fire(&self, app: Option<&str>, event: ToFire) -> BoxFuture<'static, Result<Fired, String>>;
}
