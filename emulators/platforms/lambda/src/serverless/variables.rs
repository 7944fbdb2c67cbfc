//! `${source:address, fallback}`: <https://www.serverless.com/framework/docs/guides/variables>.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use crate::context::Context;
use crate::sources::Mark;
use crate::tree::{Entry, IntoNode, Node, Object, Value};
use crate::words::{did_you_mean, listed};

/// Where values may come from.
const SOURCES: &[&str] = &["self", "opt", "env", "file", "sls", "aws", "param", "strToBool"];
/// Sources that ask something outside of the project.
const OUTSIDE: &[&str] = &["cf", "s3", "ssm", "terraform", "vault", "doppler", "output", "state", "git"];

/// The variables of one file.
pub(super) struct Variables<'c> {
    cx: &'c Context,
    dir: PathBuf,
    root: Node,
    env: BTreeMap<String, String>,
    stage: String,
    /// What is being resolved, to see circles.
    open: RefCell<Vec<String>>,
    files: RefCell<HashMap<PathBuf, Option<Node>>>,
}

/// What an expression gives: a value, nothing, or nothing after an error was reported.
enum Found {
    Value(Node),
    Nothing,
    Failed,
}

impl<'c> Variables<'c> {
    pub(super) fn new(cx: &'c Context, dir: &Path, root: Node, env: BTreeMap<String, String>) -> Self {
        let stage = super::provider::stage(cx, &root);
        Self { cx, dir: dir.to_owned(), root, env, stage, open: RefCell::default(), files: RefCell::default() }
    }

    /// The whole file with every variable replaced.
    pub(super) fn whole(&self) -> Option<Node> {
        self.resolve(&self.root)
    }

    /// `node` with every variable in it replaced; none where one has no value, which is reported.
    pub(super) fn resolve(&self, node: &Node) -> Option<Node> {
        let value = match &node.value {
            Value::String(text) if text.contains("${") => return self.text(text, node.at),
            Value::Array(items) => Value::Array(items.iter().filter_map(|item| self.resolve(item)).collect()),
            Value::Object(object) => {
                let entries = object.entries.iter().filter_map(|entry| {
                    let key = if entry.key.contains("${") { self.text(&entry.key, entry.at)?.scalar()? } else { entry.key.clone() };
                    Some(Entry { key, at: entry.at, node: self.resolve(&entry.node)? })
                });
                Value::Object(Object { entries: entries.collect() })
            }
            other => other.clone(),
        };
        Some(Node { at: node.at, value })
    }

    /// A text with variables: the value of the one that it is, or text around several.
    fn text(&self, text: &str, at: Mark) -> Option<Node> {
        let mut result = String::new();
        let mut rest = text;
        while let Some((before, expression, after)) = next_variable(rest) {
            result.push_str(before);
            if !is_variable(expression) {
                // Of CloudFormation, such as `${AWS::Region}`; it may have variables inside.
                result.push_str("${");
                rest = &rest[before.len() + 2..];
                continue;
            }
            let value = self.expression(expression, at)?;
            if result.is_empty() && after.is_empty() && before.is_empty() && rest.len() == text.len() {
                return Some(Node { at, value: value.value });
            }
            match value.scalar() {
                Some(scalar) => result.push_str(&scalar),
                None => {
                    let message = format!("`${{{expression}}}` is {}, and stands inside of a text", value.describe());
                    self.cx.error(at, message, "let it be the whole value, or name a part of it");
                    return None;
                }
            }
            rest = after;
        }
        result.push_str(rest);
        Some(result.into_node(at))
    }

    /// The value of `source:address, fallback, …`; that there is none is reported.
    fn expression(&self, expression: &str, at: Mark) -> Option<Node> {
        match self.evaluate(expression, at) {
            Found::Value(node) => Some(node),
            Found::Failed => None,
            // The framework wants `--stage` then; here a stage that nobody asked for is as good as the default one.
            Found::Nothing if expression.trim() == "opt:stage" => Some(self.stage.as_str().into_node(at)),
            Found::Nothing => {
                self.cx.error(at, format!("the variable `${{{expression}}}` has no value"), hint(expression));
                None
            }
        }
    }

    fn evaluate(&self, expression: &str, at: Mark) -> Found {
        if self.open.borrow().iter().any(|open| open == expression) {
            let circle: Vec<String> = self.open.borrow().iter().map(|part| format!("${{{part}}}")).collect();
            let message = format!("the variable `${{{expression}}}` depends on itself");
            self.cx.error(at, message, format!("take one out of the circle of {}", listed(&circle)));
            return Found::Failed;
        }
        self.open.borrow_mut().push(expression.to_owned());
        let found = self.alternatives(expression, at);
        self.open.borrow_mut().pop();
        found
    }

    /// The first of several, with commas between them, that has a value.
    fn alternatives(&self, expression: &str, at: Mark) -> Found {
        for alternative in split_outside(expression) {
            let found = self.alternative(alternative.trim(), at);
            if !matches!(found, Found::Nothing) {
                return found;
            }
        }
        Found::Nothing
    }

    fn alternative(&self, alternative: &str, at: Mark) -> Found {
        if let Some((before, inner, after)) = next_variable(alternative) {
            if before.is_empty() && after.is_empty() && is_variable(inner) {
                return self.evaluate(inner, at);
            }
            // What stands inside comes first: `self:custom.${opt:stage}`.
            return match self.text(alternative, at).and_then(|node| node.scalar()) {
                Some(text) => self.plain(&text, at),
                None => Found::Failed,
            };
        }
        self.plain(alternative, at)
    }

    fn plain(&self, text: &str, at: Mark) -> Found {
        match literal(text) {
            Some(value) => Found::Value(value.into_node(at)),
            None => self.source(text, at),
        }
    }

    fn source(&self, expression: &str, at: Mark) -> Found {
        let (name, address) = expression.split_once(':').map_or((expression, ""), |(name, address)| (name.trim(), address.trim()));
        let (source, argument) = name.split_once('(').map_or((name, ""), |(source, rest)| (source, rest.trim_end_matches(')')));
        match source {
            "self" => self.walk(&self.root, address),
            "opt" => found(self.option(address), at),
            "env" => found(self.env.get(address).cloned(), at),
            "sls" => found(self.framework(address), at),
            "aws" => found(self.account(address), at),
            "param" => self.parameter(address),
            "file" => self.file(expression, at),
            "strToBool" => match argument {
                "true" | "1" => Found::Value(true.into_node(at)),
                "false" | "0" => Found::Value(false.into_node(at)),
                _ => Found::Nothing,
            },
            _ if OUTSIDE.contains(&source) => {
                let message = format!("`${{{expression}}}` asks something outside of the project, which is not done");
                self.cx.error(at, message, format!("add a fallback: `${{{expression}, 'value'}}`"));
                Found::Failed
            }
            _ => Found::Nothing,
        }
    }

    fn option(&self, name: &str) -> Option<String> {
        match name {
            "stage" => self.cx.options.environment.clone().or_else(|| self.cx.options.opts.get(name).cloned()),
            "region" => self.cx.options.region.clone().or_else(|| self.cx.options.opts.get(name).cloned()),
            _ => self.cx.options.opts.get(name).cloned(),
        }
    }

    fn framework(&self, address: &str) -> Option<String> {
        match address {
            "stage" => Some(self.stage.clone()),
            "instanceId" => {
                Some(crate::template::suffix(&format!("{} {}", self.dir.display(), self.cx.options.now_ms.unwrap_or_default())))
            }
            _ => None,
        }
    }

    fn account(&self, address: &str) -> Option<String> {
        match address {
            "accountId" => Some(self.cx.options.account().to_owned()),
            "region" => Some(super::provider::region(self.cx, &self.root)),
            "partition" => Some(self.cx.options.partition().to_owned()),
            _ => None,
        }
    }

    /// A parameter: of the command line, of the stage, or of every stage.
    fn parameter(&self, name: &str) -> Found {
        if let Some((_, value)) = self.cx.options.parameters.iter().rev().find(|(known, _)| known == name) {
            return Found::Value(value.as_str().into_node(self.root.at));
        }
        let places = [
            format!("stages.{}.params.{name}", self.stage),
            format!("params.{}.{name}", self.stage),
            format!("stages.default.params.{name}"),
            format!("params.default.{name}"),
        ];
        for place in places {
            let found = self.walk(&self.root, &place);
            if !matches!(found, Found::Nothing) {
                return found;
            }
        }
        Found::Nothing
    }

    /// `file(path):address`.
    fn file(&self, expression: &str, at: Mark) -> Found {
        let Some((path, rest)) = expression.strip_prefix("file(").and_then(|rest| rest.split_once(')')) else { return Found::Nothing };
        let path = crate::template::clean(&self.dir.join(path.trim()));
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
        if matches!(ending.as_str(), "js" | "cjs" | "mjs" | "ts") {
            self.cx.error(
                at,
                format!("`${{{expression}}}` is code, and no code is run to read a project"),
                "write the values as YAML or JSON",
            );
            return Found::Failed;
        }
        if !path.is_file() {
            self.cx.watch(&path);
            return Found::Nothing;
        }
        let address = rest.strip_prefix(':').unwrap_or_default();
        if !matches!(ending.as_str(), "yml" | "yaml" | "json") {
            let text = self.cx.read_text(&path).map(|(_, source)| source.text.trim_end().to_owned());
            return found(text, at);
        }
        if !self.files.borrow().contains_key(&path) {
            let read = self.cx.read(&path);
            self.files.borrow_mut().insert(path.clone(), read);
        }
        match self.files.borrow().get(&path).cloned().flatten() {
            Some(root) => self.walk(&root, address),
            None => Found::Failed,
        }
    }

    /// What stands at `address` (`custom.a.b`) below `root`, resolved on the way.
    fn walk(&self, root: &Node, address: &str) -> Found {
        let mut current = root.clone();
        for part in address.split('.').filter(|part| !part.is_empty()) {
            if current.text().is_some_and(|text| text.contains("${")) {
                match self.resolve(&current) {
                    Some(resolved) => current = resolved,
                    None => return Found::Failed,
                }
            }
            let next = match &current.value {
                Value::Object(object) => object.get(part).cloned(),
                Value::Array(items) => part.parse::<usize>().ok().and_then(|index| items.get(index).cloned()),
                _ => None,
            };
            match next {
                Some(next) => current = next,
                None => return self.implied(root, address),
            }
        }
        match self.resolve(&current) {
            Some(node) if node.is_null() => Found::Nothing,
            Some(node) => Found::Value(node),
            None => Found::Failed,
        }
    }

    /// What the framework knows though the file does not say it.
    fn implied(&self, root: &Node, address: &str) -> Found {
        if !std::ptr::eq(root, &raw const self.root) {
            return Found::Nothing;
        }
        match address {
            "provider.stage" => Found::Value(self.stage.as_str().into_node(root.at)),
            "provider.region" => Found::Value(super::provider::region(self.cx, &self.root).into_node(root.at)),
            _ => Found::Nothing,
        }
    }
}

/// What to do about a variable without a value.
fn hint(expression: &str) -> String {
    let (source, address) = expression.split_once(':').unwrap_or((expression, ""));
    let source = source.split('(').next().unwrap_or_default();
    if !SOURCES.contains(&source) {
        return did_you_mean(source, SOURCES.iter().copied(), "use one of the framework's sources, or add a fallback after a comma");
    }
    let first = split_outside(address).first().map(|part| part.trim().to_owned()).unwrap_or_default();
    match source {
        "env" => format!("set the variable `{first}`, or add a fallback: `${{env:{first}, 'value'}}`"),
        "opt" => format!("give `--{first}`, or add a fallback: `${{opt:{first}, 'value'}}`"),
        "param" => format!("give `--parameter {first}=…`, or declare it under `params`"),
        "file" => "create the file, or add a fallback after a comma".to_owned(),
        _ => "declare it, correct the address, or add a fallback after a comma".to_owned(),
    }
}

fn found(text: Option<String>, at: Mark) -> Found {
    text.map_or(Found::Nothing, |text| Found::Value(text.into_node(at)))
}

/// The text before the first `${…}`, what is inside, and what comes after; brackets inside belong to it.
fn next_variable(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find("${")?;
    let mut depth = 0_usize;
    let bytes = text.as_bytes();
    let mut at = start;
    while at < bytes.len() {
        if bytes[at..].starts_with(b"${") {
            depth += 1;
            at += 1;
        } else if bytes[at] == b'}' {
            depth -= 1;
            if depth == 0 {
                return Some((&text[..start], &text[start + 2..at], &text[at + 1..]));
            }
        }
        at += 1;
    }
    None
}

/// Whether this is the framework's: a source, a colon, and not two of them.
fn is_variable(expression: &str) -> bool {
    let Some((source, rest)) = expression.split_once(':') else { return expression.trim_start().starts_with("strToBool(") };
    let name = source.trim().split('(').next().unwrap_or_default();
    let plain = !name.is_empty() && name.chars().all(|character| character.is_ascii_alphanumeric() || "-_".contains(character));
    plain && !rest.starts_with(':')
}

/// The parts between commas that stand in no brackets and no quotes.
fn split_outside(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut quote) = (Vec::new(), 0, 0_i32, None);
    for (at, character) in text.char_indices() {
        match (character, quote) {
            (character, Some(open)) if character == open => quote = None,
            ('\'' | '"', None) => quote = Some(character),
            ('(' | '{', None) => depth += 1,
            (')' | '}', None) => depth -= 1,
            (',', None) if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// A value that is written out.
fn literal(text: &str) -> Option<Value> {
    for quote in ['\'', '"'] {
        if let Some(inner) = text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) {
            return Some(Value::String(inner.to_owned()));
        }
    }
    match text {
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        "null" => Some(Value::Null),
        "" => Some(Value::String(String::new())),
        _ => text
            .parse::<i64>()
            .ok()
            .map(|number| Value::Number(number.into()))
            .or_else(|| (!text.contains(':') && !text.contains('(')).then(|| Value::String(text.to_owned()))),
    }
}
