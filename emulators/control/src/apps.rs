//! `/v1/apps`: what is served.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Control;
use crate::run::AppInfo;

pub(crate) fn routes() -> OpenApiRouter<Arc<Control>> {
    OpenApiRouter::new().routes(routes!(list))
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
