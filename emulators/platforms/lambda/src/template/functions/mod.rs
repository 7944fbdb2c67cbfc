//! Intrinsic functions. Each takes its argument as written and gives a value, or none for `AWS::NoValue` and for what was reported.

mod choose;
mod network;
mod refer;
mod text;

use super::{Stack, conditions, include};
use crate::sources::Mark;
use crate::tree::{Entry, IntoNode, Node, Object, Value};
use crate::words::did_you_mean;

pub(super) use text::{Piece, variables};

type Function = fn(&Stack<'_>, &Node, Mark) -> Option<Node>;

/// Every function.
const FUNCTIONS: &[(&str, Function)] = &[
    ("Ref", refer::reference),
    ("Fn::GetAtt", refer::attribute),
    ("Fn::ImportValue", refer::import),
    ("Fn::Sub", text::sub),
    ("Fn::Join", text::join),
    ("Fn::Split", text::split),
    ("Fn::Base64", text::base64),
    ("Fn::ToJsonString", text::to_json_string),
    ("Fn::Select", choose::select),
    ("Fn::FindInMap", choose::find_in_map),
    ("Fn::Length", choose::length),
    ("Fn::GetAZs", network::zones),
    ("Fn::Cidr", network::cidr),
    ("Fn::If", conditions::choose),
    ("Fn::Equals", conditions::equals),
    ("Fn::Not", conditions::not),
    ("Fn::And", conditions::and),
    ("Fn::Or", conditions::or),
    ("Fn::Transform", include::transform),
];

impl Stack<'_> {
    /// `node` with every function in it replaced by its value. None where there is no value.
    pub(crate) fn resolve(&self, node: &Node) -> Option<Node> {
        if let Some((name, argument)) = node.intrinsic() {
            return self.call(name, argument, node.at);
        }
        let value = match &node.value {
            Value::Array(items) => Value::Array(items.iter().filter_map(|item| self.resolve(item)).collect()),
            Value::Object(object) => {
                let entries = object
                    .entries
                    .iter()
                    .filter_map(|entry| Some(Entry { key: entry.key.clone(), at: entry.at, node: self.resolve(&entry.node)? }));
                Value::Object(Object { entries: entries.collect() })
            }
            Value::String(text) if text.contains("{{resolve:") => {
                self.dynamic_reference(text, node.at);
                node.value.clone()
            }
            other => other.clone(),
        };
        Some(Node { at: node.at, value })
    }

    fn call(&self, name: &str, argument: &Node, at: Mark) -> Option<Node> {
        if name == "Condition" {
            // Where a value is wanted, this is an object with a key of that name: of a policy's statement, for one.
            return Some(Node { at, value: Value::Object(Object { entries: vec![entry(name, argument.clone())] }) });
        }
        if let Some((_, function)) = FUNCTIONS.iter().find(|(known, _)| *known == name) {
            return function(self, argument, at);
        }
        let known = FUNCTIONS.iter().map(|(known, _)| *known);
        self.cx.error(
            at,
            format!("`{name}` is no function of CloudFormation that is known"),
            did_you_mean(name, known, "use another function"),
        );
        None
    }

    fn dynamic_reference(&self, text: &str, at: Mark) {
        let service = text.split("{{resolve:").nth(1).and_then(|rest| rest.split(':').next()).unwrap_or_default();
        let message = format!("dynamic references to `{service}` are not emulated: the text stays as it is");
        self.cx.not_emulated(at, message, "use a parameter, and give its value with `--parameter`");
    }

    /// The `N` items of a function's argument; another number of them is reported.
    pub(super) fn arguments<'n, const N: usize>(&self, argument: &'n Node, name: &str, what: &str) -> Option<&'n [Node; N]> {
        let items = argument.items().and_then(|items| <&[Node; N]>::try_from(items).ok());
        if items.is_none() {
            self.cx.error(argument.at, format!("`{name}` takes {what}, not {}", argument.describe()), "correct its argument");
        }
        items
    }

    /// The resolved text of `node`; what is none is reported as an argument of `name`.
    pub(super) fn text_argument(&self, node: &Node, name: &str) -> Option<String> {
        let value = self.resolve(node)?;
        let text = value.scalar();
        if text.is_none() {
            self.cx.error(node.at, format!("`{name}` takes a string here, not {}", value.describe()), "correct its argument");
        }
        text
    }

    /// The resolved items of `node`; what is no list is reported as an argument of `name`.
    pub(super) fn list_argument(&self, node: &Node, name: &str) -> Option<Vec<Node>> {
        match self.resolve(node)? {
            Node { value: Value::Array(items), .. } => Some(items),
            other => {
                self.cx.error(node.at, format!("`{name}` takes a list here, not {}", other.describe()), "correct its argument");
                None
            }
        }
    }
}

fn entry(key: &str, node: Node) -> Entry {
    Entry { key: key.to_owned(), at: node.at, node }
}

/// A text as node.
fn text_node(text: impl Into<String>, at: Mark) -> Node {
    text.into().into_node(at)
}
