//! What the control API asks of the services that are bound to apps, as code of the app would.

use bytes::Bytes;
use futures::future::BoxFuture;
use serde_json::Value;

use crate::error::Problem;

/// A call of a binding's method.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The app's name.
    pub app: String,
    /// The binding's name in the app's environment.
    pub binding: String,
    /// The kind that it must be of: `kv_namespace`.
    pub kind: &'static str,
    /// Which of its methods.
    pub method: &'static str,
    /// Its arguments, as the binding's own script sends them.
    pub args: Value,
    /// Bytes that go with it.
    pub body: Option<Bytes>,
}

/// What it answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// JSON text; empty stands for `null`.
    pub value: Bytes,
    /// Bytes that go with it.
    pub body: Option<Bytes>,
}

/// Why it does not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unanswered {
    /// No app has the name; these are the apps.
    NoSuchApp(Vec<String>),
    /// The app cannot be served yet.
    Waits,
    /// The app has no such binding; these are those of the kind.
    NoSuchBinding(Vec<String>),
    /// The binding is of this kind.
    OtherKind(String),
    /// What the service says, in the vendor's words.
    Refused(String),
}

/// The services of a run, on the handles that are open.
pub trait CallServices: Send + Sync {
    /// Calls the method. It is no call of the app's code: no limit of invocations counts it, and no fault meets it.
    fn call(&self, asked: Asked) -> BoxFuture<'static, Result<Said, Unanswered>>;
}

impl Unanswered {
    /// The answer to a client that asked for `binding` of `app`.
    pub(crate) fn problem(self, app: &str, binding: &str, kind: &str) -> Problem {
        let listed = |names: &[String]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        match self {
            Self::NoSuchApp(apps) => Problem::not_found(format!("no app of this run is named `{app}`")).hint(match apps.len() {
                0 => "no app is served yet".to_owned(),
                _ => format!("the apps are: {}", listed(&apps)),
            }),
            Self::Waits => Problem::conflict("not-served", format!("the app `{app}` cannot be served yet")),
            Self::NoSuchBinding(others) => {
                Problem::not_found(format!("the app `{app}` has no binding `{binding}`")).hint(match others.len() {
                    0 => format!("it has none of kind `{kind}`"),
                    _ => format!("of kind `{kind}` it has: {}", listed(&others)),
                })
            }
            Self::OtherKind(other) => Problem::invalid(format!("the binding `{binding}` of `{app}` is a `{other}`, not a `{kind}`")),
            Self::Refused(message) => Problem::new(http::StatusCode::UNPROCESSABLE_ENTITY, "refused", message),
        }
    }
}
