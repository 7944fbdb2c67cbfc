//! Bodies of requests, read with errors that name the key, and of answers that are JSON already.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{StatusCode, header};
use serde::de::DeserializeOwned;

use crate::error::Problem;

/// The most that a request may bring; files go in pieces.
pub(crate) const LARGEST: usize = 32 * 1024 * 1024;

/// What is asked for behind the `?`.
pub(crate) struct Params<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Query::try_from_uri(&parts.uri).map(|Query(params)| Self(params)).map_err(|error| Problem::invalid(error.body_text()))
    }
}

/// A body of JSON; no body at all is an object without keys.
pub(crate) struct Read<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Read<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let Raw(bytes) = Raw::from_request(request, state).await?;
        let text: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        serde_json::from_slice(text).map(Self).map_err(|error| Problem::invalid(format!("the body is not as it should be: {error}")))
    }
}

/// A body as it is.
pub(crate) struct Raw(pub(crate) Bytes);

impl<S: Send + Sync> FromRequest<S> for Raw {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        Bytes::from_request(request, state).await.map(Self).map_err(|error| {
            let status = error.status();
            let code = if status == StatusCode::PAYLOAD_TOO_LARGE { "too-large" } else { "invalid" };
            Problem::new(status, code, error.body_text())
        })
    }
}

/// An answer whose text is JSON already; nothing stands for `null`.
pub(crate) fn text(json: Bytes) -> Response {
    let json = if json.is_empty() { Bytes::from_static(b"null") } else { json };
    ([(header::CONTENT_TYPE, "application/json")], json).into_response()
}
