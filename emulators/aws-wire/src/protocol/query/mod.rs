//! The query protocol: form fields in, XML out.
//! <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>

mod fields;

use serde_json::{Map, Value};

use self::fields::Fields;
use super::{Said, coerce, xml};
use crate::encoding::pairs;
use crate::error::ApiError;
use crate::message::{WireRequest, WireResponse};
use crate::model::{Kind, Member, Model, OperationShape, Protocol, Structure};
use crate::operation::Answer;

pub(super) fn read(model: &Model, operation: &OperationShape, request: &WireRequest, origin: &str) -> Result<Said, ApiError> {
    let mut fields = Fields::default();
    let body = String::from_utf8_lossy(&request.body);
    for (name, value) in pairs(&request.query).into_iter().chain(pairs(&body)) {
        fields.put(&name, value).ok_or_else(|| malformed(format!("The parameter {name} is not valid.")))?;
    }
    let structure = operation.input.as_deref().and_then(|input| model.structure(input));
    let mut input = structure.map_or_else(|| Ok(Map::new()), |structure| members(model, structure, &fields))?;
    if let (Some(structure), Some(name)) = (structure, &model.address)
        && structure.members.iter().any(|member| member.name == *name)
    {
        input.entry(name.clone()).or_insert_with(|| Value::from(format!("{origin}{}", request.path)));
    }
    Ok(Said { input: Value::Object(input), payload: bytes::Bytes::new() })
}

fn members(model: &Model, structure: &Structure, fields: &Fields) -> Result<Map<String, Value>, ApiError> {
    let mut input = Map::new();
    for member in &structure.members {
        if let Some(value) = member_of(model, member, fields)? {
            input.insert(member.name.clone(), value);
        }
    }
    Ok(input)
}

fn member_of(model: &Model, member: &Member, fields: &Fields) -> Result<Option<Value>, ApiError> {
    let kind = model.shape(&member.shape).map(|shape| &shape.kind);
    let Some(given) = fields.get(model.form_name(member)) else {
        // A form has no other way to say that a list is empty.
        let empty = member.required && matches!(kind, Some(Kind::List(_)));
        return Ok(empty.then(|| Value::Array(Vec::new())));
    };
    value(model, &member.shape, given, member.flat)
}

fn value(model: &Model, name: &str, given: &Fields, flat: bool) -> Result<Option<Value>, ApiError> {
    Ok(match model.shape(name).map(|shape| &shape.kind) {
        Some(Kind::Structure(inner)) => Some(Value::Object(members(model, inner, given)?)),
        Some(Kind::List(list)) => {
            let around = if list.flat || flat { Some(given) } else { given.get(list.name.as_deref().unwrap_or("member")) };
            let items = around.map(Fields::numbered).unwrap_or_default();
            let items: Result<Vec<_>, _> = items.into_iter().map(|item| value(model, &list.item, item, false)).collect();
            Some(Value::Array(items?.into_iter().map(Option::unwrap_or_default).collect()))
        }
        Some(Kind::Map(map)) => {
            let around = if map.flat || flat { Some(given) } else { given.get("entry") };
            let mut entries = Map::new();
            for entry in around.map(Fields::numbered).unwrap_or_default() {
                let key = entry.get(&map.names.0).and_then(Fields::text).unwrap_or_default();
                let item = entry.get(&map.names.1).map(|item| value(model, &map.value, item, false)).transpose()?.flatten();
                entries.insert(key.to_owned(), item.unwrap_or_default());
            }
            Some(Value::Object(entries))
        }
        _ => given.text().map(|text| coerce::text(model, name, text)).transpose().map_err(|error| malformed(error.message))?,
    })
}

fn malformed(message: String) -> ApiError {
    ApiError::new("MalformedInput", 400, message)
}

pub(super) fn render(model: &Model, operation: &OperationShape, answer: &Answer, request_id: &str) -> WireResponse {
    let name = &operation.name;
    let mut out = format!("<?xml version=\"1.0\"?><{name}Response xmlns=\"{}\">", xml::escaped(&model.namespace));
    if let Some(structure) = operation.output.as_deref().and_then(|output| model.structure(output)) {
        out.push_str(&format!("<{name}Result>"));
        xml::structure(model, structure, &answer.parsed(), &mut out);
        out.push_str(&format!("</{name}Result>"));
    }
    out.push_str(&format!("<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{name}Response>"));
    WireResponse::new(answer.status.unwrap_or(200), super::json::media_type(Protocol::Query), out)
}

#[cfg(test)]
mod tests;
