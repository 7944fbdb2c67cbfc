//! `/v1/d1`: the D1 databases of apps, as their code sees them.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Control;
use crate::error::Problem;
use crate::json::{self, Read};
use crate::services::Asked;

/// The kind of binding that these operations are for.
const KIND: &str = "d1_database";

pub(crate) fn routes() -> OpenApiRouter<Arc<Control>> {
    OpenApiRouter::new().routes(routes!(query))
}

/// A query.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Ask {
    /// A statement, or several of which the last may have parameters.
    sql: String,
    /// The first for `?1`: null, numbers, strings, booleans, and arrays of numbers for blobs.
    #[serde(default)]
    params: Vec<Value>,
}

/// What it answers, as `all()` gives it to the app's code.
#[derive(Debug, Serialize, ToSchema)]
struct Answer {
    success: bool,
    /// Rows read and written, time, size.
    meta: Value,
    /// An object a row.
    results: Vec<Value>,
}

/// Run a query
#[utoipa::path(post, path = "/v1/d1/{app}/{binding}/query", tag = "services", params(("app" = String, Path), ("binding" = String, Path)), request_body = Ask, responses((status = 200, body = Answer), (status = 400, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn query(
    State(control): State<Arc<Control>>,
    Path((app, binding)): Path<(String, String)>,
    Read(asked): Read<Ask>,
) -> Result<Response, Problem> {
    let params: Vec<Value> = asked.params.into_iter().enumerate().map(|(index, value)| param(index, value)).collect::<Result<_, _>>()?;
    let asked = Asked { app, binding, kind: KIND, method: "all", args: json!([asked.sql, params]), body: None };
    let (app, binding) = (asked.app.clone(), asked.binding.clone());
    let said = control.services.call(asked).await.map_err(|error| error.problem(&app, &binding, KIND))?;
    Ok(json::text(said.value))
}

/// A parameter as the binding's own script sends it: booleans are numbers.
fn param(index: usize, value: Value) -> Result<Value, Problem> {
    match value {
        Value::Bool(is) => Ok(u8::from(is).into()),
        Value::Array(items) if items.iter().all(Value::is_number) => Ok(Value::Array(items)),
        Value::Array(_) | Value::Object(_) => {
            Err(Problem::invalid(format!("parameter {} can be no parameter of a statement: `{value}`", index + 1))
                .hint("give null, a number, a string, a boolean, or an array of numbers for a blob"))
        }
        plain => Ok(plain),
    }
}
