//! Values of templates. Lists and maps are shared: what changes one through one name changes it for all.

use std::cell::RefCell;
use std::rc::Rc;

use serde_json::{Map, Number, Value as Json};

use super::parse::Node;

/// Names and values, in order.
pub(crate) type Pairs = Vec<(String, Value)>;

/// A value.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    /// `json`: it comes out of JSON, and is written so.
    List {
        items: Rc<RefCell<Vec<Value>>>,
        json: bool,
    },
    Map(Rc<RefCell<Pairs>>),
    /// A part of the template that `#define` has named.
    Part(Rc<Vec<Node>>),
    /// `$input`.
    Input,
    /// `$util`.
    Util,
}

impl Value {
    /// A list that a template makes.
    pub(crate) fn list(items: Vec<Value>) -> Self {
        Self::List { items: Rc::new(RefCell::new(items)), json: false }
    }

    /// A map of these.
    pub(crate) fn map(pairs: Pairs) -> Self {
        Self::Map(Rc::new(RefCell::new(pairs)))
    }

    /// A whole number.
    pub(crate) fn number(number: impl Into<Number>) -> Self {
        Self::Number(number.into())
    }

    /// What stands in JSON.
    pub(crate) fn from_json(json: &Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(bool) => Self::Bool(*bool),
            Json::Number(number) => Self::Number(number.clone()),
            Json::String(text) => Self::Text(text.clone()),
            Json::Array(items) => Self::List { items: Rc::new(RefCell::new(items.iter().map(Self::from_json).collect())), json: true },
            Json::Object(pairs) => Self::map(pairs.iter().map(|(name, value)| (name.clone(), Self::from_json(value))).collect()),
        }
    }

    /// The same as JSON.
    pub(crate) fn to_json(&self) -> Json {
        match self {
            Self::Null | Self::Input | Self::Util | Self::Part(_) => Json::Null,
            Self::Bool(bool) => Json::Bool(*bool),
            Self::Number(number) => Json::Number(number.clone()),
            Self::Text(text) => Json::String(text.clone()),
            Self::List { items, .. } => Json::Array(items.borrow().iter().map(Self::to_json).collect()),
            Self::Map(pairs) => {
                Json::Object(pairs.borrow().iter().map(|(name, value)| (name.clone(), value.to_json())).collect::<Map<_, _>>())
            }
        }
    }

    /// As it is written into a text: null as nothing, maps as Java writes them, lists out of JSON as JSON.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Null | Self::Part(_) => String::new(),
            Self::Bool(bool) => bool.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
            Self::List { json: true, .. } => self.to_json().to_string(),
            Self::List { items, .. } => format!("[{}]", items.borrow().iter().map(Self::text).collect::<Vec<_>>().join(", ")),
            Self::Map(pairs) => {
                let pairs: Vec<String> = pairs.borrow().iter().map(|(name, value)| format!("{name}={}", value.text())).collect();
                format!("{{{}}}", pairs.join(", "))
            }
            Self::Input => "$input".to_owned(),
            Self::Util => "$util".to_owned(),
        }
    }

    /// Whether a condition holds: everything but `false` and null.
    pub(crate) fn holds(&self) -> bool {
        !matches!(self, Self::Null | Self::Bool(false))
    }

    /// As a number, where it is one.
    pub(crate) fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Number(number) => number.as_f64(),
            _ => None,
        }
    }

    /// As a whole number, where it is one.
    pub(crate) fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    /// Whether two are the same. Null is as good as an empty text.
    pub(crate) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Text(text)) | (Self::Text(text), Self::Null) => text.is_empty(),
            (Self::Number(_), Self::Number(_)) => self.as_f64() == other.as_f64(),
            (Self::Text(_), Self::Number(_)) | (Self::Number(_), Self::Text(_)) => false,
            _ => self.to_json() == other.to_json(),
        }
    }

    /// The value of `name` in a map.
    pub(crate) fn get(&self, name: &str) -> Option<Value> {
        let Self::Map(pairs) = self else { return None };
        pairs.borrow().iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    }

    /// Sets `name` in a map, and gives what it was. Null where this is no map.
    pub(crate) fn put(&self, name: &str, value: Value) -> Value {
        let Self::Map(pairs) = self else { return Self::Null };
        let mut pairs = pairs.borrow_mut();
        if let Some((_, known)) = pairs.iter_mut().find(|(known, _)| known == name) {
            return std::mem::replace(known, value);
        }
        pairs.push((name.to_owned(), value));
        Self::Null
    }
}
