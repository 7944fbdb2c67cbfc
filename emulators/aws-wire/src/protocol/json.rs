//! AWS JSON 1.0 and 1.1: one JSON document in, one out.

use serde_json::Value;

use super::{Said, coerce};
use crate::error::ApiError;
use crate::message::{WireRequest, WireResponse};
use crate::model::{Model, OperationShape, Protocol};
use crate::operation::Answer;

pub(super) fn read(model: &Model, operation: &OperationShape, request: &WireRequest) -> Result<Said, ApiError> {
    let structure = operation.input.as_deref().and_then(|input| model.structure(input));
    let document = document(&request.body)?;
    let input = structure.map_or(Ok(Value::Object(serde_json::Map::new())), |structure| coerce::structure(model, structure, document))?;
    Ok(Said { input, payload: bytes::Bytes::new() })
}

/// The JSON of a body; nothing is an empty document.
pub(super) fn document(body: &[u8]) -> Result<Value, ApiError> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    serde_json::from_slice(body).map_err(|error| ApiError::serialization(format!("Could not parse request body into json: {error}")))
}

pub(super) fn render(protocol: Protocol, answer: Answer) -> WireResponse {
    WireResponse::new(answer.status.unwrap_or(200), media_type(protocol), or_empty(answer.members))
}

/// The document; an answer that says nothing is an empty one.
pub(super) fn or_empty(members: bytes::Bytes) -> bytes::Bytes {
    if members.is_empty() { bytes::Bytes::from_static(b"{}") } else { members }
}

pub(super) fn media_type(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Json10 => "application/x-amz-json-1.0",
        Protocol::Json11 => "application/x-amz-json-1.1",
        Protocol::RestJson => "application/json",
        Protocol::RestXml => "application/xml",
        Protocol::Query => "text/xml",
        Protocol::Cbor => "application/cbor",
    }
}
