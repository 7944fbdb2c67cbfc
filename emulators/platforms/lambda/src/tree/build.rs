//! Making nodes.

use serde_json::Number;

use super::{Node, Object, Value};
use crate::sources::Mark;

/// What can become a node at a place.
pub(crate) trait IntoNode {
    /// The node.
    fn into_node(self, at: Mark) -> Node;
}

impl IntoNode for Node {
    fn into_node(self, _: Mark) -> Node {
        self
    }
}

impl IntoNode for &Node {
    fn into_node(self, _: Mark) -> Node {
        self.clone()
    }
}

impl IntoNode for Value {
    fn into_node(self, at: Mark) -> Node {
        Node { at, value: self }
    }
}

impl IntoNode for &str {
    fn into_node(self, at: Mark) -> Node {
        Value::String(self.to_owned()).into_node(at)
    }
}

impl IntoNode for String {
    fn into_node(self, at: Mark) -> Node {
        Value::String(self).into_node(at)
    }
}

impl IntoNode for bool {
    fn into_node(self, at: Mark) -> Node {
        Value::Bool(self).into_node(at)
    }
}

impl IntoNode for i64 {
    fn into_node(self, at: Mark) -> Node {
        Value::Number(Number::from(self)).into_node(at)
    }
}

impl IntoNode for Object {
    fn into_node(self, at: Mark) -> Node {
        Value::Object(self).into_node(at)
    }
}

impl<T: IntoNode> IntoNode for Vec<T> {
    fn into_node(self, at: Mark) -> Node {
        Value::Array(self.into_iter().map(|item| item.into_node(at)).collect()).into_node(at)
    }
}

impl IntoNode for serde_json::Value {
    fn into_node(self, at: Mark) -> Node {
        let value = match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(value),
            Self::Number(value) => Value::Number(value),
            Self::String(value) => Value::String(value),
            Self::Array(items) => return items.into_node(at),
            Self::Object(map) => {
                let mut object = Object::default();
                map.into_iter().for_each(|(key, value)| object.set(&key, value.into_node(at)));
                Value::Object(object)
            }
        };
        value.into_node(at)
    }
}

impl IntoNode for Maker {
    fn into_node(self, _: Mark) -> Node {
        self.node()
    }
}

/// Makes an object key by key.
#[derive(Debug, Clone)]
pub(crate) struct Maker {
    at: Mark,
    object: Object,
}

impl Maker {
    /// An empty object at `at`.
    pub(crate) fn at(at: Mark) -> Self {
        Self { at, object: Object::default() }
    }

    /// Adds `key`.
    pub(crate) fn put(mut self, key: &str, value: impl IntoNode) -> Self {
        self.object.set(key, value.into_node(self.at));
        self
    }

    /// Adds `key` if there is a value.
    pub(crate) fn maybe(self, key: &str, value: Option<impl IntoNode>) -> Self {
        match value {
            Some(value) => self.put(key, value),
            None => self,
        }
    }

    /// Adds those of `keys` that `from` has, as they are.
    pub(crate) fn copy(mut self, from: &Object, keys: &[&str]) -> Self {
        for key in keys {
            if let Some(node) = from.get(key) {
                self.object.set(key, node.clone());
            }
        }
        self
    }

    /// The object.
    pub(crate) fn object(self) -> Object {
        self.object
    }

    /// The node.
    pub(crate) fn node(self) -> Node {
        Node { at: self.at, value: Value::Object(self.object) }
    }
}

impl Node {
    /// `{"Ref": name}`.
    pub(crate) fn make_ref(at: Mark, name: &str) -> Self {
        Maker::at(at).put("Ref", name).node()
    }

    /// `{"Fn::GetAtt": [name, attribute]}`.
    pub(crate) fn make_att(at: Mark, name: &str, attribute: &str) -> Self {
        Maker::at(at).put("Fn::GetAtt", vec![name, attribute]).node()
    }

    /// `{"Fn::Sub": text}`.
    pub(crate) fn make_sub(at: Mark, text: impl Into<String>) -> Self {
        Maker::at(at).put("Fn::Sub", text.into()).node()
    }

    /// An empty object.
    pub(crate) fn empty(at: Mark) -> Self {
        Object::default().into_node(at)
    }
}
