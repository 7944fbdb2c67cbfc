//! Reading properties: each that is of another type becomes an error with its place, each that nobody reads a warning.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::context::Context;
use crate::sources::{Mark, Place};
use crate::template::{Resource, Stack};
use crate::tree::{Node, Object, Value};
use crate::words::did_you_mean;

/// The properties of a resource, or an object somewhere in them, with all functions replaced by their values.
pub(crate) struct Props<'s, 'c> {
    pub(crate) stack: &'s Stack<'c>,
    /// The resource's logical id.
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) at: Mark,
    /// The resource's attributes, as written.
    pub(crate) body: Object,
    object: Object,
    /// The way to here, empty at the top.
    path: String,
    /// What has been asked for, here and in the objects that are read as parts of this one.
    asked: Rc<RefCell<Asked>>,
}

/// Objects by the way to them, each with the keys that somebody has asked for.
type Asked = BTreeMap<String, (Object, Vec<String>)>;

impl<'s, 'c> Props<'s, 'c> {
    pub(crate) fn of(stack: &'s Stack<'c>, resource: &Resource<'s>) -> Self {
        let node = resource.body.get("Properties").and_then(|node| stack.resolve(node));
        let object = match node {
            None => Object::default(),
            Some(Node { value: Value::Object(object), .. }) => object,
            Some(node) => {
                let message = format!("`{}.Properties` must be an object, not {}", resource.id, node.describe());
                stack.cx.error(node.at, message, "make it an object, or remove it");
                Object::default()
            }
        };
        Self {
            stack,
            id: resource.id.to_owned(),
            kind: resource.kind.to_owned(),
            at: resource.at,
            body: resource.body.clone(),
            object,
            path: String::new(),
            asked: Rc::default(),
        }
        .known()
    }

    /// With its keys among those that have to be asked for.
    fn known(self) -> Self {
        self.asked.borrow_mut().entry(self.path.clone()).or_insert_with(|| (self.object.clone(), Vec::new()));
        self
    }

    fn ask(&self, keys: impl Iterator<Item = String>) {
        if let Some((_, asked)) = self.asked.borrow_mut().get_mut(&self.path) {
            asked.extend(keys);
        }
    }

    pub(crate) fn cx(&self) -> &'c Context {
        self.stack.cx
    }

    /// Where the resource is declared.
    pub(crate) fn place(&self) -> Place {
        self.cx().place(self.at)
    }

    /// The name that the resource gets.
    pub(crate) fn physical_name(&self) -> String {
        if let Some(row) = crate::types::find(&self.kind) {
            self.no_effect(&[row.named_by]);
        }
        self.stack.resource(&self.id).map(|resource| self.stack.physical_name(&resource)).unwrap_or_default()
    }

    /// What `Ref` gives for the resource.
    pub(crate) fn reference(&self) -> String {
        self.stack.reference_of(&self.id).unwrap_or_default()
    }

    /// What `Fn::GetAtt` gives for an attribute of the resource.
    pub(crate) fn attribute(&self, name: &str) -> String {
        self.stack.attribute_of(&self.id, name).unwrap_or_default()
    }

    /// The property `key`, if it is there and says something.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.ask(std::iter::once(key.to_owned()));
        self.object.get(key).filter(|node| !node.is_null())
    }

    /// Where the property `key` stands; where the resource does if it is not there.
    pub(crate) fn mark(&self, key: &str) -> Mark {
        self.object.get(key).map_or(self.at, |node| node.at)
    }

    /// The keys and values, all of them read.
    pub(crate) fn all(&self) -> &Object {
        self.ask(self.object.keys().map(str::to_owned));
        &self.object
    }

    /// Properties that need no reading: they say nothing to one machine.
    pub(crate) fn no_effect(&self, keys: &[&str]) {
        self.ask(keys.iter().map(|key| (*key).to_owned()));
    }

    /// Properties that would do something and are not emulated; those that are there are named.
    pub(crate) fn not_emulated(&self, keys: &[&str]) {
        for key in keys {
            if let Some(node) = self.get(key).filter(|node| !node.is_nothing()) {
                let message = format!("`{}` of `{}` is not emulated", self.named(key), self.kind);
                self.cx().not_emulated(node.at, message, "the property is ignored");
            }
        }
    }

    fn named(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// The full name of `key`, for messages.
    pub(crate) fn full(&self, key: &str) -> String {
        format!("{}.{}", self.id, self.named(key))
    }

    fn wrong(&self, key: &str, node: &Node, expected: &str) {
        let message = format!("`{}` must be {expected}, not {}", self.full(key), node.describe());
        self.cx().error(node.at, message, format!("make it {expected}, or remove it"));
    }

    /// Reports that `key`, which must be there, is not.
    pub(crate) fn missing(&self, key: &str, hint: &str) {
        self.cx().error(self.at, format!("`{}` has no `{}`", self.id, self.named(key)), hint);
    }

    /// An error about the property `key`.
    pub(crate) fn error(&self, key: &str, message: impl Into<String>, hint: impl Into<String>) {
        self.cx().error(self.mark(key), message, hint);
    }

    pub(crate) fn text(&self, key: &str) -> Option<String> {
        let node = self.get(key)?;
        let text = node.scalar();
        if text.is_none() {
            self.wrong(key, node, "a string");
        }
        text
    }

    pub(crate) fn flag(&self, key: &str) -> Option<bool> {
        let node = self.get(key)?;
        let flag = node.boolean();
        if flag.is_none() {
            self.wrong(key, node, "true or false");
        }
        flag
    }

    pub(crate) fn number(&self, key: &str) -> Option<i64> {
        let node = self.get(key)?;
        let number = node.scalar().and_then(|text| text.parse::<i64>().ok());
        if number.is_none() {
            self.wrong(key, node, "a whole number");
        }
        number
    }

    /// A whole number from `least` to `most`.
    pub(crate) fn within(&self, key: &str, least: i64, most: i64, unit: &str) -> Option<u32> {
        let number = self.number(key)?;
        if !(least..=most).contains(&number) {
            let message = format!("`{}` must be {least} to {most}{unit}, not `{number}`", self.full(key));
            self.error(key, message, format!("set it to {least} to {most}"));
            return None;
        }
        u32::try_from(number).ok()
    }

    /// One of `allowed`.
    pub(crate) fn one_of(&self, key: &str, allowed: &[&str]) -> Option<String> {
        let text = self.text(key)?;
        if !allowed.contains(&text.as_str()) {
            let message = format!("`{}` must be one of {}, not `{text}`", self.full(key), crate::words::listed(allowed));
            self.error(key, message, did_you_mean(&text, allowed.iter().copied(), "use one of them"));
            return None;
        }
        Some(text)
    }

    /// The items at `key`; one value is a list of one.
    pub(crate) fn items(&self, key: &str) -> Vec<Node> {
        self.get(key).map_or(&[][..], Node::one_or_more).to_vec()
    }

    pub(crate) fn texts(&self, key: &str) -> Vec<String> {
        self.items(key).iter().filter_map(Node::scalar).collect()
    }

    /// Names and texts, as of environment variables.
    pub(crate) fn map(&self, key: &str) -> Vec<(String, String)> {
        let Some(node) = self.get(key) else { return Vec::new() };
        let Some(object) = node.object() else {
            self.wrong(key, node, "an object");
            return Vec::new();
        };
        let pairs = object.entries.iter().filter_map(|entry| {
            let text = entry.node.scalar();
            if text.is_none() {
                self.wrong(&format!("{key}.{}", entry.key), &entry.node, "a string");
            }
            Some((entry.key.clone(), text?))
        });
        pairs.collect()
    }

    pub(crate) fn json(&self, key: &str) -> Option<serde_json::Value> {
        self.get(key).map(Node::to_json)
    }

    /// The object at `key`.
    pub(crate) fn object(&self, key: &str) -> Option<Self> {
        let node = self.get(key)?;
        let Some(object) = node.object() else {
            self.wrong(key, node, "an object");
            return None;
        };
        Some(self.part(self.named(key), node.at, object.clone()))
    }

    /// The objects in the list at `key`.
    pub(crate) fn objects(&self, key: &str) -> Vec<Self> {
        let items = self.items(key);
        let objects = items.iter().enumerate().filter_map(|(index, node)| {
            let path = format!("{}[{index}]", self.named(key));
            match node.object() {
                Some(object) => Some(self.part(path, node.at, object.clone())),
                None => {
                    self.wrong(&format!("{key}[{index}]"), node, "an object");
                    None
                }
            }
        });
        objects.collect()
    }

    fn part(&self, path: String, at: Mark, object: Object) -> Self {
        Self { asked: Rc::clone(&self.asked), ..self.below(path, at, object) }.known()
    }

    /// `object`, which is no part of the properties, as read with the same words.
    pub(crate) fn below(&self, path: String, at: Mark, object: Object) -> Self {
        Self {
            stack: self.stack,
            id: self.id.clone(),
            kind: self.kind.clone(),
            at,
            body: Object::default(),
            object,
            path,
            asked: Rc::default(),
        }
        .known()
    }

    /// Warns of what nobody has asked for: at the top in all objects that were read, else here alone.
    pub(crate) fn finish(&self) {
        let asked = self.asked.borrow();
        for (path, (object, asked)) in asked.iter().filter(|(path, _)| self.path.is_empty() || self.path == **path) {
            for entry in object.entries.iter().filter(|entry| !asked.contains(&entry.key)) {
                let place = if path.is_empty() { format!("`{}`", self.kind) } else { format!("`{path}` of `{}`", self.kind) };
                let message = format!("`{}` is no property of {place} that is known; it is ignored", entry.key);
                let hint = did_you_mean(&entry.key, asked.iter().map(String::as_str), "remove it, or correct its name");
                self.cx().not_emulated(entry.at, message, hint);
            }
        }
    }
}
