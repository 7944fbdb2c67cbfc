//! The control API of a run.

use serde_json::{Value, json};

use crate::client::{Client, Reply};
use crate::server::PATIENCE;

/// Asks the control API.
#[derive(Debug, Clone, Copy)]
pub struct Control {
    client: Client,
}

impl Control {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.client.address())
    }

    /// Any request, with a body of JSON.
    ///
    /// # Panics
    /// If no answer comes.
    #[must_use]
    pub fn ask(&self, method: &str, path: &str, body: &Value) -> Reply {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let answer = self.client.try_request(method, path, &[("content-type", "application/json")], body.as_bytes());
        answer.unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// `GET`, which must succeed.
    ///
    /// # Panics
    /// If it does not.
    #[must_use]
    pub fn get(&self, path: &str) -> Value {
        let reply = self.ask("GET", path, &Value::Null);
        assert_eq!(reply.status, 200, "GET {path}: {}", reply.text());
        reply.json()
    }

    /// `POST`, which must succeed.
    ///
    /// # Panics
    /// If it does not.
    #[expect(clippy::needless_pass_by_value, reason = "bodies are made where they are sent")]
    pub fn post(&self, path: &str, body: Value) -> Value {
        let reply = self.ask("POST", path, &body);
        assert_eq!(reply.status, 200, "POST {path} {body}: {}", reply.text());
        reply.json()
    }

    /// Freezes time at `at`.
    pub fn freeze(&self, at: &str) {
        self.post("/v1/clock/freeze", json!({ "at": at }));
    }

    /// Moves time on by `by`, and gives the report. However long this machine takes for what falls due, it is waited for.
    pub fn advance(&self, by: &str) -> Value {
        self.move_on(json!({ "by": by }))
    }

    /// Moves time on to the next due thing, and gives the report.
    pub fn advance_to_next(&self) -> Value {
        self.move_on(json!({ "next": true }))
    }

    fn move_on(&self, mut how: Value) -> Value {
        let patience = u64::try_from(PATIENCE.as_millis()).unwrap_or(u64::MAX);
        (how["max_settle_ms"], how["max_wall_ms"]) = (patience.into(), patience.into());
        self.post("/v1/clock/advance", how)
    }
}
