//! AWS Lambda: a file for each source of events. The shapes are those that the front doors of a run make.

pub(super) mod alb;
pub(super) mod authorizer;
pub(super) mod function_url;
pub(super) mod http_api;
mod request;
pub(super) mod rest_api;
pub(super) mod websocket;

use serde_json::Value;

use super::{Draw, Kind};
pub(super) use request::{ACCOUNT, REGION, extended};

/// A kind of event that API Gateway calls a function with.
const fn by_gateway(name: &'static str, what: &'static str, make: fn(&Draw) -> Value, summary: fn(&Value) -> String) -> Kind {
    by("apigateway.amazonaws.com", name, what, make, summary)
}

/// A kind of event that `source` calls a function with, and waits for the answer.
const fn by(source: &'static str, name: &'static str, what: &'static str, make: fn(&Draw) -> Value, summary: fn(&Value) -> String) -> Kind {
    Kind { platform: "lambda", name, what, kind: "invoke", source, is_request: false, make, summary }
}

/// Both objects in one.
fn after(mut first: Value, second: Value) -> Value {
    if let Value::Object(members) = second {
        for (name, value) in members {
            first[name] = value;
        }
    }
    first
}

/// The text at a path with slashes.
fn text<'a>(made: &'a Value, path: &str) -> &'a str {
    made.pointer(path).and_then(Value::as_str).unwrap_or_default()
}

/// Two texts with a space between them: `GET /items/7`.
fn line(made: &Value, first: &str, second: &str) -> String {
    format!("{} {}", text(made, first), text(made, second))
}
