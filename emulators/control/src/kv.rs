//! `/v1/kv`: the KV namespaces of apps, as their code sees them.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::Problem;
use crate::services::{Asked, Said};
use crate::{Control, json};

/// The kind of binding that these operations are for.
const KIND: &str = "kv_namespace";
/// The header that carries a value's metadata, as JSON in ASCII.
const METADATA: HeaderName = HeaderName::from_static("kv-metadata");

pub(crate) fn routes() -> OpenApiRouter<Arc<Control>> {
    OpenApiRouter::new().routes(routes!(keys)).routes(routes!(get, put, delete))
}

impl Control {
    async fn kv(&self, (app, binding): (&str, &str), method: &'static str, args: Value, body: Option<Bytes>) -> Result<Said, Problem> {
        let asked = Asked { app: app.to_owned(), binding: binding.to_owned(), kind: KIND, method, args, body };
        self.services.call(asked).await.map_err(|error| error.problem(app, binding, KIND))
    }
}

/// Which keys.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Only keys that start so.
    prefix: Option<String>,
    /// At most so many, from 1 to 1000.
    limit: Option<i64>,
    /// Where the page before ended.
    cursor: Option<String>,
}

/// A page of keys, as `list()` gives it to the app's code.
#[expect(clippy::struct_field_names, reason = "the words of the wire")]
#[derive(Debug, Serialize, ToSchema)]
struct Keys {
    keys: Vec<Key>,
    list_complete: bool,
    /// Where the next page starts; only where there is one.
    cursor: Option<String>,
}

/// A key.
#[derive(Debug, Serialize, ToSchema)]
struct Key {
    name: String,
    /// Seconds since 1970; only where it expires.
    expiration: Option<i64>,
    /// Only where it has some.
    metadata: Option<Value>,
}

/// List keys, a page at a time
#[utoipa::path(get, path = "/v1/kv/{app}/{binding}/keys", tag = "services", params(("app" = String, Path), ("binding" = String, Path), Which), responses((status = 200, body = Keys), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn keys(
    State(control): State<Arc<Control>>,
    Path((app, binding)): Path<(String, String)>,
    which: Result<Query<Which>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Problem> {
    let Query(which) = which.map_err(|error| Problem::invalid(error.body_text()))?;
    let said = control.kv((&app, &binding), "list", json!([which.prefix, which.limit, which.cursor]), None).await?;
    Ok(json::text(said.value))
}

/// Read a value
///
/// Its bytes; metadata in the header `kv-metadata`, as JSON. 404 with the code `no-value` where there is none.
#[utoipa::path(get, path = "/v1/kv/{app}/{binding}/values", tag = "services", params(("app" = String, Path), ("binding" = String, Path), Of), responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn get(
    State(control): State<Arc<Control>>,
    Path((app, binding)): Path<(String, String)>,
    json::Params(Of { key }): json::Params<Of>,
) -> Result<Response, Problem> {
    let said = control.kv((&app, &binding), "get", json!([key]), None).await?;
    let Some(value) = said.body else {
        return Err(Problem::new(StatusCode::NOT_FOUND, "no-value", format!("there is nothing under the key `{key}`")));
    };
    let mut response = ([(header::CONTENT_TYPE, "application/octet-stream")], value).into_response();
    if let Some(metadata) = ascii_json(&said.value).and_then(|text| HeaderValue::from_str(&text).ok()) {
        response.headers_mut().insert(METADATA, metadata);
    }
    Ok(response)
}

/// Which key. Not a part of the path: clients make nothing of parts that are empty, `.` or `..`, and KV has words of its own for such keys.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Of {
    /// The key.
    key: String,
}

/// What goes with a value.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct With {
    /// The key.
    key: String,
    /// When it expires, in seconds since 1970.
    expiration: Option<i64>,
    /// How long it lives, in seconds; wins over `expiration`.
    expiration_ttl: Option<i64>,
    /// JSON.
    metadata: Option<String>,
}

/// Write a value
///
/// The body is the value, byte for byte.
#[utoipa::path(put, path = "/v1/kv/{app}/{binding}/values", tag = "services", params(("app" = String, Path), ("binding" = String, Path), With), request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses((status = 200), (status = 400, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn put(
    State(control): State<Arc<Control>>,
    Path((app, binding)): Path<(String, String)>,
    json::Params(with): json::Params<With>,
    json::Raw(value): json::Raw,
) -> Result<Json<Value>, Problem> {
    if let Some(metadata) = &with.metadata {
        serde_json::from_str::<serde::de::IgnoredAny>(metadata)
            .map_err(|error| Problem::invalid(format!("`metadata` is no JSON: {error}")))?;
    }
    control.kv((&app, &binding), "put", json!([with.key, with.expiration, with.expiration_ttl, with.metadata]), Some(value)).await?;
    Ok(Json(json!({})))
}

/// Delete a key
///
/// One that is not there is no error.
#[utoipa::path(delete, path = "/v1/kv/{app}/{binding}/values", tag = "services", params(("app" = String, Path), ("binding" = String, Path), Of), responses((status = 200), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn delete(
    State(control): State<Arc<Control>>,
    Path((app, binding)): Path<(String, String)>,
    json::Params(Of { key }): json::Params<Of>,
) -> Result<Json<Value>, Problem> {
    control.kv((&app, &binding), "delete", json!([key]), None).await?;
    Ok(Json(json!({})))
}

/// JSON with everything beyond ASCII escaped, for a header; none of nothing.
fn ascii_json(text: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(text).ok().filter(|text| !text.is_empty())?;
    let mut ascii = String::with_capacity(text.len());
    for unit in text.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte @ 0x20..=0x7e) => ascii.push(char::from(byte)),
            // Between tokens only: in strings, control characters are escaped.
            Ok(b'\n' | b'\r' | b'\t') => ascii.push(' '),
            _ => ascii += &format!("\\u{unit:04x}"),
        }
    }
    Some(ascii)
}

#[cfg(test)]
mod tests {
    use super::ascii_json;

    #[test]
    fn metadata_fits_into_a_header() {
        assert_eq!(ascii_json("{\"a\":\"ü😀\"}".as_bytes()).unwrap(), r#"{"a":"\u00fc\ud83d\ude00"}"#);
        assert_eq!(ascii_json(b""), None);
    }
}
