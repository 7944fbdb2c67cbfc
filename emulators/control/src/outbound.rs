//! `/v1/outbound`: what becomes of requests to the outside.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Control;
use crate::error::Problem;
use crate::json::Read;
use crate::which::Which;

pub(crate) fn routes() -> OpenApiRouter<Arc<Control>> {
    OpenApiRouter::new().routes(routes!(list, add, clear)).routes(routes!(policy)).routes(routes!(remove))
}

/// A rule for requests to the outside, as people write it, here and in files.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OutboundRule {
    /// What it is called; a rule of the same name makes way. Without it: `outbound-1` and so on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Of which apps: a name, with `*` and `?` as wildcards, as in `host` and `path`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
    /// To which hosts: `api.example.com`, `*.example.com`, `localhost:3000`; without a port: to any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// With which methods; none: any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub methods: Vec<String>,
    /// To which paths: `/users/*`, with or without the query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// For how many requests; then it is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// What becomes of them: `reply`, `pass`, `deny`, `record` (what is recorded is played back, all else recorded) or `replay` (what is
    /// not recorded is denied). Without it: `reply`, where the rule says what to reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// Of replies: the status; 200 without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Of replies: headers.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// Of replies: the body as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Of replies: the body as JSON, with its content type.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    pub json: Option<serde_json::Value>,
    /// Of replies: the file that has the body, read at each request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Of recordings: the folder; without it `.greenroom/recordings`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// A rule with what it has done.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ListedOutbound {
    /// The rule.
    #[serde(flatten)]
    pub rule: OutboundRule,
    /// Who set it: `api`, or a file.
    pub origin: String,
    /// How many requests it was for.
    pub matched: u64,
    /// Why it can never be for any request as things are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
}

/// What becomes of requests that no rule is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum OutboundPolicy {
    /// They go out.
    #[default]
    Pass,
    /// They fail.
    Deny,
}

/// What becomes of requests to the outside.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct OutboundList {
    /// What becomes of those that no rule is for.
    pub default: OutboundPolicy,
    /// What was set for them over this API; none: files say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set_default: Option<OutboundPolicy>,
    /// The rules, in the order in which they are asked.
    pub rules: Vec<ListedOutbound>,
}

/// The rules of a run, as whoever runs it keeps them.
pub trait Outbound: Send + Sync {
    /// All of them.
    fn list(&self) -> OutboundList;

    /// Adds one behind those that were added before, and before those of files.
    ///
    /// # Errors
    /// What makes no sense in it.
    fn add(&self, rule: OutboundRule) -> Result<ListedOutbound, Problem>;

    /// Removes the rule of this name, or without one those that were added, with `all` those of files too. How many there were.
    fn remove(&self, name: Option<&str>, all: bool) -> usize;

    /// Says what becomes of requests that no rule is for; none: what files say.
    fn set_policy(&self, policy: Option<OutboundPolicy>);
}

/// The rules, in the order in which they are asked, and what becomes of all else
#[utoipa::path(get, path = "/v1/outbound", tag = "outbound", responses((status = 200, body = OutboundList)))]
async fn list(State(control): State<Arc<Control>>) -> Json<OutboundList> {
    Json(control.outbound.list())
}

/// Add a rule
///
/// One of the same name makes way.
#[utoipa::path(post, path = "/v1/outbound", tag = "outbound", request_body = OutboundRule, responses((status = 200, body = ListedOutbound), (status = 400, body = Problem)))]
async fn add(State(control): State<Arc<Control>>, Read(rule): Read<OutboundRule>) -> Result<Json<ListedOutbound>, Problem> {
    control.outbound.add(rule).map(Json)
}

/// What becomes of requests that no rule is for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SetPolicy {
    /// Without it: what files say, else `pass`.
    default: Option<OutboundPolicy>,
}

/// Say what becomes of requests that no rule is for
#[utoipa::path(put, path = "/v1/outbound/default", tag = "outbound", request_body = SetPolicy, responses((status = 200, body = OutboundList), (status = 400, body = Problem)))]
async fn policy(State(control): State<Arc<Control>>, Read(set): Read<SetPolicy>) -> Json<OutboundList> {
    control.outbound.set_policy(set.default);
    Json(control.outbound.list())
}

/// How many there were.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RemovedOutbound)]
struct Removed {
    removed: usize,
}

/// Remove the rules that were added, and let files say again what becomes of all else
#[utoipa::path(delete, path = "/v1/outbound", tag = "outbound", params(Which), responses((status = 200, body = Removed)))]
async fn clear(State(control): State<Arc<Control>>, Query(which): Query<Which>) -> Json<Removed> {
    control.outbound.set_policy(None);
    Json(Removed { removed: control.outbound.remove(None, which.all) })
}

/// Remove a rule
#[utoipa::path(delete, path = "/v1/outbound/{name}", tag = "outbound", params(("name" = String, Path, description = "The rule's name")), responses((status = 200, body = Removed), (status = 404, body = Problem)))]
async fn remove(State(control): State<Arc<Control>>, Path(name): Path<String>) -> Result<Json<Removed>, Problem> {
    match control.outbound.remove(Some(&name), true) {
        0 => Err(Problem::not_found(format!("no rule is named `{name}`")).hint("`GET /v1/outbound` lists them")),
        removed => Ok(Json(Removed { removed })),
    }
}
