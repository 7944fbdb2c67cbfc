//! Values as CBOR.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ciborium::Value as Cbor;
use serde_json::Value;

use crate::model::{Kind, Model};

/// The tag of an instant in seconds. <https://www.rfc-editor.org/rfc/rfc8949.html#section-3.4.2>
const INSTANT: u64 = 1;

/// `value` as the shape `name`: bytes are bytes, instants are tagged.
pub(super) fn shaped(model: &Model, name: &str, value: &Value) -> Cbor {
    match (model.shape(name).map(|shape| &shape.kind), value) {
        (Some(Kind::Structure(structure)), _) => {
            let given =
                structure.members.iter().filter_map(|member| Some((member, value.get(&member.name).filter(|value| !value.is_null())?)));
            Cbor::Map(given.map(|(member, value)| (Cbor::from(member.wire.as_str()), shaped(model, &member.shape, value))).collect())
        }
        (Some(Kind::List(list)), Value::Array(items)) => Cbor::Array(items.iter().map(|item| shaped(model, &list.item, item)).collect()),
        (Some(Kind::Map(map)), Value::Object(entries)) => {
            Cbor::Map(entries.iter().map(|(key, value)| (Cbor::from(key.as_str()), shaped(model, &map.value, value))).collect())
        }
        (Some(Kind::Blob), Value::String(text)) => Cbor::from(STANDARD.decode(text).unwrap_or_default()),
        (Some(Kind::Timestamp), Value::Number(_)) => Cbor::Tag(INSTANT, Box::new(unshaped(value))),
        (Some(Kind::Double), Value::Number(number)) => Cbor::from(number.as_f64().unwrap_or_default()),
        _ => unshaped(value),
    }
}

/// `value` as what it is in JSON.
pub(super) fn unshaped(value: &Value) -> Cbor {
    match value {
        Value::Null => Cbor::Null,
        Value::Bool(flag) => Cbor::from(*flag),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => Cbor::from(number),
            (_, Some(number)) => Cbor::from(number),
            _ => Cbor::from(number.as_f64().unwrap_or_default()),
        },
        Value::String(text) => Cbor::from(text.as_str()),
        Value::Array(items) => Cbor::Array(items.iter().map(unshaped).collect()),
        Value::Object(entries) => Cbor::Map(entries.iter().map(|(key, value)| (Cbor::from(key.as_str()), unshaped(value))).collect()),
    }
}

/// Writes it.
///
/// # Panics
/// Never: writing into memory does not fail.
pub(super) fn bytes(value: &Cbor) -> Vec<u8> {
    let mut out = Vec::new();
    ciborium::into_writer(value, &mut out).expect("invariant: a vector takes everything");
    out
}
