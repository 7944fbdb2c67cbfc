//! `Fn::ForEach`, of the language extensions: copies of a part of the template, one for each item of a list.

use super::Stack;
use crate::sources::Mark;
use crate::tree::{Entry, Node, Object, Value};

const MOST: usize = 10_000;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach.html>
const NESTED: usize = 5;

/// Replaces each `Fn::ForEach::…` in `template` by its copies.
pub(super) fn expand(stack: &Stack<'_>, template: &mut Object) {
    let declared =
        template.get("Transform").map_or(&[][..], Node::one_or_more).iter().any(|node| node.text() == Some("AWS::LanguageExtensions"));
    let loops = Loops { stack, declared };
    for section in ["Conditions", "Resources", "Outputs"] {
        if let Some(object) = template.get_mut(section).and_then(Node::object_mut) {
            loops.object(object, 0);
        }
    }
}

struct Loops<'a, 'c> {
    stack: &'a Stack<'c>,
    declared: bool,
}

impl Loops<'_, '_> {
    fn object(&self, object: &mut Object, depth: usize) {
        let mut entries = Vec::with_capacity(object.entries.len());
        for mut entry in std::mem::take(&mut object.entries) {
            match entry.key.strip_prefix("Fn::ForEach::") {
                Some(name) => entries.extend(self.copies(name, &entry, depth)),
                None => {
                    self.node(&mut entry.node, depth);
                    entries.push(entry);
                }
            }
            if entries.len() > MOST {
                self.stack.cx.error(object_mark(&entries), format!("`Fn::ForEach` makes more than {MOST} entries"), "use a shorter list");
                break;
            }
        }
        object.entries = entries;
    }

    fn node(&self, node: &mut Node, depth: usize) {
        match &mut node.value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.node(item, depth)),
            Value::Object(object) => self.object(object, depth),
            _ => {}
        }
    }

    fn copies(&self, name: &str, entry: &Entry, depth: usize) -> Vec<Entry> {
        let cx = self.stack.cx;
        if !self.declared {
            let hint = "add `Transform: AWS::LanguageExtensions` to the template";
            cx.error(entry.at, "`Fn::ForEach` needs the language extensions", hint);
        }
        let parts = entry.node.items().and_then(|items| <&[Node; 3]>::try_from(items).ok());
        let Some([variable, list, body]) = parts.filter(|_| depth < NESTED) else {
            let message = format!("`Fn::ForEach::{name}` takes a name, a list and an object, and nests at most {NESTED} deep");
            cx.error(entry.node.at, message, "correct its argument");
            return Vec::new();
        };
        let (Some(variable), Some(items), Some(body)) = (variable.text(), self.stack.list_argument(list, "Fn::ForEach"), body.object())
        else {
            return Vec::new();
        };
        let mut all = Object::default();
        for item in items.iter().filter_map(Node::scalar) {
            let mut copy = Object { entries: body.entries.iter().map(|entry| substituted(entry, variable, &item)).collect() };
            self.object(&mut copy, depth + 1);
            for entry in copy.entries {
                if all.has(&entry.key) {
                    cx.error(
                        entry.at,
                        format!("`Fn::ForEach::{name}` makes `{}` twice", entry.key),
                        format!("use `${{{variable}}}` in its name"),
                    );
                } else {
                    all.entries.push(entry);
                }
            }
        }
        all.entries
    }
}

fn object_mark(entries: &[Entry]) -> Mark {
    entries.last().expect("invariant: it is longer than the limit").at
}

/// `entry` with `${variable}`, `&{variable}` and `Ref: variable` replaced by `item`.
fn substituted(entry: &Entry, variable: &str, item: &str) -> Entry {
    Entry { key: replaced(&entry.key, variable, item), at: entry.at, node: substitute(&entry.node, variable, item) }
}

fn substitute(node: &Node, variable: &str, item: &str) -> Node {
    if node.reference() == Some(variable) {
        return Node { at: node.at, value: Value::String(item.to_owned()) };
    }
    let value = match &node.value {
        Value::String(text) => Value::String(replaced(text, variable, item)),
        Value::Array(items) => Value::Array(items.iter().map(|node| substitute(node, variable, item)).collect()),
        Value::Object(object) => {
            Value::Object(Object { entries: object.entries.iter().map(|entry| substituted(entry, variable, item)).collect() })
        }
        other => other.clone(),
    };
    Node { at: node.at, value }
}

/// `&{…}` stands for the item without what is no letter or digit, for logical ids.
fn replaced(text: &str, variable: &str, item: &str) -> String {
    let plain: String = item.chars().filter(char::is_ascii_alphanumeric).collect();
    text.replace(&format!("${{{variable}}}"), item).replace(&format!("&{{{variable}}}"), &plain)
}
