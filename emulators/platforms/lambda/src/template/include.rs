//! `AWS::Include` of local files, at the top of a template and inside of it.

use std::path::Path;

use super::{Stack, clean};
use crate::context::Context;
use crate::sources::Mark;
use crate::tree::{Node, Object, Value};

const HOW: &str = "use `AWS::Include` with a local file as `Location`";

/// `Fn::Transform` where a value is resolved.
pub(super) fn transform(stack: &Stack<'_>, argument: &Node, at: Mark) -> Option<Node> {
    let included = included(stack.cx, &stack.origin.dir, argument, at, &|node| stack.resolve(node))?;
    stack.resolve(&included)
}

/// Replaces every `AWS::Include` in `template` whose place is written out: beside other keys, whose equals win, and in the
/// `Transform` section.
pub(crate) fn expand_includes(cx: &Context, dir: &Path, template: &mut Object) {
    let own: Vec<Node> = template.get("Transform").map_or(&[][..], Node::one_or_more).to_vec();
    for node in own.iter().filter(|node| node.object().is_some()) {
        if let Some(Node { value: Value::Object(more), .. }) = included(cx, dir, node, node.at, &|node| Some(node.clone())) {
            merge(template, more);
        }
    }
    expand(cx, dir, template, 0);
}

fn expand(cx: &Context, dir: &Path, object: &mut Object, depth: usize) {
    if depth > crate::tree::DEEPEST {
        return;
    }
    if object.entries.len() > 1
        && let Some(argument) = object.get("Fn::Transform").cloned()
        && let Some(Node { value: Value::Object(more), .. }) = included(cx, dir, &argument, argument.at, &|node| Some(node.clone()))
    {
        object.remove("Fn::Transform");
        merge(object, more);
    }
    for entry in &mut object.entries {
        expand_node(cx, dir, &mut entry.node, depth + 1);
    }
}

fn expand_node(cx: &Context, dir: &Path, node: &mut Node, depth: usize) {
    match &mut node.value {
        Value::Array(items) => items.iter_mut().for_each(|item| expand_node(cx, dir, item, depth + 1)),
        Value::Object(object) => {
            let argument = object.get("Fn::Transform").filter(|_| object.entries.len() == 1).cloned();
            let written = argument.as_ref().and_then(location).is_some_and(|location| location.text().is_some());
            match argument.filter(|_| written).and_then(|argument| included(cx, dir, &argument, node.at, &|node| Some(node.clone()))) {
                Some(content) => *node = content,
                None => expand(cx, dir, object, depth),
            }
        }
        _ => {}
    }
}

fn location(argument: &Node) -> Option<&Node> {
    argument.object()?.object("Parameters")?.get("Location")
}

/// Adds the keys of `more` that `object` has not; sections that both have are joined.
fn merge(object: &mut Object, more: Object) {
    for entry in more.entries {
        match object.get_mut(&entry.key).map(|node| &mut node.value) {
            None => object.entries.push(entry),
            Some(Value::Object(own)) => {
                if let Value::Object(more) = entry.node.value {
                    merge(own, more);
                }
            }
            Some(_) => {}
        }
    }
}

/// The content of the file that `argument` names.
fn included(cx: &Context, dir: &Path, argument: &Node, at: Mark, resolve: &dyn Fn(&Node) -> Option<Node>) -> Option<Node> {
    let name = argument.object().and_then(|object| object.text("Name")).unwrap_or_default();
    if name != "AWS::Include" {
        cx.error(at, format!("the transform `{name}` is not emulated"), HOW);
        return None;
    }
    let place = location(argument).and_then(resolve).and_then(|node| node.scalar());
    let Some(place) = place else {
        cx.error(at, "`AWS::Include` has no `Location`", HOW);
        return None;
    };
    if place.starts_with("s3://") {
        cx.error(at, format!("`AWS::Include` of `{place}`: nothing is fetched from S3"), HOW);
        return None;
    }
    cx.read(&clean(&dir.join(place)))
}
