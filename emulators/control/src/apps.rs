//! `/v1/apps`: what is served, and that it be read again.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Control;
use crate::error::Problem;
use crate::run::AppInfo;

pub(crate) fn routes() -> OpenApiRouter<Arc<Control>> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(reload))
}

/// The apps.
#[derive(Debug, Serialize, ToSchema)]
struct Apps {
    apps: Vec<AppInfo>,
}

/// The apps of this run
#[utoipa::path(get, path = "/v1/apps", tag = "apps", responses((status = 200, body = Apps)))]
async fn list(State(control): State<Arc<Control>>) -> Json<Apps> {
    Json(Apps { apps: control.run.apps() })
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
struct Reloaded {
    /// The app.
    app: String,
    /// Whether another version serves now.
    changed: bool,
}

/// Read an app again
///
/// What a save does, without waiting until it is seen: when the answer comes, what the files say serves. Files with errors are a 422 that
/// says which; what was there before serves on.
#[utoipa::path(post, path = "/v1/apps/{app}/reload", tag = "apps", params(("app" = String, Path, description = "The app's name")),
    responses((status = 200, body = Reloaded), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn reload(State(control): State<Arc<Control>>, Path(app): Path<String>) -> Result<Json<Reloaded>, Problem> {
    let changed = control.run.reload(&app).await?;
    Ok(Json(Reloaded { app, changed }))
}
