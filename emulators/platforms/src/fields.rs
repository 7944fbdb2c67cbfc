//! Reading values of an expected type out of a tree: each that is of another type becomes an error with its place.

use greenroom_host::Diagnostic;

use crate::problems::Problems;
use crate::source::Source;
use crate::tree::{Node, Object, Value};

/// One file being read, and what was found wrong with it. Paths are as in `env.staging.vars`, for messages.
pub(crate) struct Fields<'a> {
    pub(crate) source: &'a Source,
    pub(crate) problems: Problems,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(source: &'a Source) -> Self {
        Self { source, problems: Problems::default() }
    }

    /// Adds an error at byte `at`.
    pub(crate) fn error(&mut self, at: usize, message: impl Into<String>, hint: impl Into<String>) {
        let error = self.source.error(at, message).hint(hint);
        self.problems.push(error);
    }

    /// Adds a warning at byte `at`.
    pub(crate) fn warn(&mut self, at: usize, message: impl Into<String>, hint: impl Into<String>) {
        let warning = self.source.warning(at, message).hint(hint);
        self.problems.push(warning);
    }

    fn wrong_type(&mut self, path: &str, node: &Node, expected: &str) {
        let message = format!("`{path}` must be {expected}, not {}", node.describe());
        self.error(node.at, message, format!("make `{path}` {expected}, or remove it"));
    }

    /// The string at `node`.
    pub(crate) fn string<'n>(&mut self, path: &str, node: &'n Node) -> Option<&'n str> {
        let text = node.text();
        if text.is_none() {
            self.wrong_type(path, node, "a string");
        }
        text
    }

    /// The boolean at `node`.
    pub(crate) fn boolean(&mut self, path: &str, node: &Node) -> Option<bool> {
        if let Value::Bool(value) = node.value {
            return Some(value);
        }
        self.wrong_type(path, node, "true or false");
        None
    }

    /// The number at `node`, which must be whole and lie between 0 and `largest`.
    pub(crate) fn whole_number(&mut self, path: &str, node: &Node, largest: u64) -> Option<u64> {
        let number = match &node.value {
            Value::Number(number) => number.as_u64().filter(|number| *number <= largest),
            _ => None,
        };
        if number.is_none() {
            let range = if largest == u64::MAX { "0 or more".to_owned() } else { format!("0 to {largest}") };
            self.wrong_type(path, node, &format!("a whole number, {range}"));
        }
        number
    }

    /// The object at `node`.
    pub(crate) fn object<'n>(&mut self, path: &str, node: &'n Node) -> Option<&'n Object> {
        let object = node.object();
        if object.is_none() {
            self.wrong_type(path, node, "an object");
        }
        object
    }

    /// The items at `node`; none where it is no array.
    pub(crate) fn items<'n>(&mut self, path: &str, node: &'n Node) -> &'n [Node] {
        node.items().unwrap_or_else(|| {
            self.wrong_type(path, node, "an array");
            &[]
        })
    }

    /// The strings at `node`; those items that are none are left out.
    pub(crate) fn strings(&mut self, path: &str, node: &Node) -> Vec<String> {
        let items = self.items(path, node).iter().enumerate();
        items.filter_map(|(index, item)| self.string(&format!("{path}[{index}]"), item).map(str::to_owned)).collect()
    }

    /// The names and strings of the object at `node`; those values that are no strings are left out.
    pub(crate) fn string_map(&mut self, path: &str, node: &Node) -> Vec<(String, String)> {
        let entries = self.object(path, node).map_or(&[][..], |object| &object.entries);
        let pairs = entries.iter().filter_map(|entry| {
            let text = self.string(&format!("{path}.{}", entry.key), &entry.node)?;
            Some((entry.key.clone(), text.to_owned()))
        });
        pairs.collect()
    }

    /// Warns of each key of `object` that is not one of `known`.
    pub(crate) fn unexpected(&mut self, path: &str, object: &Object, known: &[&str]) {
        for entry in object.entries.iter().filter(|entry| !known.contains(&entry.key.as_str())) {
            let message = format!("`{}` is not a key of `{path}`; it is ignored", entry.key);
            let warning = self.source.warning(entry.at, message).hint(did_you_mean(&entry.key, known.iter().copied()));
            self.problems.push(warning);
        }
    }
}

/// A hint for an unknown `key`: the known one that it resembles, or else to remove it.
pub(crate) fn did_you_mean<'k>(key: &str, known: impl Iterator<Item = &'k str>) -> String {
    greenroom_host::did_you_mean(key, known, "remove it, or correct its name")
}

/// The diagnostics of a failed load, when all there is is one error.
pub(crate) fn only(error: Diagnostic) -> Vec<Diagnostic> {
    vec![error]
}
