//! The control API: HTTP and JSON, by which the command line, test clients and the console look into a run and drive it.
//!
//! A file for each subject; `routes` in it lists the operations, and [`document`] describes them as OpenAPI from the same lines.

mod apps;
mod clock;
mod cron;
mod d1;
mod error;
mod events;
mod faults;
mod functions;
mod guard;
mod json;
mod kv;
mod outbound;
mod run;
mod send;
mod services;
mod sqs;
mod state;
mod triggers;
mod which;

use std::sync::Arc;

use axum::Json;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use greenroom_host::Host;
use tokio::net::TcpListener;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

pub use clock::Span;
pub use error::Problem;
pub use events::{Replays, redaction_pattern};
pub use faults::FaultRule;
pub use functions::{Called, FunctionInfo, Functions, ToCall};
pub use guard::Guard;
pub use outbound::{ListedOutbound, Outbound, OutboundList, OutboundPolicy, OutboundRule};
pub use run::{AppInfo, Run};
pub use services::{Asked, CallServices, Said, Unanswered};
pub use sqs::{Emptied, MessageInfo, QueueInfo, Queued, SqsQueues, ToQueue};
pub use state::{
    AppPart, DiffReport, LISTED, PartDiff, ResetReport, ResourceDiff, ResourceInfo, RestoreReport, SnapshotInfo, SnapshotList,
};
pub use triggers::{CronInfo, Fired, FiredAnswer, ToFire, Triggers};

/// The port that is tried first; the next free one if it is taken.
pub const PORT: u16 = 4560;

/// What the operations work on.
pub struct Control {
    /// Clock, journal and all else that is one for the whole run.
    pub host: Host,
    /// The program that serves the apps.
    pub run: Arc<dyn Run>,
    /// What is bound to the apps.
    pub services: Arc<dyn CallServices>,
    /// What makes the apps' code run without a request.
    pub triggers: Arc<dyn Triggers>,
    /// What becomes of requests to the outside.
    pub outbound: Arc<dyn Outbound>,
    /// What makes events happen again.
    pub replays: Arc<dyn Replays>,
    /// Functions that are called by name.
    pub functions: Arc<dyn Functions>,
    /// Queues of Amazon SQS.
    pub queues: Arc<dyn SqsQueues>,
}

#[derive(OpenApi)]
#[openapi(info(title = "Greenroom control API", description = "Look into a run and drive it: time, events, state, faults."))]
struct Document;

fn router() -> OpenApiRouter<Arc<Control>> {
    OpenApiRouter::with_openapi(Document::openapi())
        .merge(apps::routes())
        .merge(clock::routes())
        .merge(cron::routes())
        .merge(d1::routes())
        .merge(events::routes())
        .merge(faults::routes())
        .merge(functions::routes())
        .merge(kv::routes())
        .merge(outbound::routes())
        .merge(send::routes())
        .merge(sqs::routes())
        .merge(state::routes())
}

/// The API as an OpenAPI 3.1 document.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    router().into_openapi()
}

fn service(control: Arc<Control>, guard: Guard) -> axum::Router {
    let (router, document) = router().split_for_parts();
    let router = router.route("/v1/openapi.json", get(move || std::future::ready(Json(document.clone()))));
    router
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(json::LARGEST))
        .layer(axum::middleware::from_fn_with_state(guard, guard::guard))
        .with_state(control)
}

async fn unknown(uri: http::Uri) -> Problem {
    Problem::not_found(format!("there is no `{}` here", uri.path())).hint("`/v1/openapi.json` lists what there is")
}

async fn wrong_method(method: http::Method, uri: http::Uri) -> Problem {
    Problem::new(http::StatusCode::METHOD_NOT_ALLOWED, "method", format!("`{}` cannot be asked for with {method}", uri.path()))
        .hint("`/v1/openapi.json` lists what there is")
}

/// Answers requests until the future is dropped.
///
/// # Errors
/// When nothing can be accepted any more.
pub async fn serve(listener: TcpListener, control: Arc<Control>, guard: Guard) -> std::io::Result<()> {
    axum::serve(listener, service(control, guard)).await
}

#[cfg(test)]
mod tests;
