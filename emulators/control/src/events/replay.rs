//! `POST /v1/events/replay`: recorded events against the code as it is now.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use futures::future::BoxFuture;
use greenroom_host::{Captured, Entry, Event, EventId, Headers, Payload};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::diff::{Difference, Tree, differences};
use super::fixture::Fixture;
use super::redact::{REDACTED, Redaction};
use super::{event_id, gone, read};
use crate::Control;
use crate::error::Problem;
use crate::json::Read;

/// How long consequences of an event are waited for, in real time.
const SETTLE: Duration = Duration::from_secs(60);
/// The most that `until_fails` may say.
const MOST_RUNS: u64 = 100_000;

/// Makes events happen again: the program that serves the apps.
pub trait Replays: Send + Sync {
    /// Whether something of the run takes events for `target` that is no app: the functions that no project declares.
    fn takes(&self, target: &str) -> bool;

    /// Delivers an event like this one to its target, and gives the id of the new one once it has ended.
    fn again(&self, event: Event) -> BoxFuture<'static, Result<EventId, Problem>>;
}

/// What to replay: exactly one of `id` and `fixture`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Replay {
    /// An event of the journal.
    id: Option<String>,
    /// What an export gave.
    fixture: Option<Fixture>,
    /// `chain`: what came from outside happens again, and its consequences follow; `isolate`: each recorded event goes to its target by
    /// itself. Without it: `chain`.
    #[serde(default)]
    mode: Mode,
    /// Again and again, at most so often, until an outcome is not `ok` or a status is 500 or more.
    until_fails: Option<u64>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Mode {
    #[default]
    Chain,
    Isolate,
}

/// What a replay showed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Report {
    /// How often it was replayed.
    runs: u64,
    /// Whether the last time failed: an outcome that is not `ok`, or a status of 500 or more.
    failed: bool,
    /// The new events of the last time, in the order of those that were replayed.
    events: Vec<String>,
    /// Between the recording and the last time.
    differences: Vec<Difference>,
    /// What is to be known beside that.
    notes: Vec<String>,
}

/// Make recorded events happen again, and compare
#[utoipa::path(post, path = "/v1/events/replay", tag = "events", request_body = Replay,
    responses((status = 200, body = Report), (status = 400, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn replay(State(control): State<Arc<Control>>, Read(asked): Read<Replay>) -> Result<Json<Report>, Problem> {
    let most = asked.until_fails.unwrap_or(1);
    if most == 0 || most > MOST_RUNS {
        return Err(Problem::invalid(format!("`until_fails`: give a number from 1 to {MOST_RUNS}")));
    }
    let recording = Recording::of(&control, &asked).await?;
    // In a task of its own: a client that goes away leaves no event half way.
    let replaying = tokio::spawn(async move { recording.replay(&control, asked.mode, most).await });
    let report = replaying.await.map_err(|error| Problem::new(http::StatusCode::INTERNAL_SERVER_ERROR, "internal", error.to_string()))?;
    report.map(Json)
}

/// What is replayed.
struct Recording {
    entries: Vec<Entry>,
    redaction: Redaction,
    /// The entries as they are compared.
    values: Vec<Value>,
    notes: Vec<String>,
}

impl Recording {
    async fn of(control: &Control, asked: &Replay) -> Result<Self, Problem> {
        let (entries, patterns) = match (&asked.id, &asked.fixture) {
            (Some(id), None) => {
                let id = event_id(id)?;
                let entries = read(control, move |journal| journal.chain(id)).await?;
                if entries.is_empty() {
                    return Err(gone(id));
                }
                (entries, Vec::new())
            }
            (None, Some(fixture)) => (fixture.entries()?, fixture.redact.clone()),
            _ => return Err(Problem::invalid("give one of `id` and `fixture`")),
        };
        let redaction = Redaction::new(&patterns)?;
        let apps = control.run.apps();
        if let Some(stranger) = entries.iter().find(|entry| {
            let target = &*entry.event.target;
            apps.iter().all(|app| app.name != target) && !control.replays.takes(target)
        }) {
            let target = &stranger.event.target;
            let names = apps.iter().map(|app| format!("`{}`", app.name)).collect::<Vec<_>>().join(", ");
            return Err(Problem::conflict("no-such-app", format!("the events are for the app `{target}`; this run has {names}"))
                .hint(format!("replay them where `{target}` is served")));
        }
        if let Some(Err(problem)) = entries.iter().map(|entry| whole(&entry.event)).find(Result::is_err) {
            return Err(problem);
        }
        let values = entries.iter().map(|entry| redaction.of(entry)).collect();
        let mut recording = Self { entries, redaction, values, notes: Vec::new() };
        recording.leave_out_secrets();
        Ok(recording)
    }

    /// A header whose value is not known is not sent.
    fn leave_out_secrets(&mut self) {
        for entry in &mut self.entries {
            let Payload::Request(request) = &mut entry.event.payload else { continue };
            let (secret, known): (Vec<_>, Vec<_>) = request.headers.pairs().into_iter().partition(|(_, value)| value == REDACTED);
            if !secret.is_empty() {
                let names = secret.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                self.notes.push(format!("{}: sent without {names}, whose values the fixture does not have", entry.event.summary));
                request.headers = Headers::new(known);
            }
            let body = request.body.as_ref().and_then(|body| body.text()).unwrap_or_default();
            for (place, text) in [("URL", &*request.url.as_str()), ("body", body)] {
                if text.contains(REDACTED) {
                    let summary = &entry.event.summary;
                    self.notes.push(format!("{summary}: its {place} is sent with `{REDACTED}` where the fixture does not have the value"));
                }
            }
        }
    }

    /// Which entries are made to happen.
    fn roots(&self, mode: Mode) -> Vec<usize> {
        let known: std::collections::HashSet<_> = self.entries.iter().map(|entry| entry.event.id).collect();
        let is_root = |entry: &Entry| mode == Mode::Isolate || entry.event.cause.is_none_or(|cause| !known.contains(&cause));
        self.entries.iter().enumerate().filter(|(_, entry)| is_root(entry)).map(|(place, _)| place).collect()
    }

    async fn replay(mut self, control: &Control, mode: Mode, most: u64) -> Result<Report, Problem> {
        let roots = self.roots(mode);
        let mut report =
            Report { runs: 0, failed: false, events: Vec::new(), differences: Vec::new(), notes: std::mem::take(&mut self.notes) };
        while report.runs < most && !report.failed {
            report.runs += 1;
            report.events.clear();
            report.differences.clear();
            for root in &roots {
                let id = control.replays.again(self.entries[*root].event.clone()).await?;
                if let Err(busy) = control.host.clock.settle(SETTLE).await {
                    report.notes.push(format!("compared while something was still under way: {}", busy.join(", ")));
                }
                let chain = read(control, move |journal| journal.chain(id)).await?;
                report.failed |= chain.iter().any(has_failed);
                let now: Vec<_> = chain.iter().map(|entry| self.redaction.of(entry)).collect();
                let Some(first) = now.first() else { return Err(gone(id)) };
                let (before, after) = (Tree::of(&self.values[*root], &self.values), Tree::of(first, &now));
                report.differences.extend(differences(&before, &after, mode == Mode::Chain));
                report.events.push(id.to_string());
            }
        }
        Ok(report)
    }
}

fn has_failed(entry: &Entry) -> bool {
    let failed = entry.ending.outcome.as_ref().is_some_and(|outcome| *outcome != greenroom_host::Outcome::Ok);
    failed || entry.ending.response.as_ref().is_some_and(|response| response.status >= 500)
}

/// # Errors
/// When not all that came with the event was kept.
fn whole(event: &Event) -> Result<(), Problem> {
    let body = match &event.payload {
        Payload::Request(request) => request.body.as_ref(),
        Payload::Call(call) => call.body.as_ref(),
        Payload::None | Payload::Data(_) => None,
    };
    match body.filter(|body| Captured::is_cut(body)) {
        None => Ok(()),
        Some(body) => {
            let (id, kept, size) = (event.id, body.bytes.len(), body.size);
            Err(Problem::conflict(
                "cut",
                format!("the event `{id}` cannot be replayed: of its body of {size} bytes the journal kept {kept}"),
            ))
        }
    }
}
