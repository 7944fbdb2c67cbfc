//! Requests of the query protocol, written by the published model.
//! <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#request-serialization>

use greenroom_aws_wire::{Kind, Model};
use serde_json::Value;

/// The fields of a request.
pub(crate) fn of(model: &Model, operation: &str, input: &Value) -> Vec<(String, String)> {
    let shape = model.operation(operation).and_then(|operation| operation.input.clone()).unwrap();
    let mut fields = vec![("Action".to_owned(), operation.to_owned()), ("Version".to_owned(), model.version.clone())];
    structure(model, &shape, input, "", &mut fields);
    fields
}

fn structure(model: &Model, shape: &str, value: &Value, before: &str, fields: &mut Vec<(String, String)>) {
    for member in &model.structure(shape).unwrap().members {
        if let Some(value) = value.get(&member.name).filter(|value| !value.is_null()) {
            put(model, &member.shape, value, &format!("{before}{}", model.form_name(member)), fields);
        }
    }
}

/// Every list and map of SQS's requests is flattened.
fn put(model: &Model, shape: &str, value: &Value, name: &str, fields: &mut Vec<(String, String)>) {
    match &model.shape(shape).unwrap().kind {
        Kind::Structure(_) => structure(model, shape, value, &format!("{name}."), fields),
        Kind::List(list) => {
            for (at, item) in value.as_array().into_iter().flatten().enumerate() {
                put(model, &list.item, item, &format!("{name}.{}", at + 1), fields);
            }
        }
        Kind::Map(map) => {
            for (at, (key, item)) in value.as_object().into_iter().flatten().enumerate() {
                let name = format!("{name}.{}", at + 1);
                fields.push((format!("{name}.{}", map.names.0), key.clone()));
                put(model, &map.value, item, &format!("{name}.{}", map.names.1), fields);
            }
        }
        _ => fields.push((name.to_owned(), value.as_str().map_or_else(|| value.to_string(), str::to_owned))),
    }
}
