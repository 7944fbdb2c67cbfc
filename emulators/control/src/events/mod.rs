//! `/v1/events`, `/v1/traces`: what happened, and making it happen again.

mod diff;
mod fixture;
mod list;
mod redact;
mod replay;
mod tail;

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use greenroom_host::{Entry, EventId, TraceId};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Control;
use crate::error::Problem;

pub use redact::redaction_pattern;
pub use replay::Replays;

pub(crate) fn routes() -> OpenApiRouter<Arc<Control>> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(tail::tail))
        .routes(routes!(fixture::export))
        .routes(routes!(replay::replay))
        .routes(routes!(show))
        .routes(routes!(trace))
}

/// Reads the journal on a thread that may wait: it may have to go through all of it.
async fn read<T: Send + 'static>(
    control: &Control,
    work: impl FnOnce(greenroom_host::Journal) -> T + Send + 'static,
) -> Result<T, Problem> {
    let journal = control.host.journal.clone();
    let done = tokio::task::spawn_blocking(move || work(journal)).await;
    done.map_err(|error| Problem::new(http::StatusCode::INTERNAL_SERVER_ERROR, "internal", error.to_string()))
}

fn event_id(text: &str) -> Result<EventId, Problem> {
    EventId::parse(text).ok_or_else(|| {
        Problem::invalid(format!("`{text}` is no id of an event")).hint("ids are 32 hex digits; `greenroom events list` shows them")
    })
}

fn gone(id: EventId) -> Problem {
    Problem::not_found(format!("the journal has no event `{id}`")).hint("old events go when the journal is full: see `--journal-size`")
}

/// One event with everything that is kept of it
///
/// What came with it, what the code asked of services and wrote, how it ended. `took_us` and the like are microseconds.
#[utoipa::path(get, path = "/v1/events/{id}", tag = "events", params(("id" = String, Path, description = "32 hex digits")),
    responses((status = 200, body = Object), (status = 400, body = Problem), (status = 404, body = Problem)))]
async fn show(State(control): State<Arc<Control>>, Path(id): Path<String>) -> Result<Json<Entry>, Problem> {
    let id = event_id(&id)?;
    read(&control, move |journal| journal.find(id)).await?.map(Json).ok_or_else(|| gone(id))
}

/// A trace.
#[derive(Debug, Serialize, ToSchema)]
struct Trace {
    /// 32 hex digits.
    trace: String,
    /// Its events, oldest first, each as `/v1/events/{id}` has it.
    #[schema(value_type = Vec<Object>)]
    events: Vec<Entry>,
}

/// The events of a trace, oldest first
///
/// The id may also be that of one of its events.
#[utoipa::path(get, path = "/v1/traces/{id}", tag = "events", params(("id" = String, Path, description = "32 hex digits")),
    responses((status = 200, body = Trace), (status = 400, body = Problem), (status = 404, body = Problem)))]
async fn trace(State(control): State<Arc<Control>>, Path(id): Path<String>) -> Result<Json<Trace>, Problem> {
    let wrong =
        || Problem::invalid(format!("`{id}` is no id of a trace")).hint("ids are 32 hex digits; `greenroom events list --json` shows them");
    let (trace, event) = (TraceId::parse(&id).ok_or_else(wrong)?, event_id(&id)?);
    let (trace, events) = read(&control, move |journal| {
        let events = journal.trace(trace);
        match events.is_empty().then(|| journal.find(event)).flatten() {
            Some(of) => (of.event.trace, journal.trace(of.event.trace)),
            None => (trace, events),
        }
    })
    .await?;
    if events.is_empty() {
        return Err(Problem::not_found(format!("the journal has no event of the trace `{trace}`")));
    }
    Ok(Json(Trace { trace: trace.to_string(), events }))
}
