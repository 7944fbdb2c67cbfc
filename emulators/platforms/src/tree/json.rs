//! JSON with comments and trailing commas, as the vendors' tools take it.

use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use greenroom_host::Diagnostic;

use super::{Entry, Node, Object, Parsed, Value};
use crate::source::Source;

/// How deep arrays and objects may nest. The parser recurses, and no configuration comes near it.
const DEEPEST: usize = 128;

const OPTIONS: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_loose_object_property_names: false,
    allow_trailing_commas: true,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
};

pub(super) fn parse(source: &Source) -> Result<Parsed, Diagnostic> {
    if let Some(at) = too_deep(&source.text) {
        return Err(source
            .error(at, format!("not JSON: arrays and objects nest more than {DEEPEST} deep"))
            .hint("nest the values less deeply"));
    }
    let parsed = parse_to_ast(&source.text, &CollectOptions::default(), &OPTIONS).map_err(|error| {
        let reason = lower_first(&error.kind().to_string());
        source.error(error.range().start, format!("not JSON: {reason}")).hint("correct the file at the place shown")
    })?;
    let Some(value) = parsed.value else {
        return Err(source.error(0, "the file is empty").hint("start with `{ \"name\": \"my-app\", \"main\": \"src/index.ts\" }`"));
    };
    let mut reader = Reader { source, warnings: Vec::new() };
    let root = reader.node(&value)?;
    Ok(Parsed { root, warnings: reader.warnings })
}

struct Reader<'a> {
    source: &'a Source,
    warnings: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn node(&mut self, value: &ast::Value<'_>) -> Result<Node, Diagnostic> {
        let at = value.range().start;
        let value = match value {
            ast::Value::NullKeyword(_) => Value::Null,
            ast::Value::BooleanLit(literal) => Value::Bool(literal.value),
            ast::Value::NumberLit(literal) => Value::Number(self.number(literal)?),
            ast::Value::StringLit(literal) => Value::String(literal.value.clone().into_owned()),
            ast::Value::Array(array) => Value::Array(self.array(array)?),
            ast::Value::Object(object) => Value::Object(self.object(object)?),
        };
        Ok(Node { at, value })
    }

    fn number(&self, literal: &ast::NumberLit<'_>) -> Result<serde_json::Number, Diagnostic> {
        // Parsed as what JavaScript has; the number type alone takes any exponent where another part of the program asks it to.
        let finite = literal.value.parse::<f64>().is_ok_and(f64::is_finite);
        literal.value.parse().ok().filter(|_| finite).ok_or_else(|| {
            let message = format!("not JSON: `{}` is no number, or too large for one", literal.value);
            self.source.error(literal.range.start, message).hint("write a smaller number, or a string")
        })
    }

    fn array(&mut self, array: &ast::Array<'_>) -> Result<Vec<Node>, Diagnostic> {
        // The parser takes `[1 2]`, whatever its options say.
        for pair in array.elements.windows(2) {
            let gap = pair[0].range().end..pair[1].range().start;
            if !has_comma(&self.source.text[gap]) {
                return Err(self.source.error(pair[1].range().start, "not JSON: expected comma").hint("put a comma before this value"));
            }
        }
        array.elements.iter().map(|element| self.node(element)).collect()
    }

    fn object(&mut self, object: &ast::Object<'_>) -> Result<Object, Diagnostic> {
        let mut entries: Vec<Entry> = Vec::with_capacity(object.properties.len());
        for property in &object.properties {
            let entry = Entry { key: property.name.as_str().to_owned(), at: property.range.start, node: self.node(&property.value)? };
            if let Some(earlier) = entries.iter().position(|other| other.key == entry.key) {
                let first = self.source.position(entries[earlier].at);
                let message =
                    format!("`{}` stands here for the second time, first on line {}; the first is ignored", entry.key, first.line);
                self.warnings.push(self.source.warning(entry.at, message).hint("remove one of the two"));
                entries.remove(earlier);
            }
            entries.push(entry);
        }
        Ok(Object { entries })
    }
}

/// Whether the text between two values, which is blanks, comments and commas only, has a comma outside its comments.
fn has_comma(gap: &str) -> bool {
    let mut rest = gap;
    while let Some(character) = rest.chars().next() {
        rest = if character == ',' {
            return true;
        } else if rest.starts_with("//") {
            rest.split_once('\n').map_or("", |(_, after)| after)
        } else if let Some(comment) = rest.strip_prefix("/*") {
            comment.split_once("*/").map_or("", |(_, after)| after)
        } else {
            &rest[character.len_utf8()..]
        };
    }
    false
}

/// Where nesting passes [`DEEPEST`], if it does.
fn too_deep(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut depth, mut at) = (0_usize, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => at = end_of_string(bytes, at),
            b'/' if bytes.get(at + 1) == Some(&b'/') => at += text[at..].find('\n').unwrap_or(text.len() - at),
            b'/' if bytes.get(at + 1) == Some(&b'*') => at += text[at..].find("*/").unwrap_or(text.len() - at),
            b'[' | b'{' => {
                depth += 1;
                if depth > DEEPEST {
                    return Some(at);
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    None
}

/// The offset of the quote that ends the string starting at `at`, or the end of the text.
fn end_of_string(bytes: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use greenroom_host::Position;

    fn source(text: &str) -> Source {
        Source { path: "wrangler.jsonc".into(), text: text.to_owned() }
    }

    fn error(text: &str) -> (String, Position) {
        let error = parse(&source(text)).err().expect("should not parse");
        assert!(!error.hints.is_empty() && error.frame.is_some());
        (error.message, error.position.unwrap())
    }

    #[test]
    fn takes_comments_and_trailing_commas() {
        let text = "// a\n{\n  /* b */ \"list\": [1, 2.5, /* , */ true,], \"text\": \"a\\u00e9\\n\",\n}\n";
        let root = parse(&source(text)).unwrap().root;
        assert_eq!(root.to_json(), serde_json::json!({ "list": [1, 2.5, true], "text": "aé\n" }));
        let list = root.object().unwrap().entry("list").unwrap();
        assert_eq!((list.at, list.node.at), (text.find("\"list").unwrap(), text.find('[').unwrap()));
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        assert_eq!(error("{ \"a\": 1\n  \"b\": 2 }"), ("not JSON: expected comma".into(), Position { line: 1, column: 9 }));
        assert_eq!(error("{ \"a\": [1 // ,\n2] }"), ("not JSON: expected comma".into(), Position { line: 2, column: 1 }));
        assert_eq!(error("{ a: 1 }").0, "not JSON: expected string for object property");
        assert_eq!(error("{ \"a\": }").1, Position { line: 1, column: 8 });
        assert_eq!(error("{ \"a\": 'x' }").0, "not JSON: single-quoted strings are not allowed");
        assert_eq!(error("{ \"a\": 1e999 }").0, "not JSON: `1e999` is no number, or too large for one");
        assert_eq!(error("{ \"a\": 1 } x").1, Position { line: 1, column: 12 });
        assert_eq!(error("name = \"x\"").1, Position { line: 1, column: 1 });
        assert_eq!(error("{ \"a\": \"x").1.line, 1);
    }

    #[test]
    fn an_empty_file_is_said_to_be_empty() {
        assert_eq!(error("").0, "the file is empty");
        assert_eq!(error("  // nothing\n").0, "the file is empty");
    }

    #[test]
    fn endless_nesting_does_not_overflow_the_stack() {
        let (message, position) = error(&"[".repeat(100_000));
        assert_eq!((message.as_str(), position.column), ("not JSON: arrays and objects nest more than 128 deep", 129));
        assert!(parse(&source(&format!("{}{}", "[".repeat(128), "]".repeat(128)))).is_ok());
        assert!(parse(&source(&format!("[\"{}\\\"\"] // {}", "[".repeat(200), "[".repeat(200)))).is_ok());
    }

    #[test]
    fn a_key_given_twice_counts_once() {
        let parsed = parse(&source("{\n  \"a\": 1,\n  \"a\": 2\n}")).unwrap();
        assert_eq!(parsed.root.to_json(), serde_json::json!({ "a": 2 }));
        let warning = &parsed.warnings[0];
        assert_eq!(warning.message, "`a` stands here for the second time, first on line 2; the first is ignored");
        assert_eq!(warning.position, Some(Position { line: 3, column: 3 }));
    }
}
