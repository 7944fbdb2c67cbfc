//! `GET /v1/events`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use greenroom_host::{Entry, EventKind, LogLine, Outcome, Query, RUNNING, Timestamp, TraceId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{event_id, read};
use crate::Control;
use crate::error::Problem;
use crate::json::Params;

/// How many events are listed where nothing else is said.
const USUAL: usize = 100;
/// The most that are listed at once.
const MOST: usize = 1000;

/// Which events are meant.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Filters {
    /// Names of apps, with commas between them.
    app: Option<String>,
    /// Kinds, with commas between them: `http.request,cron.tick`.
    kind: Option<String>,
    /// Outcomes, with commas between them: `ok`, `error`, `exceeded`, `crashed`, `timeout`, `throttled`, `dropped`, `partial`,
    /// `canceled`, or `running` for those that have none yet.
    outcome: Option<String>,
    /// At this instant or after it, by the clock: ISO 8601, or milliseconds since 1970.
    since: Option<String>,
    /// Before this instant.
    until: Option<String>,
    /// Of this trace.
    trace: Option<String>,
    /// With this text anywhere in what is kept of them.
    text: Option<String>,
    /// List only: from before this event on, as `next` of the page before says.
    before: Option<String>,
    /// List only: how many.
    limit: Option<usize>,
    /// List only: with the lines that the code wrote, as `lines`.
    #[serde(default)]
    lines: bool,
    /// Tail only: what ended after this position.
    pub(super) after: Option<u64>,
}

impl Filters {
    /// # Errors
    /// What cannot be understood, by its name.
    pub(super) fn query(&self) -> Result<Query, Problem> {
        let words = |text: &Option<String>| -> Vec<String> {
            text.iter().flat_map(|text| text.split(',')).map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
        };
        let kinds = words(&self.kind).iter().map(|word| EventKind::of(word).ok_or_else(|| unknown_kind(word))).collect::<Result<_, _>>()?;
        let outcomes = words(&self.outcome);
        if let Some(wrong) = outcomes.iter().find(|word| *word != RUNNING && !Outcome::WORDS.contains(&word.as_str())) {
            let known = Outcome::WORDS.join(", ");
            return Err(Problem::invalid(format!("`outcome`: `{wrong}` is none")).hint(format!("there are {known} and {RUNNING}")));
        }
        let trace = |text: &String| TraceId::parse(text).ok_or_else(|| Problem::invalid(format!("`trace`: `{text}` is not 32 hex digits")));
        Ok(Query {
            apps: words(&self.app).into_iter().map(Arc::from).collect(),
            kinds,
            outcomes,
            since: self.since.as_deref().map(|text| instant("since", text)).transpose()?,
            until: self.until.as_deref().map(|text| instant("until", text)).transpose()?,
            trace: self.trace.as_ref().map(trace).transpose()?,
            text: self.text.clone().filter(|text| !text.is_empty()),
        })
    }
}

fn unknown_kind(word: &str) -> Problem {
    let known: Vec<_> = EventKind::ALL.iter().map(|(_, word)| *word).collect();
    Problem::invalid(format!("`kind`: `{word}` is none")).hint(format!("there are {}", known.join(", ")))
}

fn instant(key: &str, text: &str) -> Result<Timestamp, Problem> {
    let milliseconds = text.parse().ok().map(Timestamp);
    milliseconds.or_else(|| Timestamp::parse(text)).ok_or_else(|| {
        Problem::invalid(format!("`{key}`: `{text}` is no instant"))
            .hint("write ISO 8601, `2027-01-01T00:00:00Z`, from 1970 on, or milliseconds since then")
    })
}

/// An event in a list.
#[expect(clippy::struct_field_names, reason = "the words of the wire")]
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Summary {
    id: String,
    /// The event that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
    trace: String,
    /// By the clock.
    at: String,
    /// By the machine's clock.
    wall: String,
    kind: String,
    source: String,
    app: String,
    /// What in the app is meant: the ARN of a function, the name of a front door.
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<String>,
    summary: String,
    attempt: u32,
    /// `running` while there is none.
    outcome: String,
    /// What there is to say about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    /// Microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    took_us: Option<u64>,
    /// How many calls of services.
    calls: usize,
    /// How many lines the code wrote.
    logs: usize,
    /// The lines, where they are asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    lines: Option<Vec<LogLine>>,
    /// How many faults were applied.
    faults: usize,
}

impl Summary {
    fn with_lines(entry: &Entry) -> Self {
        Self { lines: Some(entry.ending.logs.clone()), ..Self::of(entry) }
    }

    pub(super) fn of(entry: &Entry) -> Self {
        let (event, ending) = (&entry.event, &entry.ending);
        let outcome = ending.outcome.as_ref();
        Self {
            id: event.id.to_string(),
            cause: event.cause.map(|cause| cause.to_string()),
            trace: event.trace.to_string(),
            at: event.at.iso_8601(),
            wall: event.wall.iso_8601(),
            kind: event.kind.word().to_owned(),
            source: event.source.to_string(),
            app: event.target.to_string(),
            part: event.part.clone(),
            summary: event.summary.clone(),
            attempt: event.attempt,
            outcome: outcome.map_or(RUNNING, Outcome::word).to_owned(),
            message: outcome.and_then(Outcome::text).and_then(|text| text.lines().next()).map(str::to_owned),
            status: ending.response.as_ref().map(|response| response.status),
            took_us: ending.took.and_then(|took| u64::try_from(took.as_micros()).ok()),
            calls: ending.calls.len(),
            logs: ending.logs.len(),
            lines: None,
            faults: ending.faults.len() + ending.calls.iter().map(|call| call.faults.len()).sum::<usize>(),
        }
    }
}

/// A page of events.
#[expect(clippy::struct_field_names, reason = "the words of the wire")]
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Events {
    /// Newest first.
    events: Vec<Summary>,
    /// What to give for `before` to see older ones; none where there are no more.
    next: Option<String>,
    /// How many events have ended in this run so far: what to give for `after` to a tail that is to miss nothing from here on.
    position: u64,
}

/// Events, newest first
#[utoipa::path(get, path = "/v1/events", tag = "events", params(Filters), responses((status = 200, body = Events), (status = 400, body = Problem)))]
pub(super) async fn list(State(control): State<Arc<Control>>, Params(filters): Params<Filters>) -> Result<Json<Events>, Problem> {
    let query = filters.query()?;
    let before = filters.before.as_deref().map(event_id).transpose()?;
    let most = filters.limit.unwrap_or(USUAL);
    if most > MOST {
        return Err(Problem::invalid(format!("`limit`: {most} is more than {MOST}"))
            .hint("ask for pages: `before`, as `next` of the page before says"));
    }
    let page = read(&control, move |journal| journal.list(&query, before, most)).await?;
    Ok(Json(Events {
        events: page.entries.iter().map(if filters.lines { Summary::with_lines } else { Summary::of }).collect(),
        next: page.next.map(|next| next.to_string()),
        position: page.position,
    }))
}
