//! What is checked before anything is called.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html>

use serde_json::{Map, Value};

use super::Call;
use super::problem::Problem;
use crate::config::RestApi;

/// Holds a request against its method's validator.
pub(crate) fn check(call: &Call<'_>) -> Result<(), Problem> {
    let Some(id) = &call.method.validator else { return Ok(()) };
    let validator = call.api.validators.iter().find(|validator| validator.id == *id);
    let validator = validator.ok_or_else(|| Problem::misconfigured().because(format!("the API has no request validator `{id}`")))?;
    if validator.parameters {
        let missing = missing(call);
        if !missing.is_empty() {
            let message = format!("Missing required request parameters: [{}]", missing.join(", "));
            return Err(Problem::new("BAD_REQUEST_PARAMETERS", "BadRequestException", 400, &message));
        }
    }
    if validator.body { body(call) } else { Ok(()) }
}

/// Names of parameters that must be there and are not, those of headers first, then of the path, then of the query.
fn missing<'a>(call: &'a Call<'_>) -> Vec<&'a str> {
    let mut wanted: Vec<&String> = call.method.request_parameters.iter().filter(|(_, required)| *required).map(|(name, _)| name).collect();
    wanted.sort();
    let absent = |wanted: &&'a String| {
        let (place, name) = wanted.strip_prefix("method.request.")?.split_once('.')?;
        let there = match place {
            "header" => call.inbound.headers.get(name).is_some(),
            "path" => call.parameters.iter().any(|(known, _)| known == name),
            _ => call.query.get(name).is_some(),
        };
        (!there).then_some(name)
    };
    wanted.iter().filter_map(absent).collect()
}

fn body(call: &Call<'_>) -> Result<(), Problem> {
    let sent = call.inbound.headers.get("content-type").unwrap_or("application/json");
    let kind = sent.split(';').next().unwrap_or_default().trim();
    let of = |kind: &str| call.method.request_models.iter().find(|(known, _)| known == kind);
    let Some((_, name)) = of(kind).or_else(|| of("$default")) else { return Ok(()) };
    let model = call.api.models.iter().find(|model| model.name == *name);
    let model = model.ok_or_else(|| Problem::misconfigured().because(format!("the API has no model `{name}`")))?;
    let invalid = |cause: String| Problem::new("BAD_REQUEST_BODY", "BadRequestException", 400, "Invalid request body").because(cause);
    let text: &[u8] = if call.inbound.body.is_empty() { b"{}" } else { &call.inbound.body };
    let body: Value = serde_json::from_slice(text).map_err(|error| invalid(format!("the body is no JSON: {error}")))?;
    let schema = with_others(call.api, &model.schema);
    let schema = jsonschema::draft4::new(&schema);
    let schema = schema.map_err(|error| Problem::misconfigured().because(format!("the model `{name}` is no schema of JSON: {error}")))?;
    schema.validate(&body).map_err(|error| invalid(format!("the body is not what the model `{name}` says: {error}")))
}

/// A schema that has all models of the API among its definitions, and names them there.
fn with_others(api: &RestApi, schema: &Value) -> Value {
    let mut whole = pointed(schema);
    let Some(object) = whole.as_object_mut() else { return whole };
    let others: Map<String, Value> = api.models.iter().map(|model| (model.name.clone(), pointed(&model.schema))).collect();
    let definitions = object.entry("definitions").or_insert_with(|| Value::Object(Map::new()));
    if let Some(definitions) = definitions.as_object_mut() {
        for (name, schema) in others {
            definitions.entry(name).or_insert(schema);
        }
    }
    whole
}

/// The schema with `#/definitions/<name>` in place of the addresses of models.
fn pointed(schema: &Value) -> Value {
    match schema {
        Value::Object(object) => Value::Object(object.iter().map(|(name, value)| (name.clone(), reference(name, value))).collect()),
        Value::Array(all) => Value::Array(all.iter().map(pointed).collect()),
        other => other.clone(),
    }
}

fn reference(name: &str, value: &Value) -> Value {
    match value.as_str().filter(|_| name == "$ref").and_then(|address| address.rsplit_once("/models/")) {
        Some((_, model)) => Value::String(format!("#/definitions/{model}")),
        None => pointed(value),
    }
}
