//! Plain JSON.

use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::{DEEPEST, Entry, IntoNode, Located, Node, Object, Value};
use crate::sources::{Mark, Source};

const OPTIONS: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
};

pub(super) fn parse(source: &Source, start: Mark) -> Result<Node, Box<Located>> {
    let mark = |at: usize| Mark { file: start.file, at: u32::try_from(at).unwrap_or(u32::MAX) };
    if let Some(at) = too_deep(&source.text) {
        return Err(Located::error(mark(at), format!("not JSON: values nest more than {DEEPEST} deep"), "nest the values less deeply"));
    }
    let parsed = parse_to_ast(&source.text, &CollectOptions::default(), &OPTIONS).map_err(|error| {
        let message = format!("not JSON: {}", error.kind().to_string().to_lowercase());
        Located::error(mark(error.range().start), message, "correct the file at the place shown")
    })?;
    match parsed.value {
        Some(value) => Ok(node(&value, start.file)),
        None => Err(Located::error(start, "the file is empty", "write a template, or name another file")),
    }
}

fn node(value: &ast::Value<'_>, file: u32) -> Node {
    let mark = |at: usize| Mark { file, at: u32::try_from(at).unwrap_or(u32::MAX) };
    let read = match value {
        ast::Value::NullKeyword(_) => Value::Null,
        ast::Value::BooleanLit(literal) => Value::Bool(literal.value),
        ast::Value::NumberLit(literal) => literal.value.parse().map_or_else(|_| Value::String(literal.value.to_owned()), Value::Number),
        ast::Value::StringLit(literal) => Value::String(literal.value.clone().into_owned()),
        ast::Value::Array(array) => Value::Array(array.elements.iter().map(|element| node(element, file)).collect()),
        ast::Value::Object(object) => {
            let mut entries: Vec<Entry> = Vec::with_capacity(object.properties.len());
            for property in &object.properties {
                let key = property.name.as_str().to_owned();
                entries.retain(|entry| entry.key != key);
                entries.push(Entry { key, at: mark(property.range.start), node: node(&property.value, file) });
            }
            Value::Object(Object { entries })
        }
    };
    read.into_node(mark(value.range().start))
}

/// Where nesting passes [`DEEPEST`], if it does. The parser recurses.
fn too_deep(text: &str) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => {
                depth += 1;
                if depth > DEEPEST {
                    return Some(at);
                }
            }
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}
