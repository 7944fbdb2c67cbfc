//! `POST /v1/events/export`: events as a file that another run can replay.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use greenroom_host::Entry;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::redact::Redaction;
use super::{event_id, gone, read};
use crate::Control;
use crate::error::Problem;
use crate::json::Read;

/// The version of the form in which fixtures are written.
pub(super) const VERSION: u64 = 1;

/// What to export.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Export {
    /// Ids of events.
    ids: Vec<String>,
    /// Also everything that they caused.
    #[serde(default)]
    chain: bool,
    /// Regular expressions: what they match in any text is left out, beside what is always left out and what the
    /// run's files say.
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
/// With what came with them, so that they can be replayed. Values of headers, query parameters and keys whose names say that they are
/// secrets are left out, and what `redact` and the run's files match.
#[utoipa::path(post, path = "/v1/events/export", tag = "events", request_body = Export,
    responses((status = 200, body = Fixture), (status = 400, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn export(State(control): State<Arc<Control>>, Read(asked): Read<Export>) -> Result<Json<Fixture>, Problem> {
    let mut patterns = control.host.secrets.all();
    patterns.extend(asked.redact);
    let redaction = Redaction::new(&patterns)?;
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
    Ok(Json(Fixture { greenroom: "events".to_owned(), version: VERSION, redact: patterns, events }))
}
