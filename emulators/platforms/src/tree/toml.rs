//! TOML.

use toml_edit::{Document, Item, TableLike};

use greenroom_host::Diagnostic;

use super::{Entry, Node, Object, Parsed, Value};
use crate::source::Source;

pub(super) fn parse(source: &Source) -> Result<Parsed, Diagnostic> {
    let document = Document::parse(source.text.as_str()).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        // Of several lines, the first says what is wrong and the others what would be right.
        let reason = error.message().trim().replace('\n', ", ");
        source.error(at, format!("not TOML: {reason}")).hint("correct the file at the place shown")
    })?;
    let root = Node { at: 0, value: Value::Object(object(document.as_table(), 0)) };
    Ok(Parsed { root, warnings: Vec::new() })
}

/// A table that no header names (`[a.b]` makes an `a`) has no place of its own: it takes `outer`, that of the key it stands under.
fn object(table: &dyn TableLike, outer: usize) -> Object {
    let entries = table.iter().map(|(name, item)| {
        let at = table.key(name).and_then(toml_edit::Key::span).map_or(outer, |span| span.start);
        Entry { key: name.to_owned(), at, node: node(item, at) }
    });
    Object { entries: entries.collect() }
}

fn node(item: &Item, outer: usize) -> Node {
    let at = item.span().map_or(outer, |span| span.start);
    let value = match item {
        Item::None => Value::Null,
        Item::Value(value) => return scalar_or_inline(value, at),
        Item::Table(table) => Value::Object(object(table, at)),
        Item::ArrayOfTables(tables) => {
            let items = tables.iter().map(|table| {
                let at = table.span().map_or(at, |span| span.start);
                Node { at, value: Value::Object(object(table, at)) }
            });
            Value::Array(items.collect())
        }
    };
    Node { at, value }
}

fn scalar_or_inline(value: &toml_edit::Value, outer: usize) -> Node {
    use toml_edit::Value as Toml;
    let at = value.span().map_or(outer, |span| span.start);
    let value = match value {
        Toml::String(text) => Value::String(text.value().clone()),
        Toml::Integer(number) => Value::Number((*number.value()).into()),
        Toml::Float(number) => {
            serde_json::Number::from_f64(*number.value()).map_or_else(|| Value::Foreign(number.value().to_string()), Value::Number)
        }
        Toml::Boolean(flag) => Value::Bool(*flag.value()),
        Toml::Datetime(date) => Value::Foreign(date.value().to_string()),
        Toml::Array(items) => Value::Array(items.iter().map(|item| scalar_or_inline(item, at)).collect()),
        Toml::InlineTable(table) => Value::Object(object(table, at)),
    };
    Node { at, value }
}

#[cfg(test)]
mod tests {
    use super::*;
    use greenroom_host::Position;

    fn source(text: &str) -> Source {
        Source { path: "wrangler.toml".into(), text: text.to_owned() }
    }

    #[test]
    fn gives_the_same_tree_as_json() {
        let text = "name = \"a\"\nflags = [\"x\", 'y']\n[limits]\ncpu_ms = 50\nratio = 0.5\n[[kv]]\nbinding = \"A\"\n[[kv]]\nbinding = \"B\"\n\
                    [env.dev.vars]\non = true\ninline = { a.b = 1 }\n";
        let root = parse(&source(text)).unwrap().root;
        let expected = serde_json::json!({
            "name": "a", "flags": ["x", "y"], "limits": { "cpu_ms": 50, "ratio": 0.5 }, "kv": [{ "binding": "A" }, { "binding": "B" }],
            "env": { "dev": { "vars": { "on": true, "inline": { "a": { "b": 1 } } } } }
        });
        assert_eq!(root.to_json(), expected);
    }

    #[test]
    fn every_value_knows_its_place() {
        let text = "name = \"é\"\n[[kv]]\nbinding = \"A\"\n[env.dev.vars]\nx = { y = [1, 2] }\n";
        let source = source(text);
        let root = parse(&source).unwrap().root;
        let place = |at| source.position(at);
        let kv = &root.object().unwrap().get("kv").unwrap().items().unwrap()[0];
        assert_eq!(place(kv.at), Position { line: 2, column: 1 });
        assert_eq!(place(kv.object().unwrap().get("binding").unwrap().at), Position { line: 3, column: 11 });
        let env = root.object().unwrap().entry("env").unwrap();
        assert_eq!(place(env.at), Position { line: 4, column: 2 });
        let vars = env.node.object().unwrap().get("dev").unwrap().object().unwrap().get("vars").unwrap();
        let y = vars.object().unwrap().get("x").unwrap().object().unwrap().entry("y").unwrap();
        assert_eq!(place(y.at), Position { line: 5, column: 7 });
        assert_eq!(place(y.node.items().unwrap()[1].at), Position { line: 5, column: 15 });
    }

    #[test]
    fn what_json_cannot_hold_is_kept_apart() {
        let root = parse(&source("a = [{ b = 2025-12-19 }]\nc = inf\n")).unwrap().root;
        let (path, node) = root.foreign().unwrap();
        assert_eq!((path.as_str(), node.describe().as_str()), (".a[0].b", "`2025-12-19`"));
        assert_eq!(root.object().unwrap().get("c").unwrap().value, Value::Foreign("inf".into()));
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        let error = parse(&source("name = \"a\"\nname = \"b\"\n")).err().unwrap();
        assert_eq!((error.message.as_str(), error.position), ("not TOML: duplicate key", Some(Position { line: 2, column: 1 })));
        let error = parse(&source("{ \"name\": \"a\" }")).err().unwrap();
        assert!(error.message.starts_with("not TOML: "), "{}", error.message);
        assert!(parse(&source(&format!("a = {}", "[".repeat(100_000)))).is_err());
    }

    #[test]
    fn an_empty_file_is_an_empty_object() {
        assert_eq!(parse(&source("")).unwrap().root.to_json(), serde_json::json!({}));
    }
}
