//! `POST /v1/events/send`: delivers events that were made up, exported or written by hand.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use greenroom_host::{Captured, EventKind, Payload};
use http::{HeaderName, HeaderValue, Method};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Control;
use crate::cron::{Ended, milliseconds};
use crate::error::Problem;
use crate::functions::{Called, ToCall};
use crate::json::Read;
use crate::triggers::ToFire;

pub(crate) fn routes() -> OpenApiRouter<Arc<Control>> {
    OpenApiRouter::new().routes(routes!(send))
}

/// What to deliver.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ToSend {
    /// The app that takes all of them; without it, the `target` of each, else the only app.
    app: Option<String>,
    /// The function that takes those of the kind `invoke`: its name or ARN; without it, the `part` of each, else the only function.
    function: Option<String>,
    /// The events, delivered one after the other: `kind`, and a `payload` that is `{ "request": … }` or `{ "data": … }`; `source` and
    /// `summary` if they are to be in the journal. What else the journal gives to events is not looked at.
    #[schema(value_type = Vec<Object>)]
    events: Vec<Value>,
}

/// What became of them, in order.
#[derive(Debug, Serialize, ToSchema)]
struct Sent {
    sent: Vec<Ended>,
}

/// An event as far as it is looked at.
#[derive(Debug, Deserialize)]
struct Given {
    kind: EventKind,
    source: Option<String>,
    target: Option<String>,
    part: Option<String>,
    summary: Option<String>,
    payload: Payload,
}

/// An event on its way.
enum Outgoing {
    /// To an app.
    App(Option<String>, ToFire),
    /// To a function.
    Function(ToCall),
}

fn cannot(place: usize, why: &str) -> Problem {
    Problem::invalid(format!("`events[{place}]` cannot be sent: {why}")).hint("`greenroom events generate` shows what an event looks like")
}

impl Given {
    fn read(place: usize, value: Value, asked: (Option<&str>, Option<&str>)) -> Result<Outgoing, Problem> {
        let wrong = |why: String| cannot(place, &why);
        let Self { kind, source, target, part, summary, payload } =
            serde_json::from_value(value).map_err(|error| wrong(error.to_string()))?;
        let (app, function) = asked;
        let target = app.map(str::to_owned).or(target.filter(|target| !target.is_empty()));
        match payload {
            Payload::Request(request) if kind == EventKind::HttpRequest && request.entry.is_empty() => {
                let body = request.body.unwrap_or_default();
                if body.is_cut() {
                    return Err(wrong(format!("of its body only {} of {} bytes were kept", body.bytes.len(), body.size)));
                }
                let (method, url) = (request.method.as_str().into_owned(), request.url.as_str().into_owned());
                let (headers, extra) = (request.headers.pairs(), request.extra.as_str().into_owned());
                check(&method, &url, &headers).map_err(wrong)?;
                let Captured { bytes, .. } = body;
                Ok(Outgoing::App(target, ToFire::Request { method, url, headers, extra, body: bytes.to_vec() }))
            }
            Payload::Data(payload) if matches!(kind, EventKind::Invoke | EventKind::InvokeAsync) => {
                let function = function.map(str::to_owned).or(part);
                let source = source.unwrap_or_else(|| "send".to_owned());
                Ok(Outgoing::Function(ToCall { app: target, function, qualifier: None, payload, kind, source }))
            }
            Payload::Data(payload) if kind != EventKind::HttpRequest && kind != EventKind::ServiceCall => {
                let source = source.unwrap_or_else(|| "send".to_owned());
                let summary = summary.unwrap_or_else(|| kind.word().to_owned());
                Ok(Outgoing::App(target, ToFire::Data { kind, source, summary, payload }))
            }
            Payload::Call(_) | Payload::Request(_) => Err(wrong("a call from app to app can be replayed, not sent".to_owned())),
            Payload::Data(_) | Payload::None => Err(wrong(format!("what comes with it is not what comes with `{}`", kind.word()))),
        }
    }
}

/// Whether a request like this can be sent at all; if not, why, with its key first.
fn check(method: &str, url: &str, headers: &[(String, String)]) -> Result<(), String> {
    if Method::from_bytes(method.as_bytes()).is_err() {
        return Err(format!("`method`: `{method}` is no method"));
    }
    let parsed = Url::parse(url).map_err(|error| format!("`url`: `{url}` is no whole URL: {error}"))?;
    if !matches!(parsed.scheme(), "http" | "https") {
        return Err(format!("`url`: `{url}` is none of HTTP"));
    }
    for (name, value) in headers {
        if HeaderName::from_bytes(name.as_bytes()).is_err() || HeaderValue::from_bytes(value.as_bytes()).is_err() {
            return Err(format!("`headers`: `{name}: {}` is no header", value.escape_debug()));
        }
    }
    Ok(())
}

/// Deliver events
///
/// One after the other, each until it is over, by the way that all events of its kind go. What goes wrong in the code is an answer too:
/// `outcome` says so. An event that cannot be read is an error, and nothing is delivered.
#[utoipa::path(post, path = "/v1/events/send", tag = "events", request_body = ToSend, responses((status = 200, body = Sent), (status = 400, body = Problem), (status = 404, body = Problem)))]
async fn send(State(control): State<Arc<Control>>, Read(asked): Read<ToSend>) -> Result<Json<Sent>, Problem> {
    let to = (asked.app.as_deref(), asked.function.as_deref());
    let events: Result<Vec<_>, _> = asked.events.into_iter().enumerate().map(|(place, event)| Given::read(place, event, to)).collect();
    let events = events?;
    if events.is_empty() {
        return Err(Problem::invalid("`events`: give one at least"));
    }
    for (place, event) in events.iter().enumerate() {
        if let Outgoing::App(app, ToFire::Data { kind, payload, .. }) = event {
            let checked = control.triggers.check(app.as_deref(), *kind, payload).map_err(Problem::not_found)?;
            checked.map_err(|why| cannot(place, &why))?;
        }
    }
    let mut sent = Vec::new();
    for event in events {
        sent.push(match event {
            Outgoing::App(app, event) => control.triggers.fire(app.as_deref(), event).await.map(Ended::from).map_err(Problem::not_found)?,
            Outgoing::Function(call) => control.functions.call(call).await?.into(),
        });
    }
    Ok(Json(Sent { sent }))
}

impl From<Called> for Ended {
    fn from(called: Called) -> Self {
        let Called { app, event, outcome, took, payload, .. } = called;
        let result = Some(serde_json::from_str(&payload).unwrap_or(Value::String(payload)));
        Self { app, event: event.to_string(), outcome, ms: milliseconds(took), result, response: None }
    }
}
