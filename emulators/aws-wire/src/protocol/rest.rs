//! REST with JSON bodies: members stand in the path, the query, headers and the body.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::{Said, coerce, json};
use crate::encoding::pairs;
use crate::error::ApiError;
use crate::message::{WireBody, WireRequest, WireResponse};
use crate::model::{Captures, Kind, Member, Model, OperationShape, Place, Protocol, Structure};
use crate::operation::{Answer, Payload};

pub(super) fn read(model: &Model, operation: &OperationShape, captures: &Captures, request: &WireRequest) -> Result<Said, ApiError> {
    let Some(structure) = operation.input.as_deref().and_then(|input| model.structure(input)) else {
        return Ok(Said { input: Value::Object(Map::new()), payload: request.body.clone() });
    };
    let (mut input, payload) = body(model, structure, request)?;
    let query = pairs(&request.query);
    for member in structure.members.iter().filter(|member| member.place != Place::Body) {
        let value = match member.place {
            Place::Uri => one(model, member, captures.iter().find(|(name, _)| *name == member.wire).map(|(_, value)| value.as_str()))?,
            Place::Query => from_query(model, member, &query)?,
            Place::Header => one(model, member, request.header(&member.wire))?,
            Place::Headers | Place::Status | Place::Body => None,
        };
        if let Some(value) = value {
            input.insert(member.name.clone(), value);
        }
    }
    Ok(Said { input: Value::Object(input), payload })
}

/// The members that the body has; and the body, where it is a member.
fn body(model: &Model, structure: &Structure, request: &WireRequest) -> Result<(Map<String, Value>, Bytes), ApiError> {
    let Some(name) = &structure.payload else {
        let takes_body = structure.members.iter().any(|member| member.place == Place::Body);
        let document = if takes_body { json::document(&request.body)? } else { Value::Object(Map::new()) };
        let Value::Object(input) = coerce::structure(model, structure, document)? else { return Ok((Map::new(), Bytes::new())) };
        return Ok((input, Bytes::new()));
    };
    let shape = structure.members.iter().find(|member| member.name == *name).and_then(|member| model.shape(&member.shape));
    let mut input = Map::new();
    match shape.map(|shape| &shape.kind) {
        Some(Kind::Structure(inner)) => {
            let document = json::document(&request.body)?;
            input.insert(name.clone(), coerce::structure(model, inner, document)?);
        }
        // The bytes go beside the input. That they are there is all that the shapes can say of them.
        _ => drop(input.insert(name.clone(), Value::from(""))),
    }
    Ok((input, request.body.clone()))
}

fn one(model: &Model, member: &Member, text: Option<&str>) -> Result<Option<Value>, ApiError> {
    text.map(|text| coerce::text(model, &member.shape, text)).transpose()
}

fn from_query(model: &Model, member: &Member, query: &[(String, String)]) -> Result<Option<Value>, ApiError> {
    let mut values = query.iter().filter(|(name, _)| *name == member.wire).map(|(_, value)| value.as_str());
    match model.shape(&member.shape).map(|shape| &shape.kind) {
        Some(Kind::List(list)) => {
            let items: Result<Vec<_>, _> = values.map(|value| coerce::text(model, &list.item, value)).collect();
            Ok(Some(items?).filter(|items| !items.is_empty()).map(Value::Array))
        }
        _ => one(model, member, values.next()),
    }
}

pub(super) fn render(model: &Model, operation: &OperationShape, answer: Answer) -> WireResponse {
    let structure = operation.output.as_deref().and_then(|output| model.structure(output));
    let Answer { mut members, status, payload } = answer;
    let mut headers = Vec::new();
    let placed = structure.into_iter().flat_map(|structure| &structure.members).filter(|member| member.place != Place::Body);
    for member in placed {
        let value = members.as_object_mut().and_then(|members| members.remove(&member.name)).filter(|value| !value.is_null());
        if let (Place::Header, Some(value)) = (member.place, value) {
            headers.push((member.wire.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)));
        }
    }
    let status = status.unwrap_or(operation.status);
    let body = match payload {
        Payload::Bytes(bytes) => WireBody::Whole(bytes),
        Payload::Stream(stream) => WireBody::Stream(stream),
        Payload::None => WireBody::Whole(written(&members, structure.is_some() && status != 204)),
    };
    let named = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let empty = matches!(&body, WireBody::Whole(bytes) if bytes.is_empty());
    if !named && !empty {
        headers.insert(0, ("Content-Type".to_owned(), json::media_type(Protocol::RestJson).to_owned()));
    }
    WireResponse { status, headers, body }
}

fn written(members: &Value, has_body: bool) -> Bytes {
    match members {
        _ if !has_body => Bytes::new(),
        Value::Null => Bytes::from_static(b"{}"),
        members => members.to_string().into(),
    }
}
