//! The clock of a run: what all its apps, and everything that falls due, take for the time. Instants are ISO 8601 in UTC.

use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::wire::Control;

/// Time, frozen and moved.
#[derive(Debug, Clone)]
pub struct Clock {
    control: Control,
}

/// What an advance did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advanced {
    /// Where the clock stood.
    pub from: String,
    /// Where it stands.
    pub to: String,
    /// How many due things ran.
    pub count: u64,
    /// Which, in the order in which they first ran.
    pub ran: Vec<Ran>,
}

/// Due things of one kind that an advance ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// What they were.
    pub label: String,
    /// How many.
    pub count: u64,
    /// When the first ran.
    pub first: String,
    /// When the last ran.
    pub last: String,
}

/// Something that waits for an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// When it will run.
    pub due: String,
    /// What it is.
    pub label: String,
}

impl Clock {
    pub(crate) fn new(control: Control) -> Self {
        Self { control }
    }

    /// What time it is.
    ///
    /// # Errors
    /// When the run does not answer.
    pub fn now(&self) -> Result<String> {
        Ok(text(&self.control.ask("GET", "/v1/clock", Value::Null)?, "now"))
    }

    /// Whether time stands still.
    ///
    /// # Errors
    /// When the run does not answer.
    pub fn is_frozen(&self) -> Result<bool> {
        Ok(self.control.ask("GET", "/v1/clock", Value::Null)?["frozen"] == true)
    }

    /// Stops time at an instant; what is due by then runs.
    ///
    /// # Errors
    /// An instant that is none.
    pub fn freeze(&self, at: &str) -> Result<()> {
        self.control.ask("POST", "/v1/clock/freeze", json!({ "at": at })).map(drop)
    }

    /// Stops time where it is.
    ///
    /// # Errors
    /// When the run does not answer.
    pub fn freeze_now(&self) -> Result<()> {
        self.control.ask("POST", "/v1/clock/freeze", json!({})).map(drop)
    }

    /// Moves time on by a duration, `1h 30m`, runs what falls due on the way, and waits until it has run.
    ///
    /// # Errors
    /// When time is not frozen, for a duration that is none, and when something does not come to rest: the message names it.
    pub fn advance(&self, by: &str) -> Result<Advanced> {
        self.moved(json!({ "by": by }))
    }

    /// The same to an instant.
    ///
    /// # Errors
    /// The same, and backwards.
    pub fn advance_to(&self, to: &str) -> Result<Advanced> {
        self.moved(json!({ "to": to }))
    }

    /// The same to the next thing that is due.
    ///
    /// # Errors
    /// The same.
    pub fn next(&self) -> Result<Advanced> {
        self.moved(json!({ "next": true }))
    }

    /// Lets time run with the machine's again.
    ///
    /// # Errors
    /// When the run does not answer.
    pub fn resume(&self) -> Result<()> {
        self.control.ask("POST", "/v1/clock/resume", Value::Null).map(drop)
    }

    /// What waits for an instant, the soonest first.
    ///
    /// # Errors
    /// When the run does not answer.
    pub fn pending(&self) -> Result<Vec<Pending>> {
        let answer = self.control.ask("GET", "/v1/clock/pending", Value::Null)?;
        Ok(array(&answer, "pending").iter().map(|thing| Pending { due: text(thing, "due"), label: text(thing, "label") }).collect())
    }

    fn moved(&self, how: Value) -> Result<Advanced> {
        let report = self.control.ask("POST", "/v1/clock/advance", how)?;
        let (from, to, count) = (text(&report, "from"), text(&report, "to"), report["count"].as_u64().unwrap_or(0));
        if let Some(stopped) = report["stopped"].as_str() {
            let busy: Vec<_> = array(&report, "busy").iter().filter_map(Value::as_str).collect();
            let message = format!("time stopped at {to} after {count} due things ({stopped}); busy: {}", busy.join(", "));
            return Err(Error::new("stopped", message));
        }
        let ran = array(&report, "ran").iter().map(|ran| Ran {
            label: text(ran, "label"),
            count: ran["count"].as_u64().unwrap_or(0),
            first: text(ran, "first"),
            last: text(ran, "last"),
        });
        Ok(Advanced { from, to, count, ran: ran.collect() })
    }
}

pub(crate) fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

pub(crate) fn array<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}
