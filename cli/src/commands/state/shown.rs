//! What was done, for people.

use std::fmt::Write;

use serde_json::Value;

use super::Verb;

/// Lines of text for the answer of `verb`.
pub(super) fn text(verb: &Verb, value: &Value) -> String {
    match verb {
        Verb::Snapshot { .. } => format!("kept {}", snapshot(value)),
        Verb::Restore { .. } => restored(value),
        Verb::Reset { .. } => format!("emptied the state of {}", names(&value["apps"])),
        Verb::List => list(value),
        Verb::Delete { name } => format!("deleted `{name}`"),
        Verb::Diff { .. } => differences(value),
        Verb::Export { file, .. } => format!("wrote {} to {}", snapshot(value), file.display()),
        Verb::Import { .. } => {
            format!("kept {}; `greenroom state restore {}` puts it in place", snapshot(value), quoted(word(value, "name")))
        }
    }
}

fn quoted(name: &str) -> String {
    if name.contains(' ') { format!("\"{name}\"") } else { name.to_owned() }
}

/// `` `first`: 2 databases, 20.5 KB ``
fn snapshot(value: &Value) -> String {
    let resources: Vec<&Value> = array(&value["apps"]).iter().flat_map(|app| array(&app["resources"])).collect();
    let bytes = resources.iter().filter_map(|resource| resource["bytes"].as_u64()).sum();
    let databases = if resources.len() == 1 { "database" } else { "databases" };
    format!("`{}`: {} {databases}, {}", word(value, "name"), resources.len(), size(bytes))
}

fn restored(value: &Value) -> String {
    let mut text = format!("restored {}", snapshot(&value["snapshot"]));
    if let (true, Some(at)) = (value["snapshot"]["frozen"] == true, value["snapshot"]["at"].as_str()) {
        let _ = write!(text, ", of {at}");
    }
    if !array(&value["untouched"]).is_empty() {
        let _ = write!(text, "\nnot in it, and as before: {}", names(&value["untouched"]));
    }
    text
}

fn list(value: &Value) -> String {
    let snapshots = array(&value["snapshots"]);
    if snapshots.is_empty() {
        return "there are no snapshots; `greenroom state snapshot NAME` makes one".to_owned();
    }
    let line = |one: &Value| match one["problem"].as_str() {
        Some(problem) => format!("`{}`: {problem}", word(one, "name")),
        None => format!("{}  {}{}", word(one, "at"), snapshot(one), if one["frozen"] == true { ", frozen" } else { "" }),
    };
    snapshots.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn differences(value: &Value) -> String {
    let mut text = String::new();
    for one in array(&value["differences"]) {
        let _ = writeln!(text, "{}: {} {} {}", word(one, "app"), word(one, "service"), word(one, "resource"), word(one, "change"));
        for part in array(&one["parts"]) {
            let _ = writeln!(text, "  {}: {}", word(part, "name"), rows(part));
            for (sign, kind) in [("+", "added"), ("-", "removed"), ("~", "changed")] {
                for key in array(&part[kind]) {
                    let _ = writeln!(text, "    {sign} {}", key.as_str().unwrap_or_default());
                }
            }
            if let Some(more @ 1..) = part["more"].as_u64() {
                let _ = writeln!(text, "    … and {more} more");
            }
        }
        for object in array(&one["objects"]) {
            let _ = writeln!(text, "  {}", object.as_str().unwrap_or_default());
        }
    }
    if text.is_empty() { "nothing differs".to_owned() } else { text.trim_end().to_owned() }
}

fn rows(part: &Value) -> String {
    match (part["before"].as_u64(), part["after"].as_u64()) {
        (Some(before), Some(after)) if part["redefined"] == true => format!("{before} → {after}, of another definition"),
        (Some(before), Some(after)) => format!("{before} → {after}"),
        (None, Some(after)) => format!("added, {after}"),
        (Some(before), None) => format!("removed, {before}"),
        (None, None) => String::new(),
    }
}

/// Bytes in the unit that shows them best.
#[expect(clippy::cast_precision_loss, reason = "one digit is shown")]
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} KB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

fn names(value: &Value) -> String {
    array(value).iter().filter_map(Value::as_str).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn word<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn differences_are_lines() {
        let value = json!({ "differences": [{
            "app": "shop", "service": "kv", "resource": "k", "change": "changed", "objects": ["+ index by_name"],
            "parts": [
                { "name": "keys", "before": 2, "after": 3, "redefined": false, "added": ["a", "b"], "removed": ["c"], "changed": [], "more": 4 },
                { "name": "t", "before": null, "after": 1, "redefined": false, "added": [], "removed": [], "changed": [], "more": 0 },
            ],
        }] });
        let expected = "shop: kv k changed\n  keys: 2 → 3\n    + a\n    + b\n    - c\n    … and 4 more\n  t: added, 1\n  + index by_name";
        assert_eq!(differences(&value), expected);
        assert_eq!(differences(&json!({ "differences": [] })), "nothing differs");
    }

    #[test]
    fn sizes() {
        assert_eq!([999, 1_000, 20_480, 10_500_000].map(size), ["999 B", "1.0 KB", "20.5 KB", "10.5 MB"]);
    }
}
