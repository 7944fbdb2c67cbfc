//! `greenroom.toml`: what a project says to this program, beside what it says to the vendor. Rules for faults and for requests to the
//! outside, what in events is secret, and what functions run in; read when a run starts and whenever it changes.

mod applied;
mod events;
mod functions;
mod outbound;

use std::collections::BTreeMap;
use std::path::Path;

use greenroom_control::{FaultRule, OutboundPolicy, OutboundRule, Problem};
use greenroom_host::{Diagnostic, faults};
use greenroom_outbound::rules::{Policy, Rule};
use serde::de::DeserializeOwned;
use toml_edit::{Document, Item, Table};

use crate::args::EngineArg;

pub(crate) use applied::SettingsFiles;
pub(crate) use outbound::{Folders, policy, rule as outbound_rule};

/// The file's name.
pub(crate) const NAME: &str = "greenroom.toml";

/// The keys of the file.
const KEYS: &[&str] = &["events", "faults", "functions", "outbound", "outbound_default"];

/// What a file says.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Said {
    pub(crate) faults: Vec<faults::Rule>,
    pub(crate) outbound: Vec<Rule>,
    pub(crate) policy: Option<Policy>,
    /// Regular expressions that match secrets.
    pub(crate) secrets: Vec<String>,
    /// What functions run in, by name.
    pub(crate) engines: BTreeMap<String, EngineArg>,
}

/// A file that is being read.
struct Reading<'a> {
    path: &'a Path,
    text: &'a str,
    /// The app that rules are for which name none.
    app: Option<&'a str>,
    problems: Vec<Diagnostic>,
}

/// Reads the file at `path`; one that is not there says nothing. `app`: for which app its rules are if they name none; without it for all.
///
/// # Errors
/// Everything that is wrong with it, with its place.
pub(crate) fn read(path: &Path, app: Option<&str>) -> Result<Said, Vec<Diagnostic>> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Said::default()),
        Err(error) => return Err(vec![Diagnostic::error(format!("the file cannot be read: {error}")).in_file(path)]),
    };
    parse(path, &text, app)
}

/// Reads a file that has nothing but rules for faults.
///
/// # Errors
/// Everything that is wrong with it, with its place.
pub(crate) fn read_faults(path: &Path) -> Result<Vec<FaultRule>, Vec<Diagnostic>> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| vec![Diagnostic::error(format!("the file cannot be read: {error}")).in_file(path)])?;
    let mut reading = Reading { path, text: &text, app: None, problems: Vec::new() };
    let document = reading.document()?;
    reading.check_keys(document.as_table(), &["faults"]);
    let rules = reading.tables::<FaultRule>(document.as_table(), "faults");
    for (index, (rule, table)) in rules.iter().enumerate() {
        if let Err(problem) = rule.read(&format!("fault-{}", index + 1)) {
            reading.problem(table, &problem);
        }
    }
    let written = rules.into_iter().map(|(rule, _)| rule).collect();
    reading.end(written)
}

fn parse(path: &Path, text: &str, app: Option<&str>) -> Result<Said, Vec<Diagnostic>> {
    let mut reading = Reading { path, text, app, problems: Vec::new() };
    let document = reading.document()?;
    let root = document.as_table();
    reading.check_keys(root, KEYS);
    let said = Said {
        faults: reading.faults(root),
        outbound: reading.outbound(root),
        policy: reading.policy(root),
        secrets: reading.secrets(root),
        engines: reading.engines(root),
    };
    reading.end(said)
}

impl<'a> Reading<'a> {
    fn document(&self) -> Result<Document<&'a str>, Vec<Diagnostic>> {
        Document::parse(self.text).map_err(|error| {
            let reason = error.message().trim().replace('\n', ", ");
            vec![self.at(error.span(), format!("not TOML: {reason}"))]
        })
    }

    fn end<T>(self, value: T) -> Result<T, Vec<Diagnostic>> {
        if self.problems.is_empty() { Ok(value) } else { Err(self.problems) }
    }

    fn check_keys(&mut self, root: &Table, known: &[&str]) {
        for (key, _) in root.iter().filter(|(key, _)| !known.contains(key)) {
            let problem = self.at(root.key(key).and_then(toml_edit::Key::span), format!("there is no key `{key}` here"));
            let keys: Vec<_> = known.iter().map(|known| format!("`{known}`")).collect();
            self.problems.push(problem.hint(format!("the keys of this file are {}", keys.join(", "))));
        }
    }

    fn faults(&mut self, root: &Table) -> Vec<faults::Rule> {
        let mut rules: Vec<faults::Rule> = Vec::new();
        for (index, (mut written, table)) in self.tables::<FaultRule>(root, "faults").into_iter().enumerate() {
            written.app = written.app.or_else(|| self.app.map(str::to_owned));
            match written.read(&self.free("fault", index)) {
                Ok(rule) if rules.iter().any(|other| other.name == rule.name) => self.problem(table, &taken(&rule.name)),
                Ok(rule) => rules.push(rule),
                Err(problem) => self.problem(table, &problem),
            }
        }
        rules
    }

    fn outbound(&mut self, root: &Table) -> Vec<Rule> {
        let mut rules: Vec<Rule> = Vec::new();
        let folders = Folders::of(self.path.parent().unwrap_or(Path::new(".")));
        for (index, (mut written, table)) in self.tables::<OutboundRule>(root, "outbound").into_iter().enumerate() {
            written.app = written.app.or_else(|| self.app.map(str::to_owned));
            match outbound_rule(&written, &self.free("outbound", index), &folders) {
                Ok(rule) if rules.iter().any(|other| other.name == rule.name) => self.problem(table, &taken(&rule.name)),
                Ok(rule) => rules.push(rule),
                Err(problem) => self.problem(table, &problem),
            }
        }
        rules
    }

    fn policy(&mut self, root: &Table) -> Option<Policy> {
        let item = root.get("outbound_default")?;
        let written = item.as_str().and_then(|word| serde_json::from_value::<OutboundPolicy>(word.into()).ok());
        if written.is_none() {
            self.problems.push(self.at(item.span(), "`outbound_default` has to be `\"pass\"` or `\"deny\"`"));
        }
        written.map(policy)
    }

    /// The tables of an array, read as `T`.
    fn tables<'t, T: DeserializeOwned>(&mut self, root: &'t Table, key: &str) -> Vec<(T, &'t Table)> {
        let Some(item) = root.get(key) else { return Vec::new() };
        let Some(tables) = item.as_array_of_tables() else {
            let problem = self.at(item.span(), format!("`{key}` has to be tables of its own"));
            self.problems.push(problem.hint(format!("begin each with `[[{key}]]`")));
            return Vec::new();
        };
        let mut read = Vec::new();
        for table in tables {
            match serde_json::from_value(json_of_table(table)) {
                Ok(value) => read.push((value, table)),
                Err(error) => self.problem(table, &Problem::invalid(error.to_string())),
            }
        }
        read
    }

    /// Says what is wrong with a table, at the key that is named first.
    fn problem(&mut self, table: &Table, problem: &Problem) {
        let named = problem.message.split('`').skip(1).step_by(2).find_map(|word| table.key(word));
        let told = self.at(named.and_then(toml_edit::Key::span).or_else(|| table.span()), problem.message.clone());
        self.problems.push(problem.hint.iter().fold(told, |told, hint| told.hint(hint.clone())));
    }

    fn at(&self, span: Option<std::ops::Range<usize>>, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(message).in_file(self.path).at(self.text, span.map_or(0, |span| span.start))
    }

    /// The name of a rule that has none.
    fn free(&self, kind: &str, index: usize) -> String {
        self.app.map_or_else(|| format!("{kind}-{}", index + 1), |app| format!("{app}-{kind}-{}", index + 1))
    }
}

fn taken(name: &str) -> Problem {
    Problem::invalid(format!("`name`: another rule is named `{name}` already"))
}

fn json_of_table(table: &dyn toml_edit::TableLike) -> serde_json::Value {
    table.iter().map(|(key, item)| (key.to_owned(), json(item))).collect()
}

fn json(item: &Item) -> serde_json::Value {
    match item {
        Item::None => serde_json::Value::Null,
        Item::Value(value) => json_of_value(value),
        Item::Table(table) => json_of_table(table),
        Item::ArrayOfTables(tables) => tables.iter().map(|table| json_of_table(table)).collect(),
    }
}

fn json_of_value(value: &toml_edit::Value) -> serde_json::Value {
    use toml_edit::Value as Toml;
    match value {
        Toml::String(text) => text.value().as_str().into(),
        Toml::Integer(number) => (*number.value()).into(),
        Toml::Float(number) => (*number.value()).into(),
        Toml::Boolean(flag) => (*flag.value()).into(),
        // A date is what it reads as.
        Toml::Datetime(date) => date.value().to_string().into(),
        Toml::Array(items) => items.iter().map(json_of_value).collect(),
        Toml::InlineTable(table) => json_of_table(table),
    }
}

#[cfg(test)]
mod tests;
