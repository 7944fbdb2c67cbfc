//! `Globals`: what every function or API has unless it says otherwise.

use super::{PREFIX, Sam};
use crate::tree::{Node, Object, Value};
use crate::words::did_you_mean;

const SECTIONS: &[&str] =
    &["Function", "Api", "HttpApi", "SimpleTable", "StateMachine", "LayerVersion", "CapacityProvider", "WebSocketApi"];

/// Puts the globals into the resources.
pub(super) fn merge(sam: &mut Sam<'_, '_>, globals: Option<&Node>) {
    let Some(globals) = globals else {
        strip(sam);
        return;
    };
    let Some(sections) = globals.object() else {
        sam.cx.error(globals.at, format!("`Globals` must be an object, not {}", globals.describe()), "write `Function:` below it");
        return;
    };
    for section in &sections.entries {
        if !SECTIONS.contains(&section.key.as_str()) {
            let hint = did_you_mean(&section.key, SECTIONS.iter().copied(), "remove it");
            sam.cx.error(section.at, format!("`{}` is no section of `Globals`", section.key), hint);
            continue;
        }
        if let Some(defaults) = section.node.object() {
            merge_section(sam, &section.key, defaults);
        }
    }
    strip(sam);
}

fn merge_section(sam: &mut Sam<'_, '_>, section: &str, defaults: &Object) {
    let kind = format!("{PREFIX}{section}");
    for entry in &mut sam.resources.entries {
        let at = entry.at;
        let Some(body) = entry.node.object_mut().filter(|body| body.text("Type") == Some(&kind)) else { continue };
        let ignored: Vec<String> = body.get("IgnoreGlobals").map_or(&[][..], Node::one_or_more).iter().filter_map(Node::scalar).collect();
        if ignored.iter().any(|name| name == "*") {
            continue;
        }
        let defaults = Object { entries: defaults.entries.iter().filter(|entry| !ignored.contains(&entry.key)).cloned().collect() };
        let own = body.object_at("Properties", at);
        *own = merge_objects(&defaults, own);
    }
}

/// Puts the globals into the one resource `id`, which was made after the others had theirs.
pub(super) fn merge_one(sam: &mut Sam<'_, '_>, id: &str) {
    let others: Vec<_> = std::mem::take(&mut sam.resources.entries);
    let (own, others): (Vec<_>, Vec<_>) = others.into_iter().partition(|entry| entry.key == id);
    sam.resources.entries = own;
    if let Some(globals) = sam.globals.clone().and_then(|globals| globals.object().cloned()) {
        for section in &globals.entries {
            if let Some(defaults) = section.node.object() {
                merge_section(sam, &section.key, defaults);
            }
        }
    }
    let own = std::mem::replace(&mut sam.resources.entries, others);
    sam.resources.entries.extend(own);
}

/// `IgnoreGlobals` has done its work.
fn strip(sam: &mut Sam<'_, '_>) {
    for body in sam.resources.entries.iter_mut().filter_map(|entry| entry.node.object_mut()) {
        if body.text("Type").is_some_and(|kind| kind.starts_with(PREFIX)) {
            body.remove("IgnoreGlobals");
        }
    }
}

fn merge_nodes(global: &Node, own: &Node) -> Node {
    let value = match (&global.value, &own.value) {
        (Value::Object(global_object), Value::Object(own_object)) if global.intrinsic().is_none() && own.intrinsic().is_none() => {
            Value::Object(merge_objects(global_object, own_object))
        }
        (Value::Array(global), Value::Array(own)) => Value::Array(global.iter().chain(own).cloned().collect()),
        _ => own.value.clone(),
    };
    Node { at: own.at, value }
}

fn merge_objects(global: &Object, own: &Object) -> Object {
    let mut merged = global.clone();
    for entry in &own.entries {
        let node = merged.get(&entry.key).map_or_else(|| entry.node.clone(), |global| merge_nodes(global, &entry.node));
        match merged.entries.iter_mut().find(|other| other.key == entry.key) {
            Some(other) => (other.node, other.at) = (node, entry.at),
            None => merged.entries.push(crate::tree::Entry { key: entry.key.clone(), at: entry.at, node }),
        }
    }
    merged
}
