//! Secrets, left out of what leaves the machine.

use std::sync::LazyLock;

use greenroom_host::Entry;
use greenroom_host::secrets::{is_secret, is_secret_parameter};
use regex::{Captures, Regex};
use serde_json::Value;

use crate::error::Problem;

/// What stands in the place of a secret.
pub(super) const REDACTED: &str = "[redacted]";

/// `name=value` as in queries, forms and cookies; with what stands before the name, where it is a query's.
static PARAMETER: LazyLock<Regex> = LazyLock::new(|| expression(r#"([?&]?)([A-Za-z0-9_.-]+)(=)([^&#;\s"'<>\\]+)"#));
/// `"name": "value"`, as in JSON, which may be cut off.
static QUOTED: LazyLock<Regex> = LazyLock::new(|| expression(r#"()([A-Za-z0-9_.-]+)(["']?\s*[:=]\s*")((?:[^"\\]|\\.)*)"#));
/// `name: 'value'`, as `console` writes objects.
static SHOWN: LazyLock<Regex> = LazyLock::new(|| expression(r"()([A-Za-z0-9_.-]+)('?\s*[:=]\s*')((?:[^'\\]|\\.)*)"));
/// The same inside a text of JSON.
static NESTED: LazyLock<Regex> = LazyLock::new(|| expression(r#"()([A-Za-z0-9_.-]+)(\\+"\s*:\s*\\+")([^"\\]*)"#));
/// `https://user:password@host`
static USER: LazyLock<Regex> = LazyLock::new(|| expression(r"()(://[^/\s:@]*)(:)([^/\s@]+)@"));

fn expression(text: &str) -> Regex {
    Regex::new(text).expect("invariant: an expression of this file compiles")
}

/// What leaves secrets out.
pub(super) struct Redaction {
    patterns: Vec<Regex>,
}

/// The regular expression that `pattern` is.
///
/// # Errors
/// Why it is none.
pub fn redaction_pattern(pattern: &str) -> Result<Regex, Problem> {
    Regex::new(pattern).map_err(|error| Problem::invalid(format!("`redact`: `{pattern}` is no regular expression: {error}")))
}

impl Redaction {
    /// Of what `patterns` match, beside what names say.
    ///
    /// # Errors
    /// An expression that is none.
    pub(super) fn new(patterns: &[String]) -> Result<Self, Problem> {
        Ok(Self { patterns: patterns.iter().map(|pattern| redaction_pattern(pattern)).collect::<Result<_, _>>()? })
    }

    /// An event without secrets.
    pub(super) fn of(&self, entry: &Entry) -> Value {
        let mut value = serde_json::to_value(entry).unwrap_or_default();
        self.value(&mut value);
        value
    }

    fn value(&self, value: &mut Value) {
        match value {
            Value::String(text) => self.text(text),
            Value::Array(items) => match items.as_mut_slice() {
                // A header: its name, then its value.
                [Value::String(name), value @ Value::String(_)] if is_name(name) && is_secret(name) => blank(value),
                items => items.iter_mut().for_each(|item| self.value(item)),
            },
            Value::Object(fields) => {
                for (name, field) in fields {
                    match field {
                        field if is_secret(name) => blank(field),
                        Value::String(args) if name == "args" => self.args(args),
                        field => self.value(field),
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Arguments are JSON text, which may be cut off.
    fn args(&self, args: &mut String) {
        match serde_json::from_str::<Value>(args) {
            Ok(mut value) => {
                self.value(&mut value);
                *args = value.to_string();
            }
            // The end of a pair is not there: nobody can tell what belongs to the name.
            Err(_) if args.split(|c: char| !is_name_part(c)).any(is_secret) => REDACTED.clone_into(args),
            Err(_) => self.text(args),
        }
    }

    fn text(&self, text: &mut String) {
        let by_name = |text: &mut String, expression: &Regex, is_secret: fn(&Captures<'_>) -> bool| {
            if expression.captures_iter(text).any(|found| is_secret(&found)) {
                *text = expression.replace_all(text, |found: &Captures<'_>| without(found, is_secret(found))).into_owned();
            }
        };
        by_name(text, &USER, |_| true);
        by_name(text, &PARAMETER, |found| if found[1].is_empty() { is_secret(&found[2]) } else { is_secret_parameter(&found[2]) });
        for quoted in [&QUOTED, &SHOWN, &NESTED] {
            by_name(text, quoted, |found| is_secret(&found[2]));
        }
        for pattern in &self.patterns {
            if pattern.is_match(text) {
                *text = pattern.replace_all(text, REDACTED).into_owned();
            }
        }
    }
}

/// What was found, without its value where that is a secret.
fn without(found: &Captures<'_>, is_secret: bool) -> String {
    let end = found.get(4).map_or(0, |value| value.end()) - found.get(0).map_or(0, |whole| whole.start());
    let value = if is_secret { REDACTED } else { &found[4] };
    format!("{}{}{}{value}{}", &found[1], &found[2], &found[3], &found[0][end..])
}

/// Every text in the value of a secret.
fn blank(value: &mut Value) {
    match value {
        Value::String(text) => REDACTED.clone_into(text),
        Value::Array(items) => items.iter_mut().for_each(blank),
        Value::Object(fields) => fields.values_mut().for_each(blank),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn is_name(text: &str) -> bool {
    text.chars().all(is_name_part)
}

fn is_name_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn redacted(mut value: Value) -> Value {
        Redaction::new(&["sk_[a-z]+".to_owned()]).unwrap().value(&mut value);
        value
    }

    #[test]
    fn headers_and_keys_are_known_by_their_names() {
        let given =
            json!({ "headers": [["X-Api-Key", "s1"], ["accept", "a/b"], ["Cookie", "a=s1"]], "client_secret": ["s1", 5], "tokens": 5 });
        let left = json!({ "headers": [["X-Api-Key", REDACTED], ["accept", "a/b"], ["Cookie", REDACTED]], "client_secret": [REDACTED, 5], "tokens": 5 });
        assert_eq!(redacted(given), left);
        assert_eq!(redacted(json!(["a token of", "my love"])), json!(["a token of", "my love"]));
    }

    #[test]
    fn texts_are_left_without_values_of_secret_names_and_what_patterns_match() {
        for (given, left) in [
            ("GET /x?token=s1&page=2", "GET /x?token=*&page=2"),
            (
                "https://a.b/?X-Amz-Credential=s%2Fs&X-Amz-Date=1&X-Amz-Signature=s1#f",
                "https://a.b/?X-Amz-Credential=*&X-Amz-Date=1&X-Amz-Signature=*#f",
            ),
            ("https://a.b/?key=s1&code=s2", "https://a.b/?key=*&code=*"),
            ("https://me:s1@a.b/x", "https://me:*@a.b/x"),
            ("user=me&password=s1", "user=me&password=*"),
            ("code=5 key=6", "code=5 key=6"),
            (r#"{"user": "me", "password" : "s\"1", "n": {"apiKey":"s2"}}"#, r#"{"user": "me", "password" : "*", "n": {"apiKey":"*"}}"#),
            (r#"{"a":"{\"access_token\":\"s1\",\"b\":\"c\"}"}"#, r#"{"a":"{\"access_token\":\"*\",\"b\":\"c\"}"}"#),
            ("{ authorization: 'Bearer s1', accept: 'x' }", "{ authorization: '*', accept: 'x' }"),
            (r#"{"password":"cut of"#, r#"{"password":"*"#),
            ("pay with sk_live, please", "pay with *, please"),
            ("it's a token: 5", "it's a token: 5"),
            ("nothing? here & there = fine", "nothing? here & there = fine"),
        ] {
            assert_eq!(redacted(given.into()), Value::from(left.replace('*', REDACTED)), "{given}");
        }
    }

    #[test]
    fn arguments_are_looked_into_and_given_up_where_they_are_cut_off() {
        let args = |text: &str| redacted(json!({ "args": text }))["args"].clone();
        assert_eq!(
            args(r#"[{"url":"http://a/?sig=s1","password":"s1"}]"#),
            r#"[{"url":"http://a/?sig=[redacted]","password":"[redacted]"}]"#
        );
        assert_eq!(args(r#"[["authorization","Bea"#), REDACTED);
        assert_eq!(args(r#"["plain"#), r#"["plain"#);
    }
}
