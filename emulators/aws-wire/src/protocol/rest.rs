//! REST with JSON or XML bodies: members stand in the path, the query, headers and the body.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use serde_json::{Map, Value};

use super::{Said, coerce, json, xml};
use crate::encoding::pairs;
use crate::error::ApiError;
use crate::message::{WireBody, WireRequest, WireResponse};
use crate::model::{Captures, Kind, Member, Model, OperationShape, Place, Protocol, Structure};
use crate::operation::{Answer, Payload};

pub(super) fn read(
    model: &Model,
    protocol: Protocol,
    operation: &OperationShape,
    captures: &Captures,
    request: &WireRequest,
) -> Result<Said, ApiError> {
    let Some(structure) = operation.input.as_deref().and_then(|input| model.structure(input)) else {
        return Ok(Said { input: Value::Object(Map::new()), payload: request.body.clone() });
    };
    let (mut input, payload) = body(model, protocol, structure, request)?;
    let query = pairs(&request.query);
    for member in structure.members.iter().filter(|member| member.place != Place::Body) {
        let value = match member.place {
            Place::Uri => one(model, member, captures.iter().find(|(name, _)| *name == member.wire).map(|(_, value)| value.as_str()))?,
            Place::Query => from_query(model, member, &query)?,
            Place::Header => one(model, member, request.header(&member.wire))?,
            Place::Headers => from_headers(member, request),
            Place::Status | Place::Body => None,
        };
        if let Some(value) = value {
            input.insert(member.name.clone(), value);
        }
    }
    Ok(Said { input: Value::Object(input), payload })
}

/// The members that the body has; and the body, where it is a member.
fn body(model: &Model, protocol: Protocol, structure: &Structure, request: &WireRequest) -> Result<(Map<String, Value>, Bytes), ApiError> {
    let Some(name) = &structure.payload else {
        let takes_body = structure.members.iter().any(|member| member.place == Place::Body);
        let body = if takes_body { &request.body[..] } else { &[] };
        return Ok((document(model, protocol, structure, body)?, Bytes::new()));
    };
    let shape = structure.members.iter().find(|member| member.name == *name).and_then(|member| model.shape(&member.shape));
    let mut input = Map::new();
    match shape.map(|shape| &shape.kind) {
        Some(Kind::Structure(_)) if request.body.is_empty() && protocol == Protocol::RestXml => {}
        Some(Kind::Structure(inner)) => {
            input.insert(name.clone(), Value::Object(document(model, protocol, inner, &request.body)?));
        }
        // The bytes go beside the input. That they are there is all that the shapes can say of them.
        _ => drop(input.insert(name.clone(), Value::from(""))),
    }
    Ok((input, request.body.clone()))
}

fn document(model: &Model, protocol: Protocol, structure: &Structure, body: &[u8]) -> Result<Map<String, Value>, ApiError> {
    if protocol == Protocol::RestXml {
        return if body.is_empty() { Ok(Map::new()) } else { xml::members(model, structure, &xml::parse(body)?) };
    }
    match coerce::structure(model, structure, json::document(body)?)? {
        Value::Object(members) => Ok(members),
        _ => Ok(Map::new()),
    }
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

/// Headers that begin so, under what is left of their names: `x-amz-meta-…`.
fn from_headers(member: &Member, request: &WireRequest) -> Option<Value> {
    let prefix = member.wire.to_ascii_lowercase();
    let given = request.headers.iter().filter_map(|(name, value)| Some((name.as_str().strip_prefix(&prefix)?, value.to_str().ok()?)));
    let entries: Map<_, _> = given.map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
    (!entries.is_empty()).then_some(Value::Object(entries))
}

pub(super) fn render(model: &Model, protocol: Protocol, operation: &OperationShape, answer: Answer) -> WireResponse {
    let output = operation.output.as_deref();
    let structure = output.and_then(|output| model.structure(output));
    let placed: Vec<_> =
        structure.into_iter().flat_map(|structure| &structure.members).filter(|member| member.place != Place::Body).collect();
    // What stands in the body alone, as JSON, is written as it is.
    let as_it_is = protocol == Protocol::RestJson && placed.is_empty();
    let mut members = if as_it_is { Value::Null } else { answer.parsed() };
    let mut headers = headers(model, &placed, &mut members);
    let status = answer.status.unwrap_or(operation.status);
    let body = match answer.payload {
        Payload::Bytes(bytes) => WireBody::Whole(bytes),
        Payload::Stream(stream) => WireBody::Stream(stream),
        Payload::None => WireBody::Whole(match output.filter(|_| status != 204) {
            Some(_) if as_it_is => json::or_empty(answer.members),
            Some(output) => written(model, protocol, output, &members),
            None => Bytes::new(),
        }),
    };
    let named = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let empty = matches!(&body, WireBody::Whole(bytes) if bytes.is_empty());
    if !named && !empty {
        headers.insert(0, ("Content-Type".to_owned(), json::media_type(protocol).to_owned()));
    }
    WireResponse { status, headers, body }
}

/// The headers that `members` have; what stands in none is left.
fn headers(model: &Model, placed: &[&Member], members: &mut Value) -> Vec<(String, String)> {
    let mut headers = Vec::new();
    for member in placed {
        let value = members.as_object_mut().and_then(|members| members.remove(&member.name)).filter(|value| !value.is_null());
        match (member.place, value) {
            (Place::Header, Some(value)) => headers.push((member.wire.clone(), in_header(model, member, &value))),
            (Place::Headers, Some(Value::Object(entries))) => {
                headers.extend(entries.iter().map(|(name, value)| (format!("{}{name}", member.wire), plain(value))));
            }
            _ => {}
        }
    }
    headers
}

/// A date in a header is one of HTTP.
fn in_header(model: &Model, member: &Member, value: &Value) -> String {
    let is_instant = matches!(model.shape(&member.shape).map(|shape| &shape.kind), Some(Kind::Timestamp));
    match value.as_f64().filter(|seconds| is_instant && *seconds >= 0.0) {
        Some(seconds) => httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + Duration::from_secs_f64(seconds)),
        None => plain(value),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn written(model: &Model, protocol: Protocol, output: &str, members: &Value) -> Bytes {
    if protocol != Protocol::RestXml {
        return if members.is_null() { Bytes::from_static(b"{}") } else { members.to_string().into() };
    }
    let Some(structure) = model.structure(output) else { return Bytes::new() };
    // One member may be the document.
    let payload = structure.members.iter().find(|member| structure.payload.as_ref() == Some(&member.name));
    match payload {
        Some(member) => {
            members.get(&member.name).map(|value| xml::root(model, &member.shape, &member.form, value)).unwrap_or_default().into()
        }
        None if structure.members.iter().any(|member| member.place == Place::Body) => xml::root(model, output, output, members).into(),
        None => Bytes::new(),
    }
}
