//! Functions that choose among values.

use super::Stack;
use crate::sources::Mark;
use crate::tree::{IntoNode, Node, Object};
use crate::words::did_you_mean;

pub(super) fn select(stack: &Stack<'_>, argument: &Node, _: Mark) -> Option<Node> {
    let [index, list] = stack.arguments(argument, "Fn::Select", "an index and a list")?;
    let position = stack.text_argument(index, "Fn::Select")?;
    let items = stack.list_argument(list, "Fn::Select")?;
    let found = position.parse::<usize>().ok().and_then(|position| items.get(position).cloned());
    if found.is_none() {
        let message = format!("`Fn::Select` has no item {position}: the list has {}", items.len());
        stack.cx.error(index.at, message, "count from 0");
    }
    found
}

pub(super) fn length(stack: &Stack<'_>, argument: &Node, at: Mark) -> Option<Node> {
    let items = stack.list_argument(argument, "Fn::Length")?;
    Some(i64::try_from(items.len()).unwrap_or(i64::MAX).into_node(at))
}

pub(super) fn find_in_map(stack: &Stack<'_>, argument: &Node, _: Mark) -> Option<Node> {
    let items = argument.items().unwrap_or_default();
    let ([map, first, second], default) = match items {
        [map, first, second] => ([map, first, second], None),
        [map, first, second, options] => ([map, first, second], options.object().and_then(|options| options.get("DefaultValue"))),
        _ => {
            let message = "`Fn::FindInMap` takes a map, two keys and perhaps `DefaultValue`";
            stack.cx.error(argument.at, message, "correct its argument");
            return None;
        }
    };
    let name = stack.text_argument(map, "Fn::FindInMap")?;
    let (first_key, second_key) = (stack.text_argument(first, "Fn::FindInMap")?, stack.text_argument(second, "Fn::FindInMap")?);
    match look_up(&stack.mappings, [&name, &first_key, &second_key]) {
        Ok(found) => stack.resolve(found),
        Err(_) if default.is_some() => stack.resolve(default?),
        Err(Missing { what, key, known }) => {
            let place = [map.at, first.at, second.at][what];
            let kind = ["mapping", "top-level key", "second-level key"][what];
            let hint = did_you_mean(&key, known.iter().map(String::as_str), "add it under `Mappings`, or give a `DefaultValue`");
            stack.cx.error(place, format!("`Fn::FindInMap` finds no {kind} `{key}` in `{name}`"), hint);
            None
        }
    }
}

struct Missing {
    what: usize,
    key: String,
    known: Vec<String>,
}

fn look_up<'m>(mappings: &'m Object, path: [&str; 3]) -> Result<&'m Node, Missing> {
    let mut object = mappings;
    for (what, key) in path.into_iter().enumerate() {
        let missing = |object: &Object| Missing { what, key: key.to_owned(), known: object.keys().map(str::to_owned).collect() };
        let node = object.get(key).ok_or_else(|| missing(object))?;
        if what == 2 {
            return Ok(node);
        }
        object = node.object().ok_or_else(|| missing(object))?;
    }
    unreachable!("invariant: the third key returns")
}
