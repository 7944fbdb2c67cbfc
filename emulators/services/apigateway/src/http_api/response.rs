//! What functions return to HTTP APIs and function URLs.

use greenroom_host::{Content, Outcome};
use serde_json::Value;

use crate::answer::Answer;
use crate::inbound::BodyText;

/// Reads an answer of payload format 2.0. What has no `statusCode` is the body of a 200 in JSON; else it is taken apart. An `Err` says what
/// is wrong with it.
pub(crate) fn convert_v2(returned: Value) -> Result<Answer, String> {
    let Value::Object(returned) = returned else { return Ok(inferred(&returned)) };
    if !returned.contains_key("statusCode") {
        return Ok(inferred(&Value::Object(returned)));
    }
    let status = status(&returned["statusCode"])?;
    let mut headers = headers(returned.get("headers"))?;
    let body = body(returned.get("body"), returned.get("isBase64Encoded"))?;
    for cookie in texts(returned.get("cookies"), "cookies")? {
        headers.push(("set-cookie".to_owned(), cookie));
    }
    let typed = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    if !typed && !body.is_empty() {
        headers.push(("content-type".to_owned(), "text/plain;charset=UTF-8".to_owned()));
    }
    Ok(Answer { status, headers, content: Content::Whole(body), outcome: Outcome::Ok })
}

/// Reads an answer of payload format 1.0, as REST APIs do it. An `Err` says what is wrong with it.
pub(crate) fn convert_v1(returned: Value) -> Result<Answer, String> {
    let Value::Object(returned) = returned else { return Err(format!("the function returned no object: {returned}")) };
    let status = status(returned.get("statusCode").unwrap_or(&Value::Null))?;
    let mut headers = headers(returned.get("headers"))?;
    for (name, value) in multi(returned.get("multiValueHeaders"))? {
        headers.retain(|(known, _)| !known.eq_ignore_ascii_case(&name));
        headers.extend(value.into_iter().map(|value| (name.clone(), value)));
    }
    let body = body(returned.get("body"), returned.get("isBase64Encoded"))?;
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) && !body.is_empty() {
        headers.push(("content-type".to_owned(), "text/plain;charset=UTF-8".to_owned()));
    }
    Ok(Answer { status, headers, content: Content::Whole(body), outcome: Outcome::Ok })
}

/// Headers with lists of values.
pub(crate) fn multi(value: Option<&Value>) -> Result<Vec<(String, Vec<String>)>, String> {
    match value {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Object(headers)) => headers.iter().map(|(name, values)| Ok((name.clone(), texts(Some(values), name)?))).collect(),
        Some(other) => Err(format!("`multiValueHeaders` is no object: {other}")),
    }
}

/// A text is sent as it is, everything else as JSON.
fn inferred(returned: &Value) -> Answer {
    let body = returned.as_str().map_or_else(|| returned.to_string(), str::to_owned);
    Answer::new(200, "application/json", body)
}

/// A status: a number, or a text of digits.
pub(crate) fn status(value: &Value) -> Result<u16, String> {
    let number = match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    let status = number.and_then(|number| u16::try_from(number).ok()).filter(|status| (100..600).contains(status));
    status.ok_or_else(|| format!("`statusCode` is no status of HTTP: {value}"))
}

/// Headers of one value each; numbers and booleans are written as texts.
pub(crate) fn headers(value: Option<&Value>) -> Result<Vec<(String, String)>, String> {
    match value {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Object(headers)) => headers.iter().map(|(name, value)| Ok((name.clone(), scalar(name, value)?))).collect(),
        Some(other) => Err(format!("`headers` is no object: {other}")),
    }
}

/// A header's value as text.
pub(crate) fn scalar(name: &str, value: &Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Bool(_) | Value::Number(_) => Ok(value.to_string()),
        _ => Err(format!("the header `{name}` is no text: {value}")),
    }
}

/// The body, out of base64 where it says that it is.
pub(crate) fn body(body: Option<&Value>, base64: Option<&Value>) -> Result<bytes::Bytes, String> {
    let base64 = match base64 {
        None | Some(Value::Null) => false,
        Some(Value::Bool(base64)) => *base64,
        Some(other) => return Err(format!("`isBase64Encoded` is no boolean: {other}")),
    };
    match body {
        None | Some(Value::Null) => Ok(bytes::Bytes::new()),
        Some(Value::String(text)) => {
            BodyText::bytes(text, base64).ok_or_else(|| "`body` is no base64, and `isBase64Encoded` is true".to_owned())
        }
        Some(other) => Err(format!("`body` is no text: {other}")),
    }
}

/// A list of texts.
pub(crate) fn texts(value: Option<&Value>, name: &str) -> Result<Vec<String>, String> {
    match value {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(texts)) => texts.iter().map(|text| scalar(name, text)).collect(),
        Some(other) => Err(format!("`{name}` is no list: {other}")),
    }
}
