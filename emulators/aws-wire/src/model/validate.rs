//! Checking what came against the shapes, with the words in which AWS's services say what is wrong: all of it, in one sentence.

use serde_json::Value;

use super::{Bound, Kind, Model, Shape, Structure, Text};

/// One thing in which a request is otherwise than its shapes ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where: `entries.1.member.id`.
    pub path: String,
    /// The member's name, as the model has it: `Id`.
    pub member: String,
    /// It has to be there, and is not.
    pub missing: bool,
    /// What is wrong, in AWS's words: `Value null at 'queueUrl' failed to satisfy constraint: Member must not be null`.
    pub said: String,
}

/// AWS's sentence for all that is wrong: `1 validation error detected: …`.
#[must_use]
pub fn sentence(violations: &[Violation]) -> String {
    let said: Vec<_> = violations.iter().map(|violation| violation.said.as_str()).collect();
    match said[..] {
        [only] => format!("1 validation error detected: {only}"),
        _ => format!("{} validation errors detected: {}", said.len(), said.join("; ")),
    }
}

impl Model {
    /// What is wrong with `input` as the structure `name`.
    ///
    /// The form, `Value 'x' at 'path' failed to satisfy constraint: …`, and the words of each constraint are those that the services
    /// answer with.
    #[must_use]
    pub fn violations(&self, name: &str, input: &Value) -> Vec<Violation> {
        let mut check = Check { model: self, found: Vec::new() };
        if let Some(structure) = self.structure(name) {
            check.structure(structure, input, "");
        }
        check.found
    }
}

struct Check<'a> {
    model: &'a Model,
    found: Vec<Violation>,
}

impl Check<'_> {
    fn structure(&mut self, structure: &Structure, value: &Value, path: &str) {
        for member in &structure.members {
            let at = join(path, &lower_first(&member.name));
            match value.get(&member.name) {
                None | Some(Value::Null) if member.required => {
                    let said = format!("Value null at '{at}' failed to satisfy constraint: Member must not be null");
                    self.found.push(Violation { path: at, member: member.name.clone(), missing: true, said });
                }
                None | Some(Value::Null) => {}
                Some(value) => {
                    let before = self.found.len();
                    self.value(&member.shape, value, &at);
                    for violation in self.found[before..].iter_mut().filter(|violation| violation.member.is_empty()) {
                        member.name.clone_into(&mut violation.member);
                    }
                }
            }
        }
    }

    fn breach(&mut self, path: &str, said: String) {
        self.found.push(Violation { path: path.to_owned(), member: String::new(), missing: false, said });
    }

    fn value(&mut self, name: &str, value: &Value, path: &str) {
        let Some(shape) = self.model.shape(name) else { return };
        let broken = constraints(shape).into_iter().filter(|constraint| !constraint.holds(value));
        for constraint in broken {
            self.breach(path, format!("Value '{}' at '{path}' failed to satisfy constraint: {}", shown(value), constraint.text()));
        }
        match &shape.kind {
            Kind::Structure(structure) => self.structure(structure, value, path),
            Kind::List(list) => self.list(&list.item, value, path),
            Kind::Map(map) => self.map(&map.key, &map.value, value, path),
            _ => {}
        }
    }

    fn list(&mut self, item: &str, value: &Value, path: &str) {
        let Some((shape, items)) = self.model.shape(item).zip(value.as_array()) else { return };
        if let Kind::Structure(structure) = &shape.kind {
            for (index, item) in items.iter().enumerate() {
                self.structure(structure, item, &format!("{path}.{}.member", index + 1));
            }
            return;
        }
        self.each("Member", shape, items.iter(), value, path);
    }

    fn map(&mut self, key: &str, item: &str, value: &Value, path: &str) {
        let Some(entries) = value.as_object() else { return };
        if let Some(shape) = self.model.shape(key) {
            let keys: Vec<Value> = entries.keys().map(|key| Value::from(key.as_str())).collect();
            self.each("Map keys", shape, keys.iter(), value, path);
        }
        match self.model.shape(item) {
            Some(Shape { kind: Kind::Structure(structure), .. }) => {
                for (key, item) in entries {
                    self.structure(structure, item, &format!("{path}.{key}.member"));
                }
            }
            Some(shape) => self.each("Map value", shape, entries.values(), value, path),
            None => {}
        }
    }

    /// Parts of `whole`, of which one that breaks a constraint makes the whole break them all.
    fn each<'v>(&mut self, which: &str, shape: &Shape, mut parts: impl Iterator<Item = &'v Value>, whole: &Value, path: &str) {
        let constraints = constraints(shape);
        let broken = parts.any(|part| part.is_null() || constraints.iter().any(|constraint| !constraint.holds(part)));
        if !broken {
            return;
        }
        let mut texts: Vec<_> = constraints.iter().rev().map(Constraint::text).collect();
        if which != "Map keys" && !matches!(shape.kind, Kind::Structure(_)) {
            texts.push("Member must not be null".to_owned());
        }
        let asked = format!("{which} must satisfy constraint: [{}]", texts.join(", "));
        self.breach(path, format!("Value '{}' at '{path}' failed to satisfy constraint: {asked}", shown(whole)));
    }
}

/// One thing that a shape asks of its values.
enum Constraint<'a> {
    Pattern(&'a Text, &'a str),
    Words(&'a [String]),
    Length(Side, &'a Bound),
    Range(Side, &'a Bound),
}

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Least,
    Most,
}

fn constraints(shape: &Shape) -> Vec<Constraint<'_>> {
    let mut constraints = Vec::new();
    if let Kind::Text(text) = &shape.kind {
        constraints.extend((!text.words.is_empty()).then_some(Constraint::Words(&text.words)));
        constraints.extend(text.pattern.as_deref().map(|pattern| Constraint::Pattern(text, pattern)));
    }
    let bounds = [(Side::Least, &shape.least), (Side::Most, &shape.most)];
    for (side, bound) in bounds.into_iter().filter_map(|(side, bound)| Some((side, bound.as_ref()?))) {
        constraints.push(match shape.kind {
            Kind::Integer | Kind::Double => Constraint::Range(side, bound),
            _ => Constraint::Length(side, bound),
        });
    }
    constraints
}

impl Constraint<'_> {
    fn holds(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Pattern(text, _), Value::String(value)) => text.matches(value),
            (Self::Words(words), Value::String(value)) => words.contains(value),
            (Self::Length(side, bound), _) => length(value).is_none_or(|length| side.allows(length, bound)),
            (Self::Range(side, bound), Value::Number(number)) => number.as_f64().is_none_or(|number| side.allows(number, bound)),
            _ => true,
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Pattern(_, pattern) => format!("Member must satisfy regular expression pattern: {pattern}"),
            Self::Words(words) => format!("Member must satisfy enum value set: [{}]", words.join(", ")),
            Self::Length(side, bound) => format!("Member must have length {} than or equal to {}", side.word(), bound.text),
            Self::Range(side, bound) => format!("Member must have value {} than or equal to {}", side.word(), bound.text),
        }
    }
}

impl Side {
    fn allows(self, value: f64, bound: &Bound) -> bool {
        if self == Self::Least { value >= bound.value } else { value <= bound.value }
    }

    fn word(self) -> &'static str {
        if self == Self::Least { "greater" } else { "less" }
    }
}

/// How long a value is, where it has a length. Bytes are counted as what they encode.
#[expect(clippy::cast_precision_loss, reason = "lengths of requests are far below 2^52")]
fn length(value: &Value) -> Option<f64> {
    match value {
        Value::String(text) => Some(text.chars().count() as f64),
        Value::Array(items) => Some(items.len() as f64),
        Value::Object(entries) => Some(entries.len() as f64),
        _ => None,
    }
}

/// As the services print values: texts as they are, `[a, b]`, `{k=v}`.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
        Value::Object(entries) => {
            let entries: Vec<_> = entries.iter().map(|(key, value)| format!("{key}={}", shown(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        other => other.to_string(),
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
