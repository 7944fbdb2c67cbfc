//! The state of all apps of a run.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use crate::clock::array;
use crate::error::Result;
use crate::events::Events;
use crate::wire::{Control, encoded, query};

/// Snapshots: all services of all apps, and the time where it stood still.
#[derive(Debug, Clone)]
pub struct State {
    control: Control,
    events: Events,
}

impl State {
    pub(crate) fn new(control: Control, events: Events) -> Self {
        Self { control, events }
    }

    /// Keeps a copy under a name.
    ///
    /// # Errors
    /// A name that is none, or that is taken.
    pub fn snapshot(&self, name: &str) -> Result<()> {
        self.control.ask("POST", "/v1/state/snapshots", json!({ "name": name })).map(drop)
    }

    /// Puts a copy back, all at once, and the time with it where it stood still.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn restore(&self, name: &str) -> Result<()> {
        self.control.ask("POST", "/v1/state/restore", json!({ "name": name })).map(drop)
    }

    /// The same, and code serves afresh, without what it keeps in its own variables.
    ///
    /// # Errors
    /// The same.
    pub fn restore_and_restart(&self, name: &str) -> Result<()> {
        self.control.ask("POST", "/v1/state/restore", json!({ "name": name, "restart": true })).map(drop)
    }

    /// Empties everything; databases have their migrations.
    ///
    /// # Errors
    /// When that cannot be done.
    pub fn reset(&self) -> Result<()> {
        self.control.ask("POST", "/v1/state/reset", json!({})).map(drop)
    }

    /// Deletes a copy.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn remove(&self, name: &str) -> Result<()> {
        self.control.ask("DELETE", &format!("/v1/state/snapshots/{}", encoded(name)), Value::Null).map(drop)
    }

    /// What differs between a snapshot and another, or what is there now.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn diff(&self, from: &str, to: Option<&str>) -> Result<Vec<Value>> {
        let query = query(&[("from", Some(from.to_owned())), ("to", to.map(str::to_owned))]);
        let answer = self.control.ask("GET", &format!("/v1/state/diff{query}"), Value::Null)?;
        Ok(array(&answer, "differences").to_vec())
    }

    /// Remembers the world as it is now: state, time, faults and rules for the outside. It is as it was again when the branch is dropped.
    ///
    /// # Errors
    /// When that cannot be done.
    pub fn branch(&self) -> Result<Branch> {
        static LAST: AtomicU64 = AtomicU64::new(0);
        let name = format!("test-{}-{}", std::process::id(), LAST.fetch_add(1, Ordering::Relaxed));
        self.snapshot(&name)?;
        let faults = self.control.ask("GET", "/v1/faults", Value::Null)?;
        let outbound = self.control.ask("GET", "/v1/outbound", Value::Null)?;
        self.events.mark()?;
        Ok(Branch { state: self.clone(), name, faults: added(array(&faults, "faults")), outbound })
    }
}

/// A world to come back to.
#[derive(Debug)]
pub struct Branch {
    state: State,
    name: String,
    faults: Vec<Value>,
    outbound: Value,
}

impl Branch {
    /// Makes it as it was.
    ///
    /// # Errors
    /// When that cannot be done.
    pub fn restore(&self) -> Result<()> {
        self.state.restore(&self.name)?;
        let control = &self.state.control;
        control.ask("PUT", "/v1/faults", json!({ "faults": self.faults }))?;
        control.ask("DELETE", "/v1/outbound", Value::Null)?;
        for rule in added(array(&self.outbound, "rules")) {
            control.ask("POST", "/v1/outbound", rule)?;
        }
        control.ask("PUT", "/v1/outbound/default", json!({ "default": self.outbound["set_default"] }))?;
        self.state.events.mark()
    }
}

impl Drop for Branch {
    /// A run that is gone has nothing to come back to; of one that is there, the next test would tell.
    fn drop(&mut self) {
        let _ = self.restore().and_then(|()| self.state.remove(&self.name));
    }
}

/// Those rules that were added and are in no file, as they were given.
fn added(rules: &[Value]) -> Vec<Value> {
    let given = |rule: &Value| {
        let mut rule = rule.clone();
        if let Some(keys) = rule.as_object_mut() {
            keys.retain(|key, _| !["origin", "matched", "applied", "warning"].contains(&key.as_str()));
        }
        rule
    };
    rules.iter().filter(|rule| rule["origin"] == "api").map(given).collect()
}
