//! Configuration as a tree in which every value knows where it stands, whatever language it was written in.

mod json;
mod toml;

use greenroom_host::Diagnostic;
use serde_json::Number;

use crate::source::Source;

/// A value and the byte offset at which it starts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) at: usize,
    pub(crate) value: Value,
}

/// What a [`Node`] holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Number(Number),
    String(String),
    Array(Vec<Node>),
    Object(Object),
    /// What only TOML has and JSON cannot hold: dates and times, infinities, not-a-number. As written.
    Foreign(String),
}

/// Keys and values in the order written; no key twice.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Object {
    pub(crate) entries: Vec<Entry>,
}

/// One key of an [`Object`], where it stands, and its value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) at: usize,
    pub(crate) node: Node,
}

/// A parsed file and what is doubtful about it.
pub(crate) struct Parsed {
    pub(crate) root: Node,
    pub(crate) warnings: Vec<Diagnostic>,
}

/// Parses `source` as its file name says: TOML where it ends in `.toml`, else JSON with comments.
pub(crate) fn parse(source: &Source) -> Result<Parsed, Diagnostic> {
    if source.path.extension().is_some_and(|extension| extension == "toml") { toml::parse(source) } else { json::parse(source) }
}

impl Object {
    /// The entry of `key`.
    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// The value of `key`.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// The value of `key` if it is a string.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Node::text)
    }
}

impl Node {
    /// The string, if it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The object, if it is one.
    pub(crate) fn object(&self) -> Option<&Object> {
        match &self.value {
            Value::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The items, if it is an array.
    pub(crate) fn items(&self) -> Option<&[Self]> {
        match &self.value {
            Value::Array(items) => Some(items),
            _ => None,
        }
    }

    /// Whether it says nothing: null, false, an empty string, array or object.
    pub(crate) fn is_nothing(&self) -> bool {
        match &self.value {
            Value::Null | Value::Bool(false) => true,
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Object(object) => object.entries.is_empty(),
            Value::Bool(true) | Value::Number(_) | Value::Foreign(_) => false,
        }
    }

    /// The value as JSON; what JSON cannot hold becomes a string.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(value) => (*value).into(),
            Value::Number(value) => value.clone().into(),
            Value::String(value) | Value::Foreign(value) => value.clone().into(),
            Value::Array(items) => items.iter().map(Self::to_json).collect(),
            Value::Object(object) => object.entries.iter().map(|entry| (entry.key.clone(), entry.node.to_json())).collect(),
        }
    }

    /// The first value below this one, or itself, that JSON cannot hold, with the way to it.
    pub(crate) fn foreign(&self) -> Option<(String, &Self)> {
        match &self.value {
            Value::Foreign(_) => Some((String::new(), self)),
            Value::Array(items) => items.iter().enumerate().find_map(|(index, item)| {
                let (path, node) = item.foreign()?;
                Some((format!("[{index}]{path}"), node))
            }),
            Value::Object(object) => object.entries.iter().find_map(|entry| {
                let (path, node) = entry.node.foreign()?;
                Some((format!(".{}{path}", entry.key), node))
            }),
            _ => None,
        }
    }

    /// The value in a few words, for "must be a string, not …".
    pub(crate) fn describe(&self) -> String {
        const LONGEST: usize = 60;
        match &self.value {
            Value::Array(items) if items.is_empty() => "an empty array".to_owned(),
            Value::Array(_) => "an array".to_owned(),
            Value::Object(_) => "an object".to_owned(),
            Value::String(text) if text.is_empty() => "an empty string".to_owned(),
            Value::Foreign(text) => format!("`{text}`"),
            _ => {
                let text = self.to_json().to_string();
                if text.chars().count() > LONGEST {
                    format!("`{}…`", text.chars().take(LONGEST).collect::<String>())
                } else {
                    format!("`{text}`")
                }
            }
        }
    }
}
