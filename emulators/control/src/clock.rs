//! `/v1/clock`: what time it is, and moving it.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use greenroom_host::{Advance, AdvanceError, Advanced, Bound, Clock, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Control;
use crate::error::Problem;
use crate::json::Read;

pub(crate) fn routes() -> OpenApiRouter<Arc<Control>> {
    OpenApiRouter::new()
        .routes(routes!(now))
        .routes(routes!(freeze))
        .routes(routes!(advance))
        .routes(routes!(resume))
        .routes(routes!(pending))
}

/// What time it is.
#[derive(Debug, Serialize, ToSchema)]
struct Now {
    /// ISO 8601, UTC.
    now: String,
    /// Whether it stands still.
    frozen: bool,
}

impl Now {
    fn of(clock: &Clock) -> Json<Self> {
        Json(Self { now: clock.now().iso_8601(), frozen: clock.frozen_at().is_some() })
    }
}

/// What time it is
#[utoipa::path(get, path = "/v1/clock", tag = "clock", responses((status = 200, body = Now)))]
async fn now(State(control): State<Arc<Control>>) -> Json<Now> {
    Now::of(&control.host.clock)
}

/// Where to freeze.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Freeze {
    /// ISO 8601, or milliseconds since 1970; without it, where time is.
    at: Option<Instant>,
}

/// An instant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged, expecting = "an instant is a text such as `2027-01-01T00:00:00Z` or a whole number of milliseconds")]
pub(crate) enum Instant {
    /// ISO 8601.
    Text(String),
    /// Since 1970-01-01T00:00:00Z.
    Milliseconds(i64),
}

impl Instant {
    pub(crate) fn read(&self, key: &str) -> Result<Timestamp, Problem> {
        match self {
            Self::Milliseconds(at) => whole(key, *at).map(Timestamp),
            Self::Text(text) => Timestamp::parse(text).ok_or_else(|| {
                Problem::invalid(format!("`{key}`: `{text}` is no instant"))
                    .hint("write ISO 8601, `2027-01-01T00:00:00Z`, from 1970 on, or milliseconds since then as a number")
            }),
        }
    }
}

/// Stop time
///
/// Where it is, or at an instant. What is due by then runs at once.
#[utoipa::path(post, path = "/v1/clock/freeze", tag = "clock", request_body = Freeze, responses((status = 200, body = Now), (status = 400, body = Problem)))]
async fn freeze(State(control): State<Arc<Control>>, Read(freeze): Read<Freeze>) -> Result<Json<Now>, Problem> {
    let at = freeze.at.map(|at| at.read("at")).transpose()?;
    control.host.clock.freeze(at);
    Ok(Now::of(&control.host.clock))
}

/// How far to advance: exactly one of `by`, `to`, `next`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AdvanceBy {
    /// A duration: `1h 30m`, `250ms`, or milliseconds as a number.
    by: Option<Span>,
    /// ISO 8601, or milliseconds since 1970.
    to: Option<Instant>,
    /// To the next due thing.
    #[serde(default)]
    next: bool,
    /// Give up after so many due things, timers without delay among them.
    max_count: Option<u64>,
    /// Give up after so many milliseconds of real time.
    max_wall_ms: Option<u64>,
    /// Give up when something has been in flight at one instant for so many milliseconds of real time.
    max_settle_ms: Option<u64>,
    /// What has waited for a server outside that long is left behind, and time goes on.
    #[serde(default)]
    despite_outside: bool,
}

/// A duration.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(untagged, expecting = "a duration is a text such as `1h 30m` or a whole number of milliseconds")]
pub enum Span {
    /// `1h 30m`
    Text(String),
    /// Milliseconds.
    Milliseconds(i64),
}

impl Span {
    pub(crate) fn read(&self, key: &str) -> Result<Duration, Problem> {
        match self {
            Self::Milliseconds(number) if *number < 0 => Err(backwards(key, number)),
            Self::Milliseconds(number) => whole(key, *number).map(Duration::from_millis),
            Self::Text(text) if text.trim_start().starts_with('-') => Err(backwards(key, text)),
            Self::Text(text) => humantime::parse_duration(text).map_err(|error| {
                Problem::invalid(format!("`{key}`: `{text}` is no duration: {error}"))
                    .hint("write `90s`, `1h 30m`, `2days`, or milliseconds as a number")
            }),
        }
    }
}

fn backwards(key: &str, span: &impl std::fmt::Display) -> Problem {
    Problem::conflict("backwards", format!("`{key}`: `{span}` is backwards; time only goes on"))
}

/// Milliseconds from 1970 on.
fn whole(key: &str, number: i64) -> Result<u64, Problem> {
    u64::try_from(number).map_err(|_| Problem::invalid(format!("`{key}`: {number} is before 1970, where time begins here")))
}

impl AdvanceBy {
    fn how(&self) -> Result<Advance, Problem> {
        match (&self.by, &self.to, self.next) {
            (Some(by), None, false) => Ok(Advance::By(by.read("by")?)),
            (None, Some(to), false) => Ok(Advance::To(to.read("to")?)),
            (None, None, true) => Ok(Advance::Next),
            _ => Err(Problem::invalid("give one of `by`, `to` and `next`")),
        }
    }

    fn bound(&self) -> Bound {
        let usual = Bound::default();
        Bound {
            count: self.max_count.unwrap_or(usual.count),
            wall: self.max_wall_ms.map_or(usual.wall, Duration::from_millis),
            settle: self.max_settle_ms.map_or(usual.settle, Duration::from_millis),
            despite_outside: self.despite_outside,
        }
    }
}

/// What an advance did.
#[derive(Debug, Serialize, ToSchema)]
struct Report {
    /// Where the clock stood.
    from: String,
    /// Where it stands.
    to: String,
    /// How many due things ran.
    count: u64,
    /// Which, by label, in the order in which they first ran.
    ran: Vec<RanLabel>,
    /// Why it ended early: `count`, `wall`, or `turned` where the clock was frozen elsewhere or resumed; null where it did not.
    stopped: Option<String>,
    /// What keeps things busy, where it ended early.
    busy: Vec<String>,
    /// What had no answer from outside in time and was left behind.
    left: Vec<String>,
}

/// Things that ran.
#[derive(Debug, Serialize, ToSchema)]
struct RanLabel {
    label: String,
    count: u64,
    first: String,
    last: String,
}

impl Report {
    fn of(advanced: Advanced) -> Json<Self> {
        let ran = advanced.ran.into_iter().map(|ran| RanLabel {
            label: ran.label,
            count: ran.count,
            first: ran.first.iso_8601(),
            last: ran.last.iso_8601(),
        });
        Json(Self {
            from: advanced.from.iso_8601(),
            to: advanced.to.iso_8601(),
            count: advanced.count,
            ran: ran.collect(),
            stopped: advanced.stopped.map(|stopped| stopped.word().to_owned()),
            busy: advanced.busy,
            left: advanced.left,
        })
    }
}

/// Move a frozen clock on
///
/// Everything that falls due on the way runs, in order. The answer comes when nothing is in flight, or when a bound is reached: then
/// `stopped` says which, and `busy` what keeps things busy.
#[utoipa::path(post, path = "/v1/clock/advance", tag = "clock", request_body = AdvanceBy, responses((status = 200, body = Report), (status = 400, body = Problem), (status = 409, body = Problem)))]
async fn advance(State(control): State<Arc<Control>>, Read(asked): Read<AdvanceBy>) -> Result<Json<Report>, Problem> {
    let (how, bound) = (asked.how()?, asked.bound());
    let clock = control.host.clock.clone();
    // In a task of its own: a client that goes away must not leave time half way.
    let advancing = tokio::spawn(async move { clock.advance(how, bound).await });
    let advanced = advancing.await.map_err(|error| Problem::new(http::StatusCode::INTERNAL_SERVER_ERROR, "internal", error.to_string()))?;
    advanced.map(Report::of).map_err(|error| match error {
        AdvanceError::Running => Problem::conflict("not-frozen", error.to_string()).hint("freeze it first: `greenroom clock freeze`"),
        AdvanceError::Backwards { .. } => Problem::conflict("backwards", error.to_string()),
        AdvanceError::TooFar => Problem::invalid(error.to_string()),
    })
}

/// Let time run with the machine's again
#[utoipa::path(post, path = "/v1/clock/resume", tag = "clock", responses((status = 200, body = Now)))]
async fn resume(State(control): State<Arc<Control>>) -> Json<Now> {
    control.host.clock.resume();
    Now::of(&control.host.clock)
}

/// What waits for an instant.
#[derive(Debug, Serialize, ToSchema)]
struct PendingList {
    pending: Vec<PendingThing>,
}

/// Something that will run.
#[derive(Debug, Serialize, ToSchema)]
struct PendingThing {
    /// ISO 8601, UTC.
    due: String,
    label: String,
}

/// What waits for an instant, soonest first
#[utoipa::path(get, path = "/v1/clock/pending", tag = "clock", responses((status = 200, body = PendingList)))]
async fn pending(State(control): State<Arc<Control>>) -> Json<PendingList> {
    let pending = control.host.clock.pending().await;
    let pending = pending.into_iter().map(|thing| PendingThing { due: thing.due.iso_8601(), label: thing.label });
    Json(PendingList { pending: pending.collect() })
}
