//! How requests are read and answers written, by protocol. A protocol is a file here; what it needs to know of an operation is in the
//! service's model.

mod cbor;
mod coerce;
mod error;
mod json;
mod query;
mod rest;
mod xml;

use serde_json::Value;

use crate::error::ApiError;
use crate::message::{WireRequest, WireResponse};
use crate::model::{Captures, Model, OperationShape, Protocol};
use crate::operation::Answer;

pub(crate) use error::render as render_error;

/// What a request says: the members of the input, and the body where that is a member.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) input: Value,
    pub(crate) payload: bytes::Bytes,
}

/// Reads what a request says.
///
/// # Errors
/// What cannot be read, and what breaks the shapes.
pub(crate) fn read(
    model: &Model,
    protocol: Protocol,
    operation: &OperationShape,
    captures: &Captures,
    request: &WireRequest,
    origin: &str,
) -> Result<Said, ApiError> {
    let said = match protocol {
        Protocol::RestJson | Protocol::RestXml => rest::read(model, protocol, operation, captures, request)?,
        Protocol::Json10 | Protocol::Json11 => json::read(model, operation, request)?,
        Protocol::Query => query::read(model, operation, request, origin)?,
        Protocol::Cbor => cbor::read(model, operation, request)?,
    };
    let violations = operation.input.as_deref().map(|input| model.violations(input, &said.input)).unwrap_or_default();
    if violations.is_empty() { Ok(said) } else { Err((model.refuse)(&violations)) }
}

/// Writes an answer.
pub(crate) fn render(model: &Model, protocol: Protocol, operation: &OperationShape, answer: Answer, request_id: &str) -> WireResponse {
    match protocol {
        Protocol::RestJson | Protocol::RestXml => rest::render(model, protocol, operation, answer),
        Protocol::Json10 | Protocol::Json11 => json::render(protocol, answer),
        Protocol::Cbor => cbor::render(model, operation, &answer),
        Protocol::Query => query::render(model, operation, &answer, request_id),
    }
}
