//! Values of parameters: given, or the default, held against what the template asks of them.

use std::collections::BTreeMap;

use crate::context::Context;
use crate::sources::Mark;
use crate::tree::{Entry, IntoNode, Node, Object};
use crate::words::{did_you_mean, listed};

/// The values of all parameters that `declared` has. Those that the vendor would refuse are reported.
pub(super) fn read(cx: &Context, declared: &Object, values: &BTreeMap<String, Node>) -> BTreeMap<String, Node> {
    for (name, given) in values.iter().filter(|(name, _)| !declared.has(name)) {
        let hint = did_you_mean(name, declared.keys(), "take the value out, or declare the parameter");
        cx.warn(given.at, format!("the template has no parameter `{name}`; its value is ignored"), hint);
    }
    declared.entries.iter().filter_map(|entry| Some((entry.key.clone(), value(cx, entry, values.get(&entry.key))?))).collect()
}

fn value(cx: &Context, entry: &Entry, given: Option<&Node>) -> Option<Node> {
    let name = entry.key.as_str();
    let Some(declared) = entry.node.object() else {
        cx.error(entry.at, format!("parameter `{name}` must be an object"), "give it a `Type`");
        return None;
    };
    let Some(kind) = declared.text("Type") else {
        cx.error(entry.at, format!("parameter `{name}` has no `Type`"), "add `Type: String`");
        return None;
    };
    let Some(node) = given.or_else(|| declared.get("Default")) else {
        let hint = format!("give it with `--parameter {name}=…` or in samconfig.toml's `parameter_overrides`, or add a `Default`");
        cx.error(entry.at, format!("parameter `{name}` has no value"), hint);
        return None;
    };
    let text = match node.items() {
        Some(items) => items.iter().filter_map(Node::scalar).collect::<Vec<_>>().join(","),
        None => node.scalar().unwrap_or_default(),
    };
    if kind.starts_with("AWS::SSM::Parameter::Value") && given.is_none() {
        let hint = format!("give the value itself with `--parameter {name}=…`");
        let message =
            format!("parameter `{name}` stands for a value in the SSM parameter store, which is not emulated; its name `{text}` is used");
        cx.not_emulated(entry.at, message, hint);
    }
    Checked { cx, name, declared, at: node.at }.check(kind, &text);
    let is_list = kind.starts_with("List<") || kind == "CommaDelimitedList" || kind.contains("<List<");
    Some(if is_list { split(&text).into_node(node.at) } else { text.into_node(node.at) })
}

/// The items of a comma delimited list, without the blanks around them.
fn split(text: &str) -> Vec<String> {
    if text.is_empty() { Vec::new() } else { text.split(',').map(|item| item.trim().to_owned()).collect() }
}

struct Checked<'a> {
    cx: &'a Context,
    name: &'a str,
    declared: &'a Object,
    at: Mark,
}

impl Checked<'_> {
    fn check(&self, kind: &str, text: &str) {
        let items = if kind.contains("List") { split(text) } else { vec![text.to_owned()] };
        for item in &items {
            if matches!(kind, "Number" | "List<Number>") && item.trim().parse::<f64>().is_err() {
                self.refuse(&format!("must be a number, not `{item}`"));
            }
            self.allowed(item);
            self.range(item, kind);
        }
    }

    fn allowed(&self, text: &str) {
        let Some(allowed) = self.declared.get("AllowedValues").and_then(Node::items) else { return };
        let allowed: Vec<String> = allowed.iter().filter_map(Node::scalar).collect();
        if !allowed.iter().any(|value| value == text) {
            self.refuse(&format!("must be one of {}, not `{text}`", listed(&allowed)));
        }
    }

    fn range(&self, text: &str, kind: &str) {
        let bound = |key: &str| self.declared.get(key).and_then(Node::scalar).and_then(|text| text.parse::<f64>().ok());
        if kind == "Number" {
            let Ok(number) = text.trim().parse::<f64>() else { return };
            if bound("MinValue").is_some_and(|least| number < least) || bound("MaxValue").is_some_and(|most| number > most) {
                self.refuse(&format!("is out of its range: `{text}`"));
            }
        } else {
            #[expect(clippy::cast_precision_loss, reason = "no text is as long as that")]
            let length = text.chars().count() as f64;
            if bound("MinLength").is_some_and(|least| length < least) || bound("MaxLength").is_some_and(|most| length > most) {
                self.refuse(&format!("is shorter or longer than it may be: `{text}`"));
            }
        }
        self.pattern(text);
    }

    fn pattern(&self, text: &str) {
        let Some(pattern) = self.declared.text("AllowedPattern") else { return };
        // The vendor's patterns are Java's. One that cannot be read here is not held against the value.
        let Ok(regex) = regex::Regex::new(&format!("^(?:{pattern})$")) else { return };
        if !regex.is_match(text) {
            self.refuse(&format!("must match `{pattern}`, not `{text}`"));
        }
    }

    fn refuse(&self, what: &str) {
        let hint = self.declared.text("ConstraintDescription").unwrap_or("give another value, with `--parameter` or in samconfig.toml");
        self.cx.error(self.at, format!("parameter `{}` {what}", self.name), hint);
    }
}
