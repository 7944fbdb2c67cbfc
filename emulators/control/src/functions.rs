//! `/v1/functions`: functions that are called by name, such as those of AWS Lambda.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use futures::future::BoxFuture;
use greenroom_host::{EventId, EventKind, Outcome};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Control;
use crate::cron::milliseconds;
use crate::error::Problem;
use crate::json::{Params, Read};

/// A function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FunctionInfo {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// The app that declares it; `aws` where it was made by the API.
    pub app: String,
    /// `nodejs22.x`; none: an image.
    pub runtime: Option<String>,
    /// `app.handler`.
    pub handler: Option<String>,
    /// Published versions, oldest first.
    pub versions: Vec<String>,
    /// Aliases with the version that each means.
    #[schema(value_type = Object)]
    pub aliases: std::collections::BTreeMap<String, String>,
    /// `Active`, `Pending`, `Inactive`, `Failed`.
    pub state: String,
}

/// A call of a function.
#[derive(Debug, Clone, PartialEq)]
pub struct ToCall {
    /// Only a function of this app is meant.
    pub app: Option<String>,
    /// Its name or ARN; none: the only one.
    pub function: Option<String>,
    /// A version or an alias.
    pub qualifier: Option<String>,
    /// What it is called with.
    pub payload: Value,
    /// [`EventKind::Invoke`], or [`EventKind::InvokeAsync`] for one that is tried once and waited for all the same.
    pub kind: EventKind,
    /// Who calls, as the journal has it.
    pub source: String,
}

/// What became of a call.
#[derive(Debug, Clone)]
pub struct Called {
    /// The app whose function it is.
    pub app: String,
    /// The function's name.
    pub function: String,
    /// The event that the journal has of it.
    pub event: EventId,
    /// The version that handled it.
    pub version: String,
    /// What the function answered, or the document of its error.
    pub payload: String,
    /// Set where it failed: `Unhandled`.
    pub error: Option<String>,
    /// The last of its log.
    pub log: String,
    /// How it ended.
    pub outcome: Outcome,
    /// How long it took.
    pub took: Duration,
}

/// Calls functions: the program that runs them.
pub trait Functions: Send + Sync {
    /// The functions of `app`, or all.
    ///
    /// # Errors
    /// When there is no such app.
    fn list(&self, app: Option<&str>) -> BoxFuture<'static, Result<Vec<FunctionInfo>, Problem>>;

    /// Calls a function, and waits until it is over.
    fn call(&self, call: ToCall) -> BoxFuture<'static, Result<Called, Problem>>;

    /// Leaves an event to be handled in the background, as the vendor does. Gives the name of the function.
    fn queue(&self, call: ToCall) -> BoxFuture<'static, Result<String, Problem>>;

    /// The next call of the function, or of all of `app`, begins a new instance. Gives the names of those that are meant.
    fn reload(&self, app: Option<&str>, function: Option<&str>) -> BoxFuture<'static, Result<Vec<String>, Problem>>;
}

pub(crate) fn routes() -> OpenApiRouter<Arc<Control>> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(invoke)).routes(routes!(reload))
}

/// Which.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// The app; without it, all.
    app: Option<String>,
}

/// Functions.
#[derive(Debug, Serialize, ToSchema)]
struct List {
    functions: Vec<FunctionInfo>,
}

/// The functions
#[utoipa::path(get, path = "/v1/functions", tag = "functions", params(Which), responses((status = 200, body = List), (status = 400, body = Problem), (status = 404, body = Problem)))]
async fn list(State(control): State<Arc<Control>>, Params(which): Params<Which>) -> Result<Json<List>, Problem> {
    let functions = control.functions.list(which.app.as_deref()).await?;
    Ok(Json(List { functions }))
}

/// A call.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Invoke {
    /// The app; needed only where several have a function of that name.
    app: Option<String>,
    /// Its name or ARN; without it, the only one.
    function: Option<String>,
    /// A version or an alias.
    qualifier: Option<String>,
    /// What the function is called with; without it, `{}`.
    #[serde(default = "nothing")]
    payload: Value,
    /// Nobody waits: the event is queued, and tried again as the vendor does.
    #[serde(default, rename = "async")]
    asynchronous: bool,
}

fn nothing() -> Value {
    Value::Object(serde_json::Map::new())
}

/// What became of a call. Of one that nobody waits for only `function` is known.
#[derive(Debug, Serialize, ToSchema)]
struct Invoked {
    function: String,
    #[serde(flatten)]
    #[schema(inline)]
    ended: Option<Ended>,
}

/// The end of a call.
#[derive(Debug, Serialize, ToSchema)]
struct Ended {
    app: String,
    /// The event's id.
    event: String,
    /// The version that handled it.
    version: String,
    /// What the function answered, or the document of its error.
    #[schema(value_type = Object)]
    payload: Value,
    /// Set where it failed: `Unhandled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// The last 4 KiB of its log.
    log: String,
    /// How it ended: `type` is `ok`, `error`, `timeout`, `crashed` …; beside it stands the message.
    #[schema(value_type = Object)]
    outcome: Outcome,
    /// Milliseconds of real time.
    ms: f64,
}

impl From<Called> for Invoked {
    fn from(called: Called) -> Self {
        let Called { app, function, event, version, payload, error, log, outcome, took } = called;
        // A function of a runtime of its own may answer with what is no JSON.
        let payload = serde_json::from_str(&payload).unwrap_or(Value::String(payload));
        let ended = Ended { app, event: event.to_string(), version, payload, error, log, outcome, ms: milliseconds(took) };
        Self { function, ended: Some(ended) }
    }
}

/// Call a function
///
/// The answer comes when the function is over, unless `async` says that nobody waits. A function that fails is an answer too: `error` says so.
#[utoipa::path(post, path = "/v1/functions/invoke", tag = "functions", request_body = Invoke,
    responses((status = 200, body = Invoked), (status = 400, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn invoke(State(control): State<Arc<Control>>, Read(asked): Read<Invoke>) -> Result<Json<Invoked>, Problem> {
    let Invoke { app, function, qualifier, payload, asynchronous } = asked;
    let kind = if asynchronous { EventKind::InvokeAsync } else { EventKind::Invoke };
    let call = ToCall { app, function, qualifier, payload, kind, source: "control".to_owned() };
    if asynchronous {
        let function = control.functions.queue(call).await?;
        return Ok(Json(Invoked { function, ended: None }));
    }
    control.functions.call(call).await.map(Invoked::from).map(Json)
}

/// Which to reload.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Reload {
    /// The app; without it, all.
    app: Option<String>,
    /// The function's name or ARN; without it, all.
    function: Option<String>,
}

/// Which were reloaded.
#[derive(Debug, Serialize, ToSchema)]
struct Reloaded {
    /// Their names.
    reloaded: Vec<String>,
}

/// Begin new instances
///
/// The next call of each function begins a new instance, which reads its code anew. What is under way ends as it began.
#[utoipa::path(post, path = "/v1/functions/reload", tag = "functions", request_body = Reload,
    responses((status = 200, body = Reloaded), (status = 400, body = Problem), (status = 404, body = Problem)))]
async fn reload(State(control): State<Arc<Control>>, Read(asked): Read<Reload>) -> Result<Json<Reloaded>, Problem> {
    let reloaded = control.functions.reload(asked.app.as_deref(), asked.function.as_deref()).await?;
    Ok(Json(Reloaded { reloaded }))
}
