//! Values of the types that shapes ask for.

use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Number, Value};

use crate::error::ApiError;
use crate::model::{Kind, Model, Structure};

/// What a text outside of a body means as the shape `name`: a number, a boolean, a text.
///
/// # Errors
/// A text that is none of these.
pub(super) fn text(model: &Model, name: &str, text: &str) -> Result<Value, ApiError> {
    let wrong = |what: &str| ApiError::serialization(format!("{text} can not be converted to {what}"));
    match model.shape(name).map(|shape| &shape.kind) {
        Some(Kind::Integer) => text.parse::<i64>().map(Value::from).map_err(|_| wrong("an Integer")),
        Some(Kind::Double) => text.parse().ok().and_then(Number::from_f64).map(Value::from).ok_or_else(|| wrong("a Double")),
        Some(Kind::Boolean) => text.to_ascii_lowercase().parse::<bool>().map(Value::from).map_err(|_| wrong("a Boolean")),
        Some(Kind::Timestamp) => instant(text).ok_or_else(|| wrong("a Timestamp")),
        Some(Kind::Blob) => check_base64(text).map(|()| Value::from(text)),
        _ => Ok(Value::from(text)),
    }
}

/// Seconds since 1970, from ISO 8601, from a date of HTTP, or from the number itself.
fn instant(text: &str) -> Option<Value> {
    let iso = || greenroom_host::Timestamp::parse(text).map(|at| Duration::from_millis(at.0));
    let http = || httpdate::parse_http_date(text).ok()?.duration_since(SystemTime::UNIX_EPOCH).ok();
    let number = || text.parse().ok().filter(|seconds: &f64| seconds.is_finite());
    let seconds = iso().or_else(http).map(|since| since.as_secs_f64()).or_else(number)?;
    Number::from_f64(seconds).map(Value::from)
}

/// The members of `structure` in a JSON body, under their own names; what else is there is passed over.
///
/// # Errors
/// A value of another type than its shape, in the words of AWS's parser.
pub(super) fn structure(model: &Model, structure: &Structure, value: Value) -> Result<Value, ApiError> {
    let Value::Object(mut given) = value else { return Err(unexpected(&value, "a structure")) };
    let mut members = Map::with_capacity(given.len());
    for member in &structure.members {
        if let Some((name, value)) = given.remove_entry(&member.wire).filter(|(_, value)| !value.is_null()) {
            // Mostly they are called the same, and what is there is kept.
            let name = if name == member.name { name } else { member.name.clone() };
            members.insert(name, shaped(model, &member.shape, value)?);
        }
    }
    Ok(Value::Object(members))
}

fn shaped(model: &Model, name: &str, value: Value) -> Result<Value, ApiError> {
    let Some(shape) = model.shape(name) else { return Ok(value) };
    match (&shape.kind, value) {
        (_, Value::Null) => Ok(Value::Null),
        (Kind::Structure(inner), value) => structure(model, inner, value),
        (Kind::List(list), Value::Array(items)) => {
            let items: Result<Vec<_>, _> = items.into_iter().map(|value| shaped(model, &list.item, value)).collect();
            Ok(Value::Array(items?))
        }
        (Kind::Map(map), Value::Object(entries)) => {
            let entries: Result<Map<_, _>, ApiError> =
                entries.into_iter().map(|(key, value)| Ok((key, shaped(model, &map.value, value)?))).collect();
            Ok(Value::Object(entries?))
        }
        (Kind::Blob, Value::String(text)) => check_base64(&text).map(|()| Value::String(text)),
        (Kind::Blob, Value::Bool(_) | Value::Number(_)) => Err(ApiError::serialization(NO_TEXT)),
        (Kind::Text(_) | Kind::Timestamp, value @ Value::String(_))
        | (Kind::Double | Kind::Timestamp, value @ Value::Number(_))
        | (Kind::Boolean, value @ Value::Bool(_)) => Ok(value),
        (Kind::Integer, Value::Number(number)) => integer(&number),
        (kind, value) => Err(unexpected(&value, type_name(kind))),
    }
}

const NO_TEXT: &str = "only base-64-encoded strings are convertible to bytes";
/// So it is spelled.
const NOT_BASE64: &str = "Invalid last non-pad Base64 character dectected";
/// Letters of base64 that are looked at together; a multiple of four.
const PIECE: usize = 4096;

/// Refuses text that encodes no bytes. Those who want the bytes decode it: a zip file is not to be held twice.
fn check_base64(text: &str) -> Result<(), ApiError> {
    if !text.len().is_multiple_of(4) {
        let said = format!("Base64 encoded length is expected a multiple of 4 bytes but found: {}", text.len());
        return Err(ApiError::serialization(said));
    }
    let (mut decoded, last) = ([0; PIECE], text.len().saturating_sub(1) / PIECE);
    for (place, piece) in text.as_bytes().chunks(PIECE).enumerate() {
        let is_fine = STANDARD.decode_slice(piece, &mut decoded).is_ok() && (place == last || !piece.ends_with(b"="));
        if !is_fine {
            return Err(ApiError::serialization(NOT_BASE64));
        }
    }
    Ok(())
}

#[expect(clippy::cast_possible_truncation, reason = "AWS cuts off what is behind the point")]
fn integer(number: &Number) -> Result<Value, ApiError> {
    let whole = number.as_i64().or_else(|| number.as_f64().map(|number| number as i64));
    whole.map(Value::from).ok_or_else(|| unexpected(&Value::Number(number.clone()), "an Integer"))
}

fn type_name(kind: &Kind) -> &'static str {
    match kind {
        Kind::Structure(_) | Kind::Map(_) => "a structure",
        Kind::List(_) => "a list",
        Kind::Text(_) => "a String",
        Kind::Integer => "an Integer",
        Kind::Double => "a Double",
        Kind::Boolean => "a Boolean",
        Kind::Blob => "a ByteBuffer",
        Kind::Timestamp => "a Timestamp",
    }
}

fn unexpected(value: &Value, wanted: &str) -> ApiError {
    let token = match value {
        Value::Object(_) => return ApiError::serialization("Start of structure or map found where not expected."),
        Value::Array(_) => return ApiError::serialization("Start of list found where not expected"),
        Value::String(_) => "STRING_VALUE",
        Value::Number(number) if number.is_f64() => "DECIMAL_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Null => "NULL_VALUE",
    };
    match wanted {
        "a structure" | "a list" => ApiError::serialization("Unexpected field type"),
        wanted => ApiError::serialization(format!("{token} can not be converted to {wanted}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // <https://github.com/architect/dynalite/blob/main/test/helpers.js>, `assertType` of `Blob`
    #[test]
    fn bytes_are_base64() {
        let said = |text: &str| check_base64(text).err().map(|error| error.message);
        for fine in ["", "AQI=", "AQ==", "AQID", &"AAAA".repeat(2000)] {
            assert_eq!(said(fine), None, "{fine}");
        }
        assert_eq!(said("23456").unwrap(), "Base64 encoded length is expected a multiple of 4 bytes but found: 5");
        for none in ["=+/=", "+/+=", "AQ=A", "A\u{e9}A", &format!("{}AQ=={}", "AAAA".repeat(1023), "AAAA".repeat(1024))] {
            assert_eq!(said(none).unwrap(), NOT_BASE64, "{none}");
        }
    }
}
