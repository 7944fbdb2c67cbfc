//! Templates as a tree in which every value knows where it stands, whatever language it was written in.

mod build;
mod json;
mod yaml;

use greenroom_host::Diagnostic;
use serde_json::Number;

pub(crate) use build::{IntoNode, Maker};

use crate::sources::{Mark, Source};

/// How deep arrays and objects may nest. Readers recurse, and no template comes near it.
pub(crate) const DEEPEST: usize = 128;

/// A value and where it starts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) at: Mark,
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
    pub(crate) at: Mark,
    pub(crate) node: Node,
}

/// Parses `source`: JSON where its name or first character says so, else YAML. Short tags (`!Ref`) become the long form.
pub(crate) fn parse(source: &Source, start: Mark) -> Result<Node, Box<Located>> {
    let json = source.path.extension().is_some_and(|extension| extension == "json") || source.text.trim_start().starts_with('{');
    if json { json::parse(source, start) } else { yaml::parse(source, start) }
}

/// A diagnostic and where it belongs.
#[derive(Debug)]
pub(crate) struct Located {
    pub(crate) mark: Mark,
    pub(crate) diagnostic: Diagnostic,
}

impl Located {
    fn error(mark: Mark, message: impl Into<String>, hint: &str) -> Box<Self> {
        Box::new(Self { mark, diagnostic: Diagnostic::error(message).hint(hint) })
    }
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

    /// The value of `key`, to be changed.
    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.entries.iter_mut().find(|entry| entry.key == key).map(|entry| &mut entry.node)
    }

    /// The value of `key` if it is a string.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Node::text)
    }

    /// The value of `key` if it is an object.
    pub(crate) fn object(&self, key: &str) -> Option<&Self> {
        self.get(key).and_then(Node::object)
    }

    /// Whether `key` is there.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.entry(key).is_some()
    }

    /// The keys.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.key.as_str())
    }

    /// Sets `key` to `node`, in the place of an earlier one if there is one.
    pub(crate) fn set(&mut self, key: &str, node: Node) {
        match self.get_mut(key) {
            Some(earlier) => *earlier = node,
            None => self.entries.push(Entry { key: key.to_owned(), at: node.at, node }),
        }
    }

    /// Takes `key` out.
    pub(crate) fn remove(&mut self, key: &str) -> Option<Node> {
        let index = self.entries.iter().position(|entry| entry.key == key)?;
        Some(self.entries.remove(index).node)
    }

    /// The object at `key`, which is made where there is none.
    pub(crate) fn object_at(&mut self, key: &str, at: Mark) -> &mut Self {
        if self.get(key).is_none_or(|node| node.object().is_none()) {
            self.set(key, Node { at, value: Value::Object(Self::default()) });
        }
        self.get_mut(key).and_then(Node::object_mut).expect("invariant: it was put there")
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

    /// The object, if it is one, to be changed.
    pub(crate) fn object_mut(&mut self) -> Option<&mut Object> {
        match &mut self.value {
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

    /// The items, or the one value where it is no array.
    pub(crate) fn one_or_more(&self) -> &[Self] {
        self.items().unwrap_or(std::slice::from_ref(self))
    }

    /// The boolean, if it is one or a string that says so.
    pub(crate) fn boolean(&self) -> Option<bool> {
        match &self.value {
            Value::Bool(value) => Some(*value),
            Value::String(text) => match text.to_ascii_lowercase().as_str() {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// A string, number or boolean as text.
    pub(crate) fn scalar(&self) -> Option<String> {
        match &self.value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(value) => Some(value.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// Whether it is null.
    pub(crate) fn is_null(&self) -> bool {
        self.value == Value::Null
    }

    /// Whether it says nothing: null, false, an empty string, array or object.
    pub(crate) fn is_nothing(&self) -> bool {
        match &self.value {
            Value::Null | Value::Bool(false) => true,
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Object(object) => object.entries.is_empty(),
            Value::Bool(true) | Value::Number(_) => false,
        }
    }

    /// The intrinsic function that this value is: an object of one key, `Ref`, `Condition` or `Fn::…`; its name and argument.
    pub(crate) fn intrinsic(&self) -> Option<(&str, &Self)> {
        let [entry] = self.object()?.entries.as_slice() else { return None };
        let name = entry.key.as_str();
        let known = name == "Ref" || name.starts_with("Fn::") || (name == "Condition" && entry.node.text().is_some());
        known.then_some((name, &entry.node))
    }

    /// The name that a `Ref` names, if it is one.
    pub(crate) fn reference(&self) -> Option<&str> {
        self.intrinsic().filter(|(name, _)| *name == "Ref").and_then(|(_, argument)| argument.text())
    }

    /// The value as JSON.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(value) => (*value).into(),
            Value::Number(value) => value.clone().into(),
            Value::String(value) => value.clone().into(),
            Value::Array(items) => items.iter().map(Self::to_json).collect(),
            Value::Object(object) => object.entries.iter().map(|entry| (entry.key.clone(), entry.node.to_json())).collect(),
        }
    }

    /// The value in a few words, for "must be a string, not …".
    pub(crate) fn describe(&self) -> String {
        const LONGEST: usize = 60;
        if let Some((name, _)) = self.intrinsic() {
            return format!("`{name}`");
        }
        match &self.value {
            Value::Array(items) if items.is_empty() => "an empty list".to_owned(),
            Value::Array(_) => "a list".to_owned(),
            Value::Object(_) => "an object".to_owned(),
            Value::String(text) if text.is_empty() => "an empty string".to_owned(),
            _ => {
                let text = self.scalar().unwrap_or_else(|| "null".to_owned());
                let short: String = text.chars().take(LONGEST).collect();
                if short == text { format!("`{text}`") } else { format!("`{short}…`") }
            }
        }
    }
}

#[cfg(test)]
mod tests;
