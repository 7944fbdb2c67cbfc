//! Smithy's RPC v2 with CBOR: what AWS's newer SDKs speak to CloudWatch and some forty other services, though not to SQS, DynamoDB or Lambda.
//! <https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html>
//!
//! A document becomes the JSON that says the same, bytes in base64 included, so that all that is behind it is one and the same.

mod write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ciborium::Value as Cbor;
use serde_json::{Map, Number, Value};

use super::{Said, coerce};
use crate::error::ApiError;
use crate::message::{WireRequest, WireResponse};
use crate::model::{Model, OperationShape, Protocol};
use crate::operation::Answer;

/// How deep values may stand in one another; as deep as in JSON.
const DEEPEST: usize = 128;

pub(super) fn read(model: &Model, operation: &OperationShape, request: &WireRequest) -> Result<Said, ApiError> {
    let structure = operation.input.as_deref().and_then(|input| model.structure(input));
    let document = if request.body.is_empty() { Value::Object(Map::new()) } else { document(&request.body)? };
    let input = structure.map_or(Ok(Value::Object(Map::new())), |structure| coerce::structure(model, structure, document))?;
    Ok(Said { input, payload: bytes::Bytes::new() })
}

fn document(body: &[u8]) -> Result<Value, ApiError> {
    let malformed = |error| ApiError::serialization(format!("Could not parse request body into cbor: {error}"));
    ciborium::de::from_reader_with_recursion_limit(body, DEEPEST).map_err(malformed).and_then(plain)
}

fn plain(value: Cbor) -> Result<Value, ApiError> {
    Ok(match value {
        Cbor::Integer(number) => Number::from_i128(number.into()).map_or(Value::Null, Value::from),
        Cbor::Bytes(bytes) => Value::from(STANDARD.encode(bytes)),
        Cbor::Float(number) => Number::from_f64(number).map_or(Value::Null, Value::from),
        Cbor::Text(text) => Value::from(text),
        Cbor::Bool(flag) => Value::from(flag),
        // Tags say that what follows is an instant, or a large number; the shape says so too.
        Cbor::Tag(_, inner) => plain(*inner)?,
        Cbor::Array(items) => Value::Array(items.into_iter().map(plain).collect::<Result<_, _>>()?),
        Cbor::Map(entries) => Value::Object(entries.into_iter().map(entry).collect::<Result<_, _>>()?),
        _ => Value::Null,
    })
}

fn entry((key, value): (Cbor, Cbor)) -> Result<(String, Value), ApiError> {
    let key = key.into_text().map_err(|_| ApiError::serialization("Keys of maps have to be texts"))?;
    Ok((key, plain(value)?))
}

pub(super) fn render(model: &Model, operation: &OperationShape, answer: &Answer) -> WireResponse {
    let status = answer.status.unwrap_or(200);
    match operation.output.as_deref() {
        Some(output) => response(status, write::bytes(&write::shaped(model, output, &answer.parsed()))),
        None => response(status, Vec::new()),
    }
}

/// An error: a map that says its type.
pub(super) fn error(status: u16, members: &Value) -> WireResponse {
    response(status, write::bytes(&write::unshaped(members)))
}

fn response(status: u16, body: Vec<u8>) -> WireResponse {
    WireResponse::new(status, super::json::media_type(Protocol::Cbor), body).with("smithy-protocol", "rpc-v2-cbor")
}

#[cfg(test)]
mod tests;
