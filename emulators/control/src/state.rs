//! `/v1/state`: the state of all apps copied, put back, emptied, compared and carried elsewhere.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use greenroom_host::Host;
use greenroom_host::state::{Change, Difference, Restored, Snapshot, StateError, Stored, TableDiff};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Control;
use crate::error::Problem;
use crate::json::Read;

pub(crate) fn routes() -> OpenApiRouter<Arc<Control>> {
    OpenApiRouter::new()
        .routes(routes!(list, take))
        .routes(routes!(delete))
        .routes(routes!(restore))
        .routes(routes!(reset))
        .routes(routes!(diff))
        .routes(routes!(export))
        .routes(routes!(import))
}

/// How many keys of each kind a diff lists where nothing else is asked for.
pub const LISTED: usize = 20;

/// A snapshot.
#[derive(Debug, Serialize, ToSchema)]
pub struct SnapshotInfo {
    /// Its name.
    pub name: String,
    /// What time it was in the run: ISO 8601, UTC. Null where it cannot be read.
    pub at: Option<String>,
    /// Whether time stood still there.
    pub frozen: bool,
    /// When it was made, by the machine's clock.
    pub wall: Option<String>,
    /// The last event before it in the journal; null if there was none.
    pub event: Option<String>,
    /// The apps of this run that have a part in it.
    pub apps: Vec<AppPart>,
    /// What is wrong with it, where it cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// One app's part of a snapshot.
#[derive(Debug, Serialize, ToSchema)]
pub struct AppPart {
    /// Its name.
    pub app: String,
    /// Its databases.
    pub resources: Vec<ResourceInfo>,
}

/// A database.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResourceInfo {
    /// `kv`, `d1`
    pub service: String,
    /// The id of the namespace or database.
    pub resource: String,
    /// How large it is.
    pub bytes: u64,
}

impl From<Snapshot> for SnapshotInfo {
    fn from(snapshot: Snapshot) -> Self {
        let resource = |Stored { resource, bytes }| ResourceInfo { service: resource.service, resource: resource.id, bytes };
        let part = |(app, resources): (String, Vec<Stored>)| AppPart { app, resources: resources.into_iter().map(resource).collect() };
        let instant = |at| Some(greenroom_host::Timestamp(at).iso_8601());
        let moment = snapshot.moment;
        let (at, wall) = (instant(moment.at), instant(moment.wall));
        let apps = snapshot.apps.into_iter().map(part).collect();
        Self { name: snapshot.name, at, frozen: moment.frozen, wall, event: moment.event, apps, problem: None }
    }
}

/// The snapshots.
#[derive(Debug, Serialize, ToSchema)]
pub struct SnapshotList {
    /// In the order of their names.
    pub snapshots: Vec<SnapshotInfo>,
}

impl SnapshotList {
    /// Those of `host`'s run.
    #[must_use]
    pub fn of(host: &Host) -> Self {
        let info = |(name, snapshot): (String, Result<Snapshot, StateError>)| match snapshot {
            Ok(snapshot) => snapshot.into(),
            Err(error) => {
                let (apps, problem) = (Vec::new(), Some(error.to_string()));
                SnapshotInfo { name, at: None, frozen: false, wall: None, event: None, apps, problem }
            }
        };
        Self { snapshots: host.state.list().into_iter().map(info).collect() }
    }
}

/// What a restore did.
#[derive(Debug, Serialize, ToSchema)]
pub struct RestoreReport {
    /// What was restored.
    pub snapshot: SnapshotInfo,
    /// Apps of this run that have no part in it: their state is as it was.
    pub untouched: Vec<String>,
}

impl From<Restored> for RestoreReport {
    fn from(restored: Restored) -> Self {
        Self { snapshot: restored.snapshot.into(), untouched: restored.untouched }
    }
}

/// What a reset did.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResetReport {
    /// The apps whose state was emptied.
    pub apps: Vec<String>,
}

impl From<StateError> for Problem {
    fn from(error: StateError) -> Self {
        let status = match &error {
            StateError::Name { .. } | StateError::File(_) => StatusCode::BAD_REQUEST,
            StateError::Unknown { .. } => StatusCode::NOT_FOUND,
            StateError::Exists(_) | StateError::InUse(_) => StatusCode::CONFLICT,
            StateError::Failed(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let mut message = error.to_string();
        if let StateError::File(failed) | StateError::Failed(failed) = &error
            && let Some(file) = &failed.file
        {
            message = format!("{}: {message}", file.display());
        }
        let problem = Self::new(status, error.code(), message);
        error.hint().map_or(problem.clone(), |hint| problem.hint(hint))
    }
}

/// Off the thread that serves requests: storages are waited for.
async fn apart<T: Send + 'static>(
    control: &Arc<Control>,
    work: impl FnOnce(&Host) -> Result<T, StateError> + Send + 'static,
) -> Result<T, Problem> {
    let host = control.host.clone();
    let done = tokio::task::spawn_blocking(move || work(&host)).await;
    Ok(done.map_err(|error| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", error.to_string()))??)
}

/// The snapshots
#[utoipa::path(get, path = "/v1/state/snapshots", tag = "state", responses((status = 200, body = SnapshotList)))]
async fn list(State(control): State<Arc<Control>>) -> Result<Json<SnapshotList>, Problem> {
    apart(&control, |host| Ok(Json(SnapshotList::of(host)))).await
}

/// What to keep, and how.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Take {
    /// Letters, digits, `-`, `_`, `.` and spaces, at most 100 bytes.
    name: String,
    /// Whether it may take the place of one that has the name.
    #[serde(default)]
    replace: bool,
}

/// Keep a copy of the state of all apps
///
/// Requests wait while it is made.
#[utoipa::path(post, path = "/v1/state/snapshots", tag = "state", request_body = Take, responses((status = 200, body = SnapshotInfo), (status = 400, body = Problem), (status = 409, body = Problem)))]
async fn take(State(control): State<Arc<Control>>, Read(asked): Read<Take>) -> Result<Json<SnapshotInfo>, Problem> {
    let taken = apart(&control, move |host| host.state.snapshot(&asked.name, asked.replace, || host.moment())).await?;
    Ok(Json(taken.into()))
}

/// What was deleted.
#[derive(Debug, Serialize, ToSchema)]
struct Deleted {
    name: String,
}

/// Delete a snapshot
#[utoipa::path(delete, path = "/v1/state/snapshots/{name}", tag = "state", params(("name" = String, Path)), responses((status = 200, body = Deleted), (status = 404, body = Problem)))]
async fn delete(State(control): State<Arc<Control>>, Path(name): Path<String>) -> Result<Json<Deleted>, Problem> {
    let asked = name.clone();
    apart(&control, move |host| host.state.delete(&asked)).await?;
    Ok(Json(Deleted { name }))
}

/// What to put back, and how.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Restore {
    /// The snapshot.
    name: String,
    /// Whether fresh guests are to serve afterwards, without what code keeps in its own variables.
    #[serde(default)]
    restart: bool,
    /// Whether the clock stays where it is, also where it stood still when the snapshot was made.
    #[serde(default)]
    keep_clock: bool,
}

/// Put back the state of all apps
///
/// All of it at once: no request sees half of it. A clock that stood still then stands there again.
#[utoipa::path(post, path = "/v1/state/restore", tag = "state", request_body = Restore, responses((status = 200, body = RestoreReport), (status = 400, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn restore(State(control): State<Arc<Control>>, Read(asked): Read<Restore>) -> Result<Json<RestoreReport>, Problem> {
    let restored = apart(&control, move |host| {
        host.state.restore(&asked.name, |moment| {
            if let Some(at) = moment.frozen_at().filter(|_| !asked.keep_clock) {
                host.clock.freeze(Some(at));
            }
        })
    });
    let restored = restored.await?;
    restart(&control, asked.restart).await?;
    Ok(Json(restored.into()))
}

/// How to empty.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Reset {
    /// Whether fresh guests are to serve afterwards.
    #[serde(default)]
    restart: bool,
}

/// Empty the state of all apps
///
/// What a first start would find is there afterwards: databases with their migrations applied.
#[utoipa::path(post, path = "/v1/state/reset", tag = "state", request_body = Reset, responses((status = 200, body = ResetReport), (status = 409, body = Problem)))]
async fn reset(State(control): State<Arc<Control>>, Read(asked): Read<Reset>) -> Result<Json<ResetReport>, Problem> {
    let beside = control.host.beside();
    let furnished = control.host.state.furnish(&beside).await.map_err(StateError::from)?;
    let fresh = beside.state.clone();
    let apps = apart(&control, move |host| host.state.reset(&fresh)).await?;
    drop(furnished);
    restart(&control, asked.restart).await?;
    Ok(Json(ResetReport { apps }))
}

async fn restart(control: &Control, asked: bool) -> Result<(), Problem> {
    if asked {
        control.host.state.restart().await.map_err(StateError::from)?;
    }
    Ok(())
}

/// What to compare.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct Compare {
    /// A snapshot.
    from: String,
    /// Another; without it, what is there now.
    to: Option<String>,
    /// How many keys to list of each kind; 20 without it.
    keys: Option<usize>,
}

/// What differs.
#[derive(Debug, Serialize, ToSchema)]
pub struct DiffReport {
    /// By app, service and resource; those without a difference are left out.
    pub differences: Vec<ResourceDiff>,
}

/// A database that differs.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResourceDiff {
    app: String,
    service: String,
    resource: String,
    /// `added`, `removed`, `changed`
    change: String,
    /// Tables, or what the service calls them.
    parts: Vec<PartDiff>,
    /// Indexes, views and triggers: `+ index by_name`.
    objects: Vec<String>,
}

/// A part of a database that differs.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartDiff {
    name: String,
    /// Rows in the first; null where it is not there.
    before: Option<u64>,
    /// Rows in the second; null where it is not there.
    after: Option<u64>,
    /// Whether the table has other columns, so that rows are not compared.
    redefined: bool,
    added: Vec<String>,
    removed: Vec<String>,
    changed: Vec<String>,
    /// How many more keys there are than are listed.
    more: u64,
}

impl From<Vec<Difference>> for DiffReport {
    fn from(differences: Vec<Difference>) -> Self {
        let part = |part: TableDiff| PartDiff {
            name: part.name,
            before: part.before,
            after: part.after,
            redefined: part.redefined,
            added: part.added,
            removed: part.removed,
            changed: part.changed,
            more: part.more,
        };
        let change = |change| match change {
            Change::Added => "added",
            Change::Removed => "removed",
            Change::Changed => "changed",
        };
        let resource = |difference: Difference| ResourceDiff {
            app: difference.app,
            service: difference.resource.service,
            resource: difference.resource.id,
            change: change(difference.change).to_owned(),
            parts: difference.parts.into_iter().map(part).collect(),
            objects: difference.objects,
        };
        Self { differences: differences.into_iter().map(resource).collect() }
    }
}

/// What differs between two snapshots, or between one and what is there now
#[utoipa::path(get, path = "/v1/state/diff", tag = "state", params(Compare), responses((status = 200, body = DiffReport), (status = 404, body = Problem)))]
async fn diff(
    State(control): State<Arc<Control>>,
    query: Result<Query<Compare>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<DiffReport>, Problem> {
    let Query(asked) = query.map_err(|error| Problem::invalid(error.body_text()))?;
    let most = asked.keys.unwrap_or(LISTED);
    let found = apart(&control, move |host| host.state.diff(&asked.from, asked.to.as_deref(), most)).await?;
    Ok(Json(found.into()))
}

/// What to write, and where.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Export {
    /// The snapshot; without it, what is there now.
    name: Option<String>,
    /// The path of a file on the run's machine, from the root.
    #[schema(value_type = String)]
    file: PathBuf,
    /// Whether it may take the place of a file that is there.
    #[serde(default)]
    replace: bool,
}

/// Write a snapshot to a file
#[utoipa::path(post, path = "/v1/state/export", tag = "state", request_body = Export, responses((status = 200, body = SnapshotInfo), (status = 404, body = Problem)))]
async fn export(State(control): State<Arc<Control>>, Read(asked): Read<Export>) -> Result<Json<SnapshotInfo>, Problem> {
    absolute(&asked.file)?;
    let work = move |host: &Host| host.state.export(asked.name.as_deref(), &asked.file, asked.replace, || host.moment());
    Ok(Json(apart(&control, work).await?.into()))
}

/// What to read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Import {
    /// The path of a file on the run's machine, from the root.
    #[schema(value_type = String)]
    file: PathBuf,
    /// How the snapshot is to be called; without it, as it was.
    name: Option<String>,
    /// Whether it may take the place of one that has the name.
    #[serde(default)]
    replace: bool,
}

/// Keep what is in a file as a snapshot
#[utoipa::path(post, path = "/v1/state/import", tag = "state", request_body = Import, responses((status = 200, body = SnapshotInfo), (status = 409, body = Problem)))]
async fn import(State(control): State<Arc<Control>>, Read(asked): Read<Import>) -> Result<Json<SnapshotInfo>, Problem> {
    absolute(&asked.file)?;
    let imported = apart(&control, move |host| host.state.import(&asked.file, asked.name.as_deref(), asked.replace)).await?;
    Ok(Json(imported.into()))
}

fn absolute(file: &std::path::Path) -> Result<(), Problem> {
    let wrong =
        || Problem::invalid(format!("`file`: `{}` is no path from the root, and this program has a folder of its own", file.display()));
    if file.is_absolute() { Ok(()) } else { Err(wrong()) }
}
