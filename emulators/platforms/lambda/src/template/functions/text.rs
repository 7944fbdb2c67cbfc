//! Functions that make text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Stack, text_node};
use crate::sources::Mark;
use crate::tree::{IntoNode, Node, Object};

/// A piece of a text with variables.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece<'t> {
    Text(&'t str),
    /// The name inside `${…}`.
    Variable(&'t str),
}

/// The pieces of `Fn::Sub`'s text. `${!name}` is the text `${name}`.
pub(crate) fn variables(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let Some(end) = rest[start..].find('}').map(|end| start + end) else { break };
        let name = &rest[start + 2..end];
        pieces.push(Piece::Text(&rest[..start]));
        match name.strip_prefix('!') {
            Some(_) => pieces.extend([Piece::Text("${"), Piece::Text(&rest[start + 3..=end])]),
            None => pieces.push(Piece::Variable(name.trim())),
        }
        rest = &rest[end + 1..];
    }
    pieces.push(Piece::Text(rest));
    pieces
}

pub(super) fn sub(stack: &Stack<'_>, argument: &Node, at: Mark) -> Option<Node> {
    let empty = Object::default();
    let (text, names) = match argument.items() {
        Some([text, names]) if names.object().is_some() => (text, names.object().unwrap_or(&empty)),
        None => (argument, &empty),
        Some(_) => {
            stack.cx.error(argument.at, "`Fn::Sub` takes a text, or a text and an object of names", "correct its argument");
            return None;
        }
    };
    let Some(template) = text.scalar() else {
        stack.cx.error(text.at, format!("`Fn::Sub` takes a text, not {}", text.describe()), "write the text out");
        return None;
    };
    let mut result = String::new();
    for piece in variables(&template) {
        match piece {
            Piece::Text(text) => result.push_str(text),
            Piece::Variable(name) => result.push_str(&variable(stack, name, names, text.at)?),
        }
    }
    Some(text_node(result, at))
}

fn variable(stack: &Stack<'_>, name: &str, names: &Object, at: Mark) -> Option<String> {
    if let Some(node) = names.get(name) {
        return stack.text_argument(node, "Fn::Sub");
    }
    let value = match name.split_once('.') {
        Some((resource, attribute)) => super::refer::attribute_value(stack, resource, attribute, at)?,
        None => super::refer::reference_value(stack, name, at)?,
    };
    let text =
        value.items().map_or_else(|| value.scalar(), |items| Some(items.iter().filter_map(Node::scalar).collect::<Vec<_>>().join(",")));
    text.or_else(|| Some(String::new()))
}

pub(super) fn join(stack: &Stack<'_>, argument: &Node, at: Mark) -> Option<Node> {
    let [delimiter, list] = stack.arguments(argument, "Fn::Join", "a delimiter and a list")?;
    let delimiter = stack.text_argument(delimiter, "Fn::Join")?;
    let items = stack.list_argument(list, "Fn::Join")?;
    let texts: Option<Vec<String>> = items.iter().map(|item| stack.text_argument(item, "Fn::Join")).collect();
    Some(text_node(texts?.join(&delimiter), at))
}

pub(super) fn split(stack: &Stack<'_>, argument: &Node, at: Mark) -> Option<Node> {
    let [delimiter, text] = stack.arguments(argument, "Fn::Split", "a delimiter and a text")?;
    let delimiter = stack.text_argument(delimiter, "Fn::Split")?;
    let text = stack.text_argument(text, "Fn::Split")?;
    Some(text.split(&delimiter).map(str::to_owned).collect::<Vec<_>>().into_node(at))
}

pub(super) fn base64(stack: &Stack<'_>, argument: &Node, at: Mark) -> Option<Node> {
    Some(text_node(STANDARD.encode(stack.text_argument(argument, "Fn::Base64")?), at))
}

pub(super) fn to_json_string(stack: &Stack<'_>, argument: &Node, at: Mark) -> Option<Node> {
    Some(text_node(stack.resolve(argument)?.to_json().to_string(), at))
}
