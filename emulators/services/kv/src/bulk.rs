//! Files of several keys, as wrangler's `kv bulk` reads them, with its texts.
//! <https://developers.cloudflare.com/kv/reference/kv-commands/>

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use serde_json::Value;

use crate::namespace::PutOptions;

/// How many items are complained about.
const COMPLAINTS: usize = 12;

/// What an item may have.
const PROPERTIES: &[&str] = &["key", "value", "expiration", "expiration_ttl", "metadata", "base64"];

const SHAPE: &str = "Each item in the array should be an object that matches:\n\n\
    interface KeyValue {\n  key: string;\n  value: string;\n  expiration?: number;\n  expiration_ttl?: number;\n  metadata?: object;\n  \
    base64?: boolean;\n}\n\n";

/// As lenient as the decoder that wrangler uses: padding may be there or not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true).with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// One item to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The key.
    pub key: String,
    /// The value.
    pub value: Bytes,
    /// What goes with it.
    pub options: PutOptions,
}

/// The items to write that `content`, the JSON of the file `name`, has; and what to warn of.
///
/// # Errors
/// wrangler's text, if it is no array of such items.
pub fn items(name: &str, content: &Value) -> Result<(Vec<Item>, Option<String>), String> {
    let Value::Array(list) = content else {
        return Err(format!(
            "Unexpected JSON input from \"{name}\".\nExpected an array of key-value objects but got type \"{}\".",
            type_of(content)
        ));
    };
    let (mut items, mut errors, mut warnings) = (Vec::with_capacity(list.len()), Vec::new(), Vec::new());
    for (index, value) in list.iter().enumerate() {
        match item(value) {
            Some(item) => items.push(item),
            None => complain(&mut errors, || format!("The item at index {index} is {value}")),
        }
        let odd: Vec<&String> = value.as_object().into_iter().flat_map(|object| object.keys()).filter(|key| is_odd(key)).collect();
        if !odd.is_empty() {
            let odd = serde_json::json!(odd);
            complain(&mut warnings, || format!("The item at index {index} contains unexpected properties: {odd}."));
        }
    }
    if !errors.is_empty() {
        return Err(format!("Unexpected JSON input from \"{name}\".\n{SHAPE}{}", errors.join("\n")));
    }
    let warning = format!("Unexpected key-value properties in \"{name}\".\n{}", warnings.join("\n"));
    Ok((items, (!warnings.is_empty()).then_some(warning)))
}

/// The keys that `content`, the JSON of the file `name`, lists: texts, or objects with a `name`.
///
/// # Errors
/// wrangler's text, if it is no array of such.
pub fn keys(name: &str, content: &Value) -> Result<Vec<String>, String> {
    let Value::Array(list) = content else {
        return Err(format!("Unexpected JSON input from \"{name}\".\nExpected an array of strings but got:\n{}", as_text(content)));
    };
    let (mut keys, mut errors) = (Vec::with_capacity(list.len()), Vec::new());
    for (index, item) in list.iter().enumerate() {
        match item.as_str().or_else(|| item.get("name")?.as_str()) {
            Some(key) => keys.push(key.to_owned()),
            None => errors.push(format!("The item at index {index} is type: \"{}\" - {item}", type_of(item))),
        }
    }
    if errors.is_empty() {
        return Ok(keys);
    }
    Err(format!(
        "Unexpected JSON input from \"{name}\".\nExpected an array of strings or objects with a \"name\" key.\n{}",
        errors.join("\n")
    ))
}

fn item(value: &Value) -> Option<Item> {
    let object = value.as_object()?;
    let key = object.get("key")?.as_str()?.to_owned();
    let text = object.get("value")?.as_str()?;
    let number = |name: &str| object.get(name).map_or(Some(None), |value| value.as_f64().map(|number| Some(whole(number))));
    let (expiration, expiration_ttl) = (number("expiration")?, number("expiration_ttl")?);
    let is_base64 = object.get("base64").map_or(Some(false), Value::as_bool)?;
    let metadata = object.get("metadata").filter(|metadata| !metadata.is_null());
    if metadata.is_some_and(|metadata| !metadata.is_object() && !metadata.is_array()) {
        return None;
    }
    let value = if is_base64 { decode(text).into() } else { Bytes::copy_from_slice(text.as_bytes()) };
    let metadata = metadata.map(Value::to_string);
    Some(Item { key, value, options: PutOptions { expiration, expiration_ttl, metadata } })
}

#[expect(clippy::cast_possible_truncation, reason = "saturates, and what is beyond is refused as an expiry")]
fn whole(number: f64) -> i64 {
    number.trunc() as i64
}

/// Characters that are none of base64's are passed over.
fn decode(text: &str) -> Vec<u8> {
    let known = text.chars().map(|c| match c {
        '-' => '+',
        '_' => '/',
        other => other,
    });
    let known: String = known.filter(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/')).collect();
    // A single character at the end carries no whole byte.
    let whole = if known.len() % 4 == 1 { &known[..known.len() - 1] } else { &known };
    BASE64.decode(whole).unwrap_or_default()
}

fn is_odd(property: &str) -> bool {
    !PROPERTIES.contains(&property)
}

fn complain(list: &mut Vec<String>, text: impl FnOnce() -> String) {
    match list.len() {
        count if count < COMPLAINTS => list.push(text()),
        COMPLAINTS => list.push("...".to_owned()),
        _ => {}
    }
}

/// What `typeof` says.
fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null | Value::Array(_) | Value::Object(_) => "object",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
    }
}

/// What a template text makes of it.
fn as_text(value: &Value) -> String {
    match value {
        Value::Object(_) => "[object Object]".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn items_have_values_options_and_warnings() {
        let content = json!([
            { "key": "a", "value": "text", "expiration_ttl": 60.5, "metadata": { "m": 1 } },
            { "key": "b", "value": "AP8", "base64": true, "expiration": 2_000_000_000, "other": 1 },
        ]);
        let (items, warning) = items("f.json", &content).unwrap();
        assert_eq!((items[0].key.as_str(), &items[0].value[..], items[0].options.expiration_ttl), ("a", &b"text"[..], Some(60)));
        assert_eq!(items[0].options.metadata.as_deref(), Some(r#"{"m":1}"#));
        assert_eq!((&items[1].value[..], items[1].options.expiration), (&[0, 255][..], Some(2_000_000_000)));
        let expected = "Unexpected key-value properties in \"f.json\".\nThe item at index 1 contains unexpected properties: [\"other\"].";
        assert_eq!(warning.as_deref(), Some(expected));
    }

    #[test]
    fn wrong_items_are_named_up_to_a_dozen() {
        let said = items("f.json", &json!(vec![json!({ "key": 1 }); 20])).unwrap_err();
        assert!(said.starts_with("Unexpected JSON input from \"f.json\".\nEach item in the array should be an object that matches:\n\n"));
        assert!(
            said.contains("\n\nThe item at index 0 is {\"key\":1}\n") && said.ends_with("The item at index 11 is {\"key\":1}\n..."),
            "{said}"
        );
        let said = items("f.json", &json!("x")).unwrap_err();
        assert_eq!(said, "Unexpected JSON input from \"f.json\".\nExpected an array of key-value objects but got type \"string\".");
    }

    #[test]
    fn keys_are_texts_or_have_names() {
        assert_eq!(keys("f.json", &json!(["a", { "name": "b" }])).unwrap(), ["a", "b"]);
        let said = keys("f.json", &json!([1, null])).unwrap_err();
        assert!(said.ends_with("The item at index 0 is type: \"number\" - 1\nThe item at index 1 is type: \"object\" - null"), "{said}");
        let said = keys("f.json", &json!({})).unwrap_err();
        assert!(said.ends_with("Expected an array of strings but got:\n[object Object]"), "{said}");
    }
}
