//! The text of a pattern as a tree of nodes that know their place.
//!
//! Nodes are counted in the order of the text. Where one of them is wrong, the text is gone through once more up to it: a reader of JSON
//! keeps no positions.

use serde_json::{Number, Value};

use crate::error::PatternError;

/// A value, and which one it is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    /// Its number in the order of the text.
    pub(crate) number: usize,
    pub(crate) kind: Kind,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Node>),
    /// In the order of the text.
    Object(Vec<(String, Node)>),
}

/// Where something is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Where this node starts.
    Start(usize),
    /// Where this list or object ends.
    End(usize),
}

impl Node {
    /// Its text, where it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Reads a text.
pub(crate) fn read(text: &str) -> Result<Node, PatternError> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let whole = error.to_string();
        let reason = whole.split(" at line ").next().unwrap_or(&whole);
        PatternError::at(text, (error.line().max(1), error.column() + 1), reason.to_owned())
    })?;
    Ok(numbered(value, &mut 0))
}

/// Counts `value`, and all that is in it, from `next` on.
fn numbered(value: Value, next: &mut usize) -> Node {
    let number = *next;
    *next += 1;
    let kind = match value {
        Value::Null => Kind::Null,
        Value::Bool(value) => Kind::Bool(value),
        Value::Number(value) => Kind::Number(value),
        Value::String(value) => Kind::Text(value),
        Value::Array(values) => Kind::List(values.into_iter().map(|value| numbered(value, next)).collect()),
        Value::Object(members) => Kind::Object(members.into_iter().map(|(name, value)| (name, numbered(value, next))).collect()),
    };
    Node { number, kind }
}

/// Line and column of a place in a text that is JSON, counted from 1: where AWS's reader is when it has seen what is there, behind the
/// bracket, the number or word, the first quote.
pub(crate) fn position(text: &str, place: Place) -> (usize, usize) {
    let passed = &text[..offset(text, place)];
    let line = passed.rsplit('\n').next().unwrap_or_default();
    (passed.matches('\n').count() + 1, line.chars().count() + 1)
}

/// How many bytes that reader has passed.
fn offset(text: &str, place: Place) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut next, mut open) = (0, 0, Vec::new());
    while at < bytes.len() {
        let start = at;
        at = token_end(bytes, at);
        let here = match bytes[start] {
            b']' | b'}' => open.pop().map(Place::End),
            byte if byte.is_ascii_whitespace() || b",:".contains(&byte) || is_name(bytes, start, at) => None,
            byte => {
                if b"[{".contains(&byte) {
                    open.push(next);
                }
                next += 1;
                Some(Place::Start(next - 1))
            }
        };
        if here == Some(place) {
            return if bytes[start] == b'"' { start + 1 } else { at };
        }
    }
    bytes.len()
}

/// Where the token that starts at `at` ends.
fn token_end(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at + 1..];
    let length = match bytes[at] {
        b'"' => {
            let mut escaped = false;
            let closes = |byte: &u8| {
                let closes = *byte == b'"' && !escaped;
                escaped = *byte == b'\\' && !escaped;
                closes
            };
            rest.iter().position(closes).map_or(rest.len(), |quote| quote + 1)
        }
        byte if byte.is_ascii_alphanumeric() || byte == b'-' => {
            rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte)).count()
        }
        _ => 0,
    };
    at + 1 + length
}

/// Whether a token is the name of a member.
fn is_name(bytes: &[u8], start: usize, end: usize) -> bool {
    bytes[start] == b'"' && bytes[end..].iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':')
}
