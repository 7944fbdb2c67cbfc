//! Checking what came against the shapes, with the words in which AWS's services say what is wrong: all of it, in one sentence.

use serde_json::Value;

use super::{Bound, Kind, Member, Model, Shape, Structure, Text};

/// One thing in which a request is otherwise than its shapes ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where: `entries.1.member.id`.
    pub path: String,
    /// The same as forms call it: `SendMessageBatchRequestEntry.1.Id`.
    pub form: String,
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
            check.structure(structure, input, None);
        }
        check.found
    }
}

struct Check<'a> {
    model: &'a Model,
    found: Vec<Violation>,
}

/// Where something stands. It becomes text where something is wrong there, and costs nothing else.
#[derive(Clone, Copy)]
struct At<'a> {
    before: Option<&'a At<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Member(&'a Member),
    /// The number of an item, from one.
    Item(usize),
    /// The key of an entry, and its number.
    Entry(&'a str, usize),
}

impl<'a> At<'a> {
    /// As sentences call it.
    fn path(&self) -> String {
        let step = match self.step {
            Step::Member(member) => lower_first(&member.name),
            Step::Item(number) => format!("{number}.member"),
            Step::Entry(key, _) => format!("{key}.member"),
        };
        self.before.map_or_else(|| step.clone(), |before| format!("{}.{step}", before.path()))
    }

    /// As forms do.
    fn form(&self, model: &Model) -> String {
        let step = match self.step {
            Step::Member(member) => model.form_name(member).to_owned(),
            Step::Item(number) => number.to_string(),
            Step::Entry(_, number) => format!("{number}.Value"),
        };
        self.before.map_or_else(|| step.clone(), |before| format!("{}.{step}", before.form(model)))
    }

    fn inner(&'a self, step: Step<'a>) -> Self {
        Self { before: Some(self), step }
    }
}

impl Check<'_> {
    fn structure(&mut self, structure: &Structure, value: &Value, before: Option<&At<'_>>) {
        for member in &structure.members {
            let at = At { before, step: Step::Member(member) };
            match value.get(&member.name).filter(|value| !value.is_null()) {
                Some(value) => self.value(&member.shape, value, &at),
                None if member.required => self.found(&at, true, "Value null", "Member must not be null"),
                None => {}
            }
        }
    }

    fn breach(&mut self, at: &At<'_>, value: &Value, constraint: &str) {
        self.found(at, false, &format!("Value '{}'", shown(value)), constraint);
    }

    fn found(&mut self, at: &At<'_>, missing: bool, value: &str, constraint: &str) {
        let path = at.path();
        let said = format!("{value} at '{path}' failed to satisfy constraint: {constraint}");
        self.found.push(Violation { path, form: at.form(self.model), missing, said });
    }

    fn value(&mut self, name: &str, value: &Value, at: &At<'_>) {
        let Some(shape) = self.model.shape(name) else { return };
        for constraint in constraints(shape).into_iter().filter(|constraint| !constraint.holds(value)) {
            self.breach(at, value, &constraint.text());
        }
        match &shape.kind {
            Kind::Structure(structure) => self.structure(structure, value, Some(at)),
            Kind::List(list) => self.list(&list.item, value, at),
            Kind::Map(map) => self.map(&map.key, &map.value, value, at),
            _ => {}
        }
    }

    fn list(&mut self, item: &str, value: &Value, at: &At<'_>) {
        let Some((shape, items)) = self.model.shape(item).zip(value.as_array()) else { return };
        if let Kind::Structure(structure) = &shape.kind {
            for (index, item) in items.iter().enumerate().filter(|(_, item)| !item.is_null()) {
                self.structure(structure, item, Some(&at.inner(Step::Item(index + 1))));
            }
        }
        self.each("Member", shape, items.iter(), value, at);
    }

    fn map(&mut self, key: &str, item: &str, value: &Value, at: &At<'_>) {
        let Some(entries) = value.as_object() else { return };
        if let Some(shape) = self.model.shape(key) {
            let keys: Vec<Value> = entries.keys().map(|key| Value::from(key.as_str())).collect();
            self.each("Map keys", shape, keys.iter(), value, at);
        }
        let Some(shape) = self.model.shape(item) else { return };
        if let Kind::Structure(structure) = &shape.kind {
            for (index, (key, item)) in entries.iter().enumerate().filter(|(_, (_, item))| !item.is_null()) {
                self.structure(structure, item, Some(&at.inner(Step::Entry(key, index + 1))));
            }
        }
        self.each("Map value", shape, entries.values(), value, at);
    }

    /// Parts of `whole`, of which one that breaks a constraint makes the whole break them all.
    fn each<'v>(&mut self, which: &str, shape: &Shape, mut parts: impl Iterator<Item = &'v Value>, whole: &Value, at: &At<'_>) {
        let constraints = constraints(shape);
        let broken = parts.any(|part| part.is_null() || constraints.iter().any(|constraint| !constraint.holds(part)));
        if !broken {
            return;
        }
        let mut texts: Vec<_> = constraints.iter().rev().map(Constraint::text).collect();
        if which != "Map keys" {
            texts.push("Member must not be null".to_owned());
        }
        let asked = format!("{which} must satisfy constraint: [{}]", texts.join(", "));
        self.breach(at, whole, &asked);
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

fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
