//! `/v1/faults`: what goes wrong on purpose.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, Query, State};
use greenroom_host::Host;
use greenroom_host::faults::{ADDED, Action, Failure, Listed, Rule, Scope, When};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Control;
use crate::clock::Span;
use crate::error::Problem;
use crate::json::Read;
use crate::which::Which;

/// How late a stale read is if nobody says.
const STALE: Duration = Duration::from_secs(60);

pub(crate) fn routes() -> OpenApiRouter<Arc<Control>> {
    OpenApiRouter::new().routes(routes!(list_all, add, replace, clear)).routes(routes!(remove))
}

/// A rule as people write it, here and in files.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// What it is called; a rule of the same name makes way. Without it: `fault-1` and so on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// For which apps: a name, with `*` and `?` as wildcards, as in the next three.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
    /// For which services: `kv`, `d1`, `service`, `fetch`, `lambda`; `request` is what comes in, `trigger` what is delivered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// For which operations: `get`, `PUT`, `cron.tick`, `invoke`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// For what: a binding's name or id, `NOTES/user:*` for keys, a URL or its host, a path, a function.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// Only the first so many calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<u64>,
    /// Only each so-manyth call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every: Option<u64>,
    /// Only with this probability, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// Where the rule's randomness begins; without it, a number made of its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// What happens: `error`, `throttle`, `drop`, `stale`, `crash`, `timeout`, `duplicate`, or `latency` alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// Which of the service's errors by name: `locked`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Which HTTP status, where the service speaks of such.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Which text, in place of the vendor's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// How much later it happens, with any action.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency: Option<Span>,
    /// Of stale reads: how long ago writes were that are not seen, as far as a read's `cacheTtl` lets it be late: 60 s without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<Span>,
}

impl FaultRule {
    /// The rule that it says; `free` is its name if it has none.
    ///
    /// # Errors
    /// What makes no sense, with the key first.
    pub fn read(&self, free: &str) -> Result<Rule, Problem> {
        let name = self.name.clone().unwrap_or_else(|| free.to_owned());
        if name.is_empty() || name.len() > 100 || name.chars().any(char::is_control) || name.contains('/') {
            return Err(Problem::invalid(format!("`name`: `{name}` is no name for a rule")).hint("write letters, digits, `-`, `.`"));
        }
        let (scope, when) = (self.scope(), self.when()?);
        let latency = self.latency.as_ref().map(|latency| latency.read("latency")).transpose()?.unwrap_or_default();
        let action = self.action(latency)?;
        let seed = self.seed.unwrap_or_else(|| seed_of(&name));
        Ok(Rule { name, scope, when, seed, latency, action })
    }

    fn scope(&self) -> Scope {
        let any = |pattern: &Option<String>| pattern.clone().filter(|pattern| pattern != "*");
        Scope { app: any(&self.app), service: any(&self.service), operation: any(&self.operation), resource: any(&self.resource) }
    }

    fn when(&self) -> Result<When, Problem> {
        match (self.first, self.every, self.probability) {
            (None, None, None) => Ok(When::Always),
            (Some(first), None, None) => Ok(When::First(first)),
            (None, Some(0), None) => Err(Problem::invalid("`every`: 0 is no number to count to")),
            (None, Some(every), None) => Ok(When::Every(every)),
            (None, None, Some(chance)) if (0.0..=1.0).contains(&chance) => Ok(When::Chance(chance)),
            (None, None, Some(chance)) => Err(Problem::invalid(format!("`probability`: {chance} is not from 0 to 1"))),
            _ => Err(Problem::invalid("`first`, `every` and `probability` exclude each other: give one of them")),
        }
    }

    fn action(&self, latency: Duration) -> Result<Action, Problem> {
        let fails = self.code.is_some() || self.status.is_some() || self.message.is_some();
        let word = match (&self.action, fails) {
            (Some(word), _) => word.as_str(),
            (None, true) => "error",
            (None, false) => "latency",
        };
        if let Some(key) = self.key_for_another(word, fails) {
            return Err(Problem::invalid(format!("`{key}`: means nothing with the action `{word}`")));
        }
        if self.status.is_some_and(|status| !(200..=599).contains(&status)) {
            return Err(Problem::invalid(format!("`status`: {} is no status of an answer", self.status.unwrap_or_default())));
        }
        match word {
            "latency" if latency.is_zero() => Err(Problem::invalid("`action`: the rule does nothing")
                .hint(format!("give `latency`, `250ms`, or an action: {}", list(&ACTIONS[1..])))),
            "latency" => Ok(Action::Latency),
            "error" => Ok(Action::Error(Failure { code: self.code.clone(), status: self.status, message: self.message.clone() })),
            "throttle" => Ok(Action::Throttle),
            "drop" => Ok(Action::Drop),
            "stale" => match self.window.as_ref().map(|window| window.read("window")).transpose()?.unwrap_or(STALE) {
                Duration::ZERO => Err(Problem::invalid("`window`: 0 would make no read late")),
                window => Ok(Action::Stale(window)),
            },
            "crash" => Ok(Action::Crash),
            "timeout" => Ok(Action::Timeout),
            "duplicate" => Ok(Action::Duplicate),
            "reorder" => Ok(Action::Reorder),
            "lose-visibility" => Ok(Action::LoseVisibility),
            "partial" => Ok(Action::Partial),
            other => Err(Problem::invalid(format!("`action`: there is no `{other}`")).hint(format!("there is {}", list(ACTIONS)))),
        }
    }

    /// A key that is given and belongs to another action.
    fn key_for_another(&self, word: &str, fails: bool) -> Option<&'static str> {
        if self.window.is_some() && word != "stale" {
            return Some("window");
        }
        if !fails || word == "error" || !ACTIONS.contains(&word) {
            return None;
        }
        Some(if self.code.is_some() {
            "code"
        } else if self.status.is_some() {
            "status"
        } else {
            "message"
        })
    }

    fn of(rule: &Rule) -> Self {
        let mut written = Self {
            name: Some(rule.name.clone()),
            app: rule.scope.app.clone(),
            service: rule.scope.service.clone(),
            operation: rule.scope.operation.clone(),
            resource: rule.scope.resource.clone(),
            seed: Some(rule.seed),
            action: Some(rule.action.word().to_owned()),
            latency: (!rule.latency.is_zero()).then(|| span(rule.latency)),
            ..Self::default()
        };
        match rule.when {
            When::Always => {}
            When::First(first) => written.first = Some(first),
            When::Every(every) => written.every = Some(every),
            When::Chance(chance) => written.probability = Some(chance),
        }
        match &rule.action {
            Action::Error(Failure { code, status, message }) => {
                (written.code, written.status, written.message) = (code.clone(), *status, message.clone());
            }
            Action::Stale(window) => written.window = Some(span(*window)),
            _ => {}
        }
        written
    }
}

const ACTIONS: &[&str] =
    &["latency", "error", "throttle", "drop", "stale", "crash", "timeout", "duplicate", "reorder", "lose-visibility", "partial"];

fn list(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

fn span(duration: Duration) -> Span {
    Span::Text(humantime::format_duration(duration).to_string())
}

/// FNV-1a: the same number for the same name, on every machine.
fn seed_of(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The rules of a run.
#[derive(Debug, Serialize, ToSchema)]
struct FaultList {
    /// In the order in which they are asked.
    faults: Vec<ListedFault>,
}

/// A rule with what it has done.
#[derive(Debug, Serialize, ToSchema)]
struct ListedFault {
    #[serde(flatten)]
    rule: FaultRule,
    /// Who set it: `api`, or a file.
    origin: String,
    /// How many calls it was for.
    matched: u64,
    /// How many of them it struck.
    applied: u64,
    /// Why it can never strike as things are.
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<String>,
}

impl ListedFault {
    fn of(host: &Host, listed: &Listed) -> Self {
        Self {
            rule: FaultRule::of(&listed.rule),
            origin: listed.origin.clone(),
            matched: listed.matched,
            applied: listed.applied,
            warning: host.faults.doubt(&listed.rule),
        }
    }
}

fn listed(host: &Host) -> Json<FaultList> {
    Json(FaultList { faults: host.faults.list().iter().map(|listed| ListedFault::of(host, listed)).collect() })
}

/// The rules, in the order in which they are asked
#[utoipa::path(get, path = "/v1/faults", tag = "faults", responses((status = 200, body = FaultList)))]
async fn list_all(State(control): State<Arc<Control>>) -> Json<FaultList> {
    listed(&control.host)
}

/// Add a rule
///
/// One of the same name makes way. The answer has the rule as it stands, and a `warning` where it can never strike.
#[utoipa::path(post, path = "/v1/faults", tag = "faults", request_body = FaultRule, responses((status = 200, body = ListedFault), (status = 400, body = Problem)))]
async fn add(State(control): State<Arc<Control>>, Read(rule): Read<FaultRule>) -> Result<Json<ListedFault>, Problem> {
    let faults = &control.host.faults;
    let rule = rule.read(&faults.free_name())?;
    let added = Listed { rule: rule.clone(), origin: ADDED.to_owned(), matched: 0, applied: 0 };
    faults.add(ADDED, rule);
    Ok(Json(ListedFault::of(&control.host, &added)))
}

/// Rules to set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FaultRules {
    /// In the order in which they are asked.
    faults: Vec<FaultRule>,
}

/// Put rules in place of those that were added
///
/// Their counts and their randomness begin anew. Those of files stay.
#[utoipa::path(put, path = "/v1/faults", tag = "faults", request_body = FaultRules, responses((status = 200, body = FaultList), (status = 400, body = Problem)))]
async fn replace(State(control): State<Arc<Control>>, Read(rules): Read<FaultRules>) -> Result<Json<FaultList>, Problem> {
    let mut read = Vec::with_capacity(rules.faults.len());
    for (index, rule) in rules.faults.iter().enumerate() {
        let rule = rule.read(&format!("fault-{}", index + 1));
        let rule = rule.map_err(|mut problem| {
            problem.message = format!("rule {}: {}", index + 1, problem.message);
            problem
        })?;
        if read.iter().any(|other: &Rule| other.name == rule.name) {
            return Err(Problem::invalid(format!("rule {}: `name`: another rule is named `{}` already", index + 1, rule.name)));
        }
        read.push(rule);
    }
    control.host.faults.remove(|_, origin| origin == ADDED);
    control.host.faults.replace(ADDED, read);
    Ok(listed(&control.host))
}

/// How many there were.
#[derive(Debug, Serialize, ToSchema)]
struct Removed {
    removed: usize,
}

/// Remove the rules that were added
#[utoipa::path(delete, path = "/v1/faults", tag = "faults", params(Which), responses((status = 200, body = Removed)))]
async fn clear(State(control): State<Arc<Control>>, Query(which): Query<Which>) -> Json<Removed> {
    Json(Removed { removed: control.host.faults.remove(|_, origin| which.all || origin == ADDED) })
}

/// Remove a rule
#[utoipa::path(delete, path = "/v1/faults/{name}", tag = "faults", params(("name" = String, Path, description = "The rule's name")), responses((status = 200, body = Removed), (status = 404, body = Problem)))]
async fn remove(State(control): State<Arc<Control>>, Path(name): Path<String>) -> Result<Json<Removed>, Problem> {
    match control.host.faults.remove(|known, _| known == name) {
        0 => Err(Problem::not_found(format!("no rule is named `{name}`")).hint("`GET /v1/faults` lists them")),
        removed => Ok(Json(Removed { removed })),
    }
}
