//! Events that can be made up: for each platform and kind what it looks like. A kind is a file, and a line in [`CATALOGUE`].
//!
//! What is made has the form that the journal gives to events: `kind`, `source`, `summary` and a `payload` that is a `request` or, for what
//! is none, the `data` that the handler is called with.

mod draw;
mod envelope;
mod lambda;
mod set;
mod workers;

use greenroom_host::Ids;
use serde_json::{Value, json};

pub use draw::Draw;
pub use envelope::{Envelope, Inside};

/// A kind of event.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// The platform whose code takes it: `workers`.
    pub platform: &'static str,
    /// The handler's name, or the vendor's for the event: `scheduled`.
    pub name: &'static str,
    /// What it is, in a few words.
    pub what: &'static str,
    /// The journal's word: `cron.tick`.
    pub kind: &'static str,
    /// The journal's word for where it comes from: `cron`.
    pub source: &'static str,
    /// Whether it is a request; else the handler is called with data.
    pub is_request: bool,
    /// Makes what comes with it, in the vendor's shape.
    pub make: fn(&Draw) -> Value,
    /// What it says in one line.
    pub summary: fn(&Value) -> String,
}

/// Every kind, by platform.
pub const CATALOGUE: &[Kind] = &[
    workers::fetch::KIND,
    workers::scheduled::KIND,
    lambda::http_api::V2,
    lambda::http_api::V1,
    lambda::rest_api::KIND,
    lambda::function_url::KIND,
    lambda::alb::KIND,
    lambda::alb::MULTI,
    lambda::websocket::CONNECT,
    lambda::websocket::MESSAGE,
    lambda::websocket::DISCONNECT,
    lambda::authorizer::TOKEN,
    lambda::authorizer::REQUEST,
    lambda::authorizer::V2,
    lambda::authorizer::V1,
    lambda::authorizer::WEBSOCKET,
];

/// A change to what is made: the way to a value, and the value.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    path: String,
    value: Value,
}

/// Why nothing was made, in a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct GenerateError(pub String);

impl Change {
    /// Reads `path=value`. A value that is JSON is taken as that, any other as a text.
    ///
    /// # Errors
    /// When there is no path.
    pub fn parse(text: &str) -> Result<Self, GenerateError> {
        let (path, value) =
            text.split_once('=').filter(|(path, _)| !path.is_empty() && path.split('.').all(|part| !part.is_empty())).ok_or_else(|| {
                GenerateError(format!("`{text}` is no change: write `path=value`, such as `cron=0 0 * * *` or `headers.accept=text/html`"))
            })?;
        let value = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
        Ok(Self { path: path.to_owned(), value })
    }
}

/// The kind of that name, of those.
///
/// # Errors
/// Says which there are.
pub fn find<'k>(kinds: &[&'k Kind], platform: &str, name: &str) -> Result<&'k Kind, GenerateError> {
    let of_platform = || kinds.iter().copied().filter(|kind| kind.platform == platform);
    if of_platform().next().is_none() {
        let mut platforms: Vec<_> = kinds.iter().map(|kind| format!("`{}`", kind.platform)).collect();
        platforms.dedup();
        return Err(GenerateError(format!("there are no events of `{platform}`; there are some of {}", platforms.join(", "))));
    }
    of_platform().find(|kind| kind.name == name).ok_or_else(|| {
        let names: Vec<_> = of_platform().map(|kind| format!("`{}`", kind.name)).collect();
        GenerateError(format!("`{platform}` has no events of the kind `{name}` that can be made up; there are {}", names.join(", ")))
    })
}

/// Makes `count` events of `kind`, with `changes` to each. The same seed makes the same events.
///
/// # Errors
/// When a change has no place.
pub fn generate(kind: &Kind, count: usize, seed: u64, changes: &[Change]) -> Result<Vec<Value>, GenerateError> {
    generate_by(kind, &|draw| Ok((kind.make)(draw)), count, seed, changes)
}

/// The same, where what comes with each event is made by `make`.
///
/// # Errors
/// The same; what cannot be made.
pub fn generate_by(
    kind: &Kind,
    make: &dyn Fn(&Draw) -> Result<Value, GenerateError>,
    count: usize,
    seed: u64,
    changes: &[Change],
) -> Result<Vec<Value>, GenerateError> {
    let draw = Draw::new(Ids::from_seed(seed));
    let one = |_| {
        let mut made = make(&draw)?;
        for change in changes {
            set::set(&mut made, &change.path, &change.value)?;
        }
        let summary = (kind.summary)(&made);
        let payload = json!({ (if kind.is_request { "request" } else { "data" }): made });
        Ok(json!({ "kind": kind.kind, "source": kind.source, "summary": summary, "payload": payload }))
    };
    (0..count).map(one).collect()
}

#[cfg(test)]
mod tests;
