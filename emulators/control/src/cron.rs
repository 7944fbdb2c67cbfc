//! `/v1/cron`: the cron triggers of the apps.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Control;
use crate::clock::Instant;
use crate::error::Problem;
use crate::json::Read;
use crate::triggers::{CronInfo, Fired};

pub(crate) fn routes() -> OpenApiRouter<Arc<Control>> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(run))
}

/// Which.
#[derive(Debug, Deserialize, IntoParams)]
struct Which {
    /// The app; without it, all.
    app: Option<String>,
    /// How many of the next instants to give of each, 1 if it is not said, 1000 at most.
    count: Option<usize>,
}

/// The cron triggers.
#[derive(Debug, Serialize, ToSchema)]
struct Crons {
    crons: Vec<CronRow>,
}

/// A cron trigger.
#[derive(Debug, Serialize, ToSchema)]
struct CronRow {
    app: String,
    /// The expression, as it was written.
    cron: String,
    /// When it is due next, ISO 8601, soonest first; empty where it never is.
    next: Vec<String>,
}

const MOST: usize = 1000;

/// The cron triggers, and when they are due next
#[utoipa::path(get, path = "/v1/cron", tag = "cron", params(Which), responses((status = 200, body = Crons), (status = 400, body = Problem), (status = 404, body = Problem)))]
async fn list(
    State(control): State<Arc<Control>>,
    which: Result<Query<Which>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<Crons>, Problem> {
    let Query(which) = which.map_err(|error| Problem::invalid(error.body_text()))?;
    let count = which.count.unwrap_or(1);
    if count > MOST {
        return Err(Problem::invalid(format!("`count` is {MOST} at most, not {count}")));
    }
    let crons = control.triggers.crons(which.app.as_deref(), count).map_err(Problem::not_found)?;
    let row = |CronInfo { app, cron, next }: CronInfo| CronRow {
        app,
        cron,
        next: next.into_iter().map(greenroom_host::Timestamp::iso_8601).collect(),
    };
    Ok(Json(Crons { crons: crons.into_iter().map(row).collect() }))
}

/// Which to run.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RunCron {
    /// The app; without it, the only one.
    app: Option<String>,
    /// The expression that the handler is told, which need not be one of the app's; without it, the app's only one.
    cron: Option<String>,
    /// The instant for which it is due, as the handler is told: ISO 8601, or milliseconds since 1970; without it, now.
    at: Option<Instant>,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Ended {
    pub(crate) app: String,
    /// The event's id.
    pub(crate) event: String,
    /// How it ended: `type` is `ok`, `error`, `exceeded`, `crashed` or `canceled`; beside it stands the message.
    #[schema(value_type = Object)]
    pub(crate) outcome: greenroom_host::Outcome,
    /// Milliseconds of real time.
    pub(crate) ms: f64,
    /// What the platform says beside that: `noRetry` of cron triggers of Workers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub(crate) result: Option<serde_json::Value>,
    /// The answer to a request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) response: Option<EndedResponse>,
}

/// The answer to a request.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EndedResponse {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

/// With three digits behind the point.
pub(crate) fn milliseconds(took: std::time::Duration) -> f64 {
    (took.as_secs_f64() * 1_000_000.0).round() / 1000.0
}

impl From<Fired> for Ended {
    fn from(fired: Fired) -> Self {
        let Fired { app, event, outcome, took, said, answer } = fired;
        let response = answer.map(|answer| EndedResponse { status: answer.status, headers: answer.headers, body: answer.body });
        Self { app, event, outcome, ms: milliseconds(took), result: said, response }
    }
}

/// Run a cron trigger now
///
/// The answer comes when the handler is over, and all that it gave to `waitUntil`. A handler that fails is an answer too: `outcome` says so.
#[utoipa::path(post, path = "/v1/cron/run", tag = "cron", request_body = RunCron, responses((status = 200, body = Ended), (status = 400, body = Problem), (status = 404, body = Problem)))]
async fn run(State(control): State<Arc<Control>>, Read(asked): Read<RunCron>) -> Result<Json<Ended>, Problem> {
    let at = asked.at.map(|at| at.read("at")).transpose()?;
    let fired = control.triggers.cron(asked.app.as_deref(), asked.cron.as_deref(), at).await;
    fired.map(Ended::from).map(Json).map_err(Problem::not_found)
}
