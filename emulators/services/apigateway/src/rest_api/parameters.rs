//! Where values of mapped parameters come from.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html>

use serde_json::Value;
use serde_json_path::JsonPath;

use super::Call;
use super::context::Context;

/// The value that `source` stands for in a request: a text in single quotes, a header, a parameter, a part of the body, a variable of the
/// context or of the stage. None where there is none.
pub(crate) fn of_request(source: &str, call: &Call<'_>, context: &Context) -> Option<String> {
    if let Some(rest) = source.strip_prefix("method.request.") {
        let (place, name) = rest.split_once('.').unwrap_or((rest, ""));
        return match place {
            "header" => call.inbound.headers.get(name).map(str::to_owned),
            "querystring" => call.query.grouped().into_iter().find(|(known, _)| *known == name)?.1.last().map(|value| (*value).to_owned()),
            "path" => call.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()),
            "multivalueheader" => Some(call.inbound.headers.values(name).collect::<Vec<_>>().join(",")),
            "body" => of_body(&call.inbound.body, name),
            _ => None,
        };
    }
    of_anything(source, call, context)
}

/// The same in the answer of an integration.
pub(crate) fn of_response(source: &str, body: &[u8], headers: &[(String, String)], call: &Call<'_>, context: &Context) -> Option<String> {
    if let Some(name) = source.strip_prefix("integration.response.header.") {
        return headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone());
    }
    if let Some(rest) = source.strip_prefix("integration.response.body") {
        return of_body(body, rest.trim_start_matches('.'));
    }
    of_anything(source, call, context)
}

fn of_anything(source: &str, call: &Call<'_>, context: &Context) -> Option<String> {
    if let Some(text) = source.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
        return Some(text.to_owned());
    }
    if let Some(name) = source.strip_prefix("stageVariables.") {
        return call.stage.variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    }
    context.at(source.strip_prefix("context.")?).map(text)
}

/// The whole body, or what a path leads to in it.
fn of_body(body: &[u8], path: &str) -> Option<String> {
    if path.is_empty() {
        return Some(String::from_utf8_lossy(body).into_owned());
    }
    let json: Value = serde_json::from_slice(body).ok()?;
    let path = JsonPath::parse(&format!("$.{}", path.trim_start_matches("$."))).ok()?;
    path.query(&json).first().map(text)
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
