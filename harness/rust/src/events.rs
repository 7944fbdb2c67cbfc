//! What happens in a run: every request, cron tick and call, with what it asked of services and what became of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::clock::{array, text};
use crate::error::{Error, Result};
use crate::wire::{Control, encoded, query};

/// How long an event is waited for if nothing else is said.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many of the latest events are shown when an expected one does not come.
const SHOWN: usize = 20;

/// The journal of a run. Clones share where they look from.
#[derive(Debug, Clone)]
pub struct Events {
    control: Control,
    position: Arc<AtomicU64>,
}

impl Events {
    pub(crate) fn new(control: Control) -> Self {
        Self { control, position: Arc::default() }
    }

    /// Lets [`Events::expect`] look from here on.
    ///
    /// # Errors
    /// When the run does not answer.
    pub fn mark(&self) -> Result<()> {
        let position = self.control.ask("GET", "/v1/events?limit=1", Value::Null)?["position"].as_u64();
        self.position.store(position.unwrap_or_default(), Ordering::Relaxed);
        Ok(())
    }

    /// Events in short, the newest first, by filters: `[("app", "shop"), ("kind", "cron.tick")]`.
    ///
    /// # Errors
    /// A filter that makes no sense.
    pub fn list(&self, filters: &[(&str, &str)]) -> Result<Vec<Value>> {
        let filters: Vec<_> = filters.iter().map(|(name, value)| (*name, Some((*value).to_owned()))).collect();
        Ok(array(&self.control.ask("GET", &format!("/v1/events{}", query(&filters)), Value::Null)?, "events").to_vec())
    }

    /// One event, with everything that is kept of it.
    ///
    /// # Errors
    /// When the journal has none of that id.
    pub fn get(&self, id: &str) -> Result<Value> {
        self.control.ask("GET", &format!("/v1/events/{}", encoded(id)), Value::Null)
    }

    /// The events of a trace, with everything that is kept of them, in the order in which they happened; also by the id of one of them.
    ///
    /// # Errors
    /// When the journal has none of that id.
    pub fn trace(&self, id: &str) -> Result<Vec<Value>> {
        Ok(array(&self.control.ask("GET", &format!("/v1/traces/{}", encoded(id)), Value::Null)?, "events").to_vec())
    }

    /// The first event that has ended since the test began, or ends within thirty seconds, and is like this: each key must match,
    /// `json!({ "kind": "cron.tick", "outcome": "ok", "calls": [{ "service": "kv" }] })`; of arrays, each given item one that is there.
    ///
    /// # Errors
    /// When there is none: with those that there were.
    #[expect(clippy::needless_pass_by_value, reason = "what is expected is made where it is asked for")]
    pub fn expect(&self, like: Value) -> Result<Value> {
        self.first(&|event| matches(&like, event), PATIENCE, &format!("like {like}"))
    }

    /// The same for what a function decides, within `patience`.
    ///
    /// # Errors
    /// The same.
    pub fn expect_within(&self, patience: Duration, is_it: impl Fn(&Value) -> bool) -> Result<Value> {
        self.first(&is_it, patience, "as expected")
    }

    /// Events as a fixture that can be replayed; with `chain`, all that they caused too.
    ///
    /// # Errors
    /// When the journal does not have one of them.
    pub fn export(&self, ids: &[&str], chain: bool) -> Result<Value> {
        self.control.ask("POST", "/v1/events/export", json!({ "ids": ids, "chain": chain }))
    }

    /// Makes the events of a fixture happen again. Gives what differs, `differences`, and whether it failed, `failed`.
    ///
    /// # Errors
    /// A fixture that cannot be replayed here.
    #[expect(clippy::needless_pass_by_value, reason = "a fixture is large and read where it is replayed")]
    pub fn replay(&self, fixture: Value) -> Result<Value> {
        self.control.ask("POST", "/v1/events/replay", json!({ "fixture": fixture }))
    }

    /// The same for an event of the journal.
    ///
    /// # Errors
    /// When the journal does not have it.
    pub fn replay_event(&self, id: &str) -> Result<Value> {
        self.control.ask("POST", "/v1/events/replay", json!({ "id": id }))
    }

    fn first(&self, is_it: &dyn Fn(&Value) -> bool, patience: Duration, wanted: &str) -> Result<Value> {
        let path = format!("/v1/events/tail?after={}", self.position.load(Ordering::Relaxed));
        let mut found = None;
        self.control.stream(&path, patience, &mut |event| {
            let is_it = is_it(&event);
            found = is_it.then_some(event);
            is_it
        })?;
        if let Some(event) = found {
            return Ok(event);
        }
        let latest = self.list(&[("limit", &SHOWN.to_string())])?;
        let lines: Vec<_> = latest.iter().rev().map(|event| format!("\n  {}", line(event))).collect();
        let lines = if lines.is_empty() { " none".to_owned() } else { lines.concat() };
        Err(Error::new("no-event", format!("no event {wanted} in {patience:?}; the journal's latest:{lines}")))
    }
}

fn line(event: &Value) -> String {
    let mut line = ["at", "app", "kind", "summary"].map(|key| text(event, key)).join(" ") + " → " + &text(event, "outcome");
    if let Some(status) = event["status"].as_u64() {
        line += &format!(" {status}");
    }
    line + &event["message"].as_str().map(|message| format!(" {message}")).unwrap_or_default()
}

/// Whether `actual` is like `like`. Of an event, `app` is its target; an outcome or a body may be given as its text alone.
fn matches(like: &Value, actual: &Value) -> bool {
    match like {
        Value::Object(keys) => {
            let of = |key: &String| if key == "app" && actual["app"].is_null() { &actual["target"] } else { &actual[key] };
            actual.is_object() && keys.iter().all(|(key, value)| matches(value, of(key)))
        }
        Value::Array(items) => {
            actual.as_array().is_some_and(|actual| items.iter().all(|item| actual.iter().any(|other| matches(item, other))))
        }
        Value::String(_) if actual.is_object() => [&actual["type"], &actual["text"]].contains(&like),
        plain => plain == actual,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_like_what_is_expected_of_them() {
        let event = json!({
            "kind": "cron.tick", "target": "digest", "outcome": { "type": "ok" }, "response": null,
            "calls": [{ "service": "kv", "operation": "get" }, { "service": "kv", "operation": "put" }],
        });
        for like in [
            json!({}),
            json!({ "kind": "cron.tick", "app": "digest", "outcome": "ok" }),
            json!({ "calls": [{ "operation": "put" }] }),
            json!({ "outcome": { "type": "ok" }, "response": null }),
        ] {
            assert!(matches(&like, &event), "{like}");
        }
        for unlike in [
            json!({ "kind": "cron" }),
            json!({ "outcome": "error" }),
            json!({ "calls": [{ "operation": "delete" }] }),
            json!({ "nothing": 1 }),
            json!({ "calls": { "operation": "put" } }),
        ] {
            assert!(!matches(&unlike, &event), "{unlike}");
        }
    }
}
