//! `POST /v1/events/export`: events as a file that another run can replay.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use greenroom_host::Entry;
use regex::Regex;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{event_id, gone, read};
use crate::Control;
use crate::error::Problem;
use crate::json::Read;

/// The version of the form in which fixtures are written.
pub(super) const VERSION: u64 = 1;
/// What stands in the place of a secret.
pub(super) const REDACTED: &str = "[redacted]";
/// Headers whose values are secrets, wherever they are in a fixture.
const SECRET: &[&str] = &["authorization", "proxy-authorization", "cookie", "set-cookie"];

/// What to export.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Export {
    /// Ids of events.
    ids: Vec<String>,
    /// Also everything that they caused.
    #[serde(default)]
    chain: bool,
    /// Regular expressions: what they match in any text is left out, beside what is always left out.
    #[serde(default)]
    redact: Vec<String>,
}

/// Events that can be replayed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct Fixture {
    /// Says what this is: `events`.
    pub(super) greenroom: String,
    /// Of this form.
    pub(super) version: u64,
    /// The expressions with which secrets were looked for.
    #[serde(default)]
    pub(super) redact: Vec<String>,
    /// Oldest first, each as `/v1/events/{id}` has it.
    #[schema(value_type = Vec<Object>)]
    pub(super) events: Vec<Value>,
}

/// What leaves secrets out.
pub(super) struct Redaction(Vec<Regex>);

impl Redaction {
    /// # Errors
    /// An expression that is none.
    pub(super) fn new(patterns: &[String]) -> Result<Self, Problem> {
        let compiled = patterns.iter().map(|pattern| {
            Regex::new(pattern).map_err(|error| Problem::invalid(format!("`redact`: `{pattern}` is no regular expression: {error}")))
        });
        compiled.collect::<Result<_, _>>().map(Self)
    }

    /// An event without secrets.
    pub(super) fn of(&self, entry: &Entry) -> Value {
        let mut value = serde_json::to_value(entry).unwrap_or_default();
        self.value(&mut value);
        value
    }

    fn value(&self, value: &mut Value) {
        match value {
            Value::String(text) => self.text(text),
            Value::Array(items) => {
                // A header: its name, then its value.
                if let [Value::String(name), Value::String(value)] = items.as_mut_slice()
                    && SECRET.contains(&name.to_ascii_lowercase().as_str())
                {
                    REDACTED.clone_into(value);
                    return;
                }
                for item in items {
                    self.value(item);
                }
            }
            Value::Object(fields) => {
                for (name, field) in fields {
                    match field {
                        Value::String(args) if name == "args" => self.args(args),
                        field => self.value(field),
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Arguments are JSON text, which may be cut off.
    fn args(&self, args: &mut String) {
        match serde_json::from_str::<Value>(args) {
            Ok(mut value) => {
                self.value(&mut value);
                *args = value.to_string();
            }
            Err(_) => {
                let lower = args.to_ascii_lowercase();
                if SECRET.iter().any(|name| lower.contains(name)) {
                    REDACTED.clone_into(args);
                } else {
                    self.text(args);
                }
            }
        }
    }

    fn text(&self, text: &mut String) {
        for pattern in &self.0 {
            if pattern.is_match(text) {
                *text = pattern.replace_all(text, REDACTED).into_owned();
            }
        }
    }
}

impl Fixture {
    /// The events of a fixture.
    ///
    /// # Errors
    /// What makes it none that this version can read.
    pub(super) fn entries(&self) -> Result<Vec<Entry>, Problem> {
        if self.greenroom != "events" {
            return Err(Problem::invalid("this is no fixture of events").hint("`greenroom events export` writes them"));
        }
        if self.version > VERSION {
            let message = format!("the fixture has version {}, newer than this program knows: {VERSION}", self.version);
            return Err(Problem::invalid(message).hint("use the version of greenroom that wrote it, or export it anew"));
        }
        let entries = self.events.iter().enumerate().map(|(place, event)| {
            serde_json::from_value(event.clone())
                .map_err(|error| Problem::invalid(format!("`events[{place}]` of the fixture is no event: {error}")))
        });
        let entries: Vec<Entry> = entries.collect::<Result<_, _>>()?;
        if entries.is_empty() { Err(Problem::invalid("there is no event in the fixture")) } else { Ok(entries) }
    }
}

/// Events as a fixture
///
/// With what came with them, so that they can be replayed. Values of `authorization`, `proxy-authorization`, `cookie` and `set-cookie`
/// are left out, and what `redact` matches.
#[utoipa::path(post, path = "/v1/events/export", tag = "events", request_body = Export,
    responses((status = 200, body = Fixture), (status = 400, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn export(State(control): State<Arc<Control>>, Read(asked): Read<Export>) -> Result<Json<Fixture>, Problem> {
    let redaction = Redaction::new(&asked.redact)?;
    if asked.ids.is_empty() {
        return Err(Problem::invalid("`ids`: give one at least"));
    }
    let mut entries: Vec<Entry> = Vec::new();
    for id in &asked.ids {
        let id = event_id(id)?;
        let chain = asked.chain;
        let found = read(&control, move |journal| if chain { journal.chain(id) } else { journal.find(id).into_iter().collect() }).await?;
        if found.is_empty() {
            return Err(gone(id));
        }
        entries.extend(found);
    }
    let mut seen = std::collections::HashSet::new();
    entries.retain(|entry| seen.insert(entry.event.id));
    let events = entries.iter().map(|entry| redaction.of(entry)).collect();
    Ok(Json(Fixture { greenroom: "events".to_owned(), version: VERSION, redact: asked.redact, events }))
}
