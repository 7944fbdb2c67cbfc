//! What an authorizer hands on to the function that is called.

use serde_json::{Map, Value};

/// The values as texts, as REST APIs show them. An `Err` names the value that is neither text, number nor boolean.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html>
pub(crate) fn texts_of(context: &Map<String, Value>) -> Result<Map<String, Value>, String> {
    let text = |(name, value): (&String, &Value)| match value {
        Value::String(text) => Ok((name.clone(), text.clone().into())),
        Value::Bool(_) | Value::Number(_) => Ok((name.clone(), value.to_string().into())),
        Value::Null | Value::Array(_) | Value::Object(_) => {
            Err(format!("`context.{name}` of the authorizer's answer is neither text, number nor boolean: {value}"))
        }
    };
    context.iter().map(text).collect()
}
