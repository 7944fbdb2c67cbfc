//! Documents of errors, as callers get them.

use bytes::Bytes;
use greenroom_host::Outcome;
use serde::Serialize;
use serde_json::Value;

/// An error that Lambda, not the function, speaks of.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Document<'a> {
    pub(crate) error_type: &'a str,
    pub(crate) error_message: &'a str,
}

/// The document as JSON.
pub(crate) fn document(error_type: &str, error_message: &str) -> Bytes {
    Bytes::from(serde_json::to_vec(&Document { error_type, error_message }).unwrap_or_default())
}

/// What the journal says of an error's document.
pub(crate) fn outcome_of(document: &[u8]) -> Outcome {
    let Ok(Value::Object(fields)) = serde_json::from_slice(document) else {
        return Outcome::error(String::from_utf8_lossy(document));
    };
    let text = |name: &str| fields.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    let lines = fields.get("trace").or_else(|| fields.get("stackTrace")).and_then(Value::as_array);
    let stack = lines.map(|lines| lines.iter().filter_map(Value::as_str).map(str::trim_end).collect::<Vec<_>>().join("\n"));
    let (class, message) = (text("errorType"), text("errorMessage").unwrap_or_default());
    Outcome::Error { class, message, stack: stack.filter(|stack| !stack.is_empty()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_of_both_languages_are_understood() {
        let node = outcome_of(br#"{"errorType":"TypeError","errorMessage":"no","trace":["TypeError: no","    at f (a.js:1:1)"]}"#);
        let expected = Outcome::Error {
            class: Some("TypeError".into()),
            message: "no".into(),
            stack: Some("TypeError: no\n    at f (a.js:1:1)".into()),
        };
        assert_eq!(node, expected);
        let python = outcome_of(br#"{"errorMessage":"no","errorType":"ValueError","requestId":"1","stackTrace":["  File \"a.py\"\n"]}"#);
        assert!(matches!(python, Outcome::Error { stack: Some(stack), .. } if stack == "  File \"a.py\""));
        assert_eq!(outcome_of(b"nonsense"), Outcome::error("nonsense"));
    }
}
