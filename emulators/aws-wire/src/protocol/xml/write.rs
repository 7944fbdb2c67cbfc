//! Values as XML.

use greenroom_host::Timestamp;
use serde_json::Value;

use crate::model::{Kind, Member, Model, Place, Structure};

/// A document with `value` as the structure `name`; `usual`: the outermost element's name, where the structure has none for it.
pub(in crate::protocol) fn root(model: &Model, name: &str, usual: &str, value: &Value) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let Some(shape) = model.structure(name) else { return out };
    let namespace = if model.namespace.is_empty() { String::new() } else { format!(" xmlns=\"{}\"", escaped(&model.namespace)) };
    let attributes = format!("{namespace}{}", attributes(shape, value));
    around(shape.xml.as_deref().unwrap_or(usual), &attributes, &mut out, |out| structure(model, shape, value, out));
    out
}

/// The elements of the members of `structure` that stand in the body, without one around them.
pub(in crate::protocol) fn structure(model: &Model, structure: &Structure, value: &Value, out: &mut String) {
    for member in structure.members.iter().filter(|member| member.place == Place::Body && !member.attribute) {
        if let Some(value) = value.get(&member.name).filter(|value| !value.is_null()) {
            written(model, member, value, out);
        }
    }
}

fn written(model: &Model, member: &Member, value: &Value, out: &mut String) {
    let shape = model.shape(&member.shape).map(|shape| &shape.kind);
    match (shape, value) {
        (Some(Kind::List(list)), Value::Array(items)) => {
            let flat = list.flat || member.flat;
            let one = list.name.as_deref().unwrap_or(if flat { &member.form } else { "member" });
            let each = |out: &mut String| items.iter().for_each(|item| element(model, &list.item, one, item, out));
            if flat { each(out) } else { around(&member.form, "", out, each) }
        }
        (Some(Kind::Map(map)), Value::Object(entries)) => {
            let flat = map.flat || member.flat;
            let one = if flat { &member.form } else { "entry" };
            let entry = |key: &str, value: &Value, out: &mut String| {
                around(one, "", out, |out| {
                    around(&map.names.0, "", out, |out| out.push_str(&escaped(key)));
                    element(model, &map.value, &map.names.1, value, out);
                });
            };
            let each = |out: &mut String| entries.iter().for_each(|(key, value)| entry(key, value, out));
            if flat { each(out) } else { around(&member.form, "", out, each) }
        }
        _ => element(model, &member.shape, &member.form, value, out),
    }
}

/// One element with what `value` is as the shape `name`.
fn element(model: &Model, name: &str, called: &str, value: &Value, out: &mut String) {
    match (model.shape(name).map(|shape| &shape.kind), value) {
        (Some(Kind::Structure(inner)), _) => {
            around(called, &attributes(inner, value), out, |out| structure(model, inner, value, out));
        }
        (Some(Kind::List(list)), Value::Array(items)) => around(called, "", out, |out| {
            let one = list.name.as_deref().unwrap_or("member");
            for item in items {
                element(model, &list.item, one, item, out);
            }
        }),
        (Some(Kind::Timestamp), Value::Number(seconds)) => {
            around(called, "", out, |out| out.push_str(&iso_8601(seconds.as_f64().unwrap_or_default())));
        }
        (_, Value::String(text)) => around(called, "", out, |out| out.push_str(&escaped(text))),
        (_, other) => around(called, "", out, |out| out.push_str(&escaped(&other.to_string()))),
    }
}

fn attributes(structure: &Structure, value: &Value) -> String {
    let given = structure.members.iter().filter(|member| member.attribute);
    let pairs = given.filter_map(|member| Some((&member.form, value.get(&member.name)?.as_str()?)));
    pairs.map(|(name, value)| format!(" {name}=\"{}\"", escaped(value))).collect()
}

fn around(name: &str, attributes: &str, out: &mut String, inner: impl FnOnce(&mut String)) {
    out.extend(["<", name, attributes, ">"]);
    inner(out);
    out.extend(["</", name, ">"]);
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "instants since 1970, in milliseconds")]
fn iso_8601(seconds: f64) -> String {
    Timestamp((seconds * 1000.0).round() as u64).iso_8601()
}

/// Text as it may stand in an element or an attribute. A carriage return is written as a reference, as AWS does: readers would make a
/// line feed of it.
pub(in crate::protocol) fn escaped(text: &str) -> std::borrow::Cow<'_, str> {
    let special = |letter: char| matches!(letter, '&' | '<' | '>' | '"' | '\r');
    if !text.contains(special) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#xD;"),
            other => out.push(other),
        }
    }
    out.into()
}
