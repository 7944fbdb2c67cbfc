//! What there is in a run that rules can be for, so that one that is for nothing is told so.

use std::collections::BTreeMap;

use super::{Action, Rule};
use crate::glob;

/// A kind of service, and what can go wrong there.
#[derive(Debug, PartialEq, Eq)]
pub struct Surface {
    /// The noun that it has everywhere: `kv`.
    pub service: &'static str,
    /// What can be asked of it; empty where that is anything.
    pub operations: &'static [&'static str],
    /// What rules can do there, by [`Action::word`].
    pub actions: &'static [&'static str],
    /// The errors that it has by name.
    pub codes: &'static [&'static str],
}

impl Surface {
    /// Whether what a rule does can happen here.
    #[must_use]
    pub fn takes(&self, action: &Action) -> bool {
        let code = match action {
            Action::Error(failure) => failure.code.as_deref(),
            _ => None,
        };
        self.actions.contains(&action.word()) && code.is_none_or(|code| self.codes.contains(&code))
    }
}

/// The apps of a run with what their code can call.
#[derive(Debug, Default)]
pub(super) struct Reach {
    apps: BTreeMap<String, Vec<Part>>,
}

#[derive(Debug)]
struct Part {
    surface: &'static Surface,
    /// The names that its resource has; empty where that is anything.
    resources: Vec<String>,
}

impl Reach {
    pub(super) fn set(&mut self, app: &str, parts: Vec<(&'static Surface, Vec<String>)>) {
        let parts = parts.into_iter().map(|(surface, resources)| Part { surface, resources });
        self.apps.insert(app.to_owned(), parts.collect());
    }

    pub(super) fn add(&mut self, app: &str, surface: &'static Surface, resources: Vec<String>) {
        let parts = self.apps.entry(app.to_owned()).or_default();
        parts.retain(|part| part.surface.service != surface.service);
        parts.push(Part { surface, resources });
    }

    pub(super) fn doubt_app(&self, pattern: &str) -> Option<String> {
        let known = self.apps.keys().map(String::as_str);
        let is_there = known.clone().any(|app| glob::matches(pattern, app));
        (!is_there).then(|| unknown(&format!("no app of this run is named `{pattern}`"), pattern, known))
    }

    /// Narrows down, pattern by pattern, what the rule is for; the first that leaves nothing is the one to tell of.
    pub(super) fn doubt(&self, rule: &Rule) -> Option<String> {
        let scope = &rule.scope;
        let apps = self.apps.iter().filter(|(app, _)| covers(scope.app.as_ref(), app));
        let parts: Vec<&Part> = apps.flat_map(|(_, parts)| parts).collect();
        if let Some(doubt) = scope.app.as_ref().and_then(|app| self.doubt_app(app)) {
            return Some(doubt);
        }
        let service: Vec<_> = parts.iter().copied().filter(|part| covers(scope.service.as_ref(), part.surface.service)).collect();
        if let (true, Some(wanted)) = (service.is_empty(), &scope.service) {
            let known = parts.iter().map(|part| part.surface.service);
            return Some(unknown(&format!("no code of this run uses a service named `{wanted}`"), wanted, known));
        }
        let operation: Vec<_> = service.iter().copied().filter(|part| part.has_operation(scope.operation.as_ref())).collect();
        if let (true, Some(wanted)) = (operation.is_empty(), &scope.operation) {
            let known = service.iter().flat_map(|part| part.surface.operations.iter().copied());
            return Some(unknown(&format!("nothing that it is for has an operation `{wanted}`"), wanted, known));
        }
        let resource: Vec<_> = operation.iter().copied().filter(|part| part.may_have(scope.resource.as_ref())).collect();
        if let (true, Some(wanted)) = (resource.is_empty(), &scope.resource) {
            let known = operation.iter().flat_map(|part| part.resources.iter().map(String::as_str));
            return Some(unknown(&format!("nothing that it is for is named `{wanted}`"), wanted, known));
        }
        if resource.is_empty() || resource.iter().any(|part| part.surface.takes(&rule.action)) {
            return None;
        }
        Some(cannot(&resource, &rule.action))
    }
}

impl Part {
    fn has_operation(&self, pattern: Option<&String>) -> bool {
        let known = self.surface.operations;
        known.is_empty() || pattern.is_none_or(|pattern| known.iter().any(|operation| glob::matches_ignoring_case(pattern, operation)))
    }

    /// Whether one of its names, or something below one of them, such as a key, may be what `pattern` covers.
    fn may_have(&self, pattern: Option<&String>) -> bool {
        let Some(pattern) = pattern else { return true };
        let below = |name: &String| pattern.split_once('/').is_some_and(|(above, _)| glob::matches(above, name));
        self.resources.is_empty() || self.resources.iter().any(|name| glob::matches(pattern, name) || below(name))
    }
}

/// What is asked for cannot happen where it is asked for.
fn cannot(parts: &[&Part], action: &Action) -> String {
    let services = list(parts.iter().map(|part| part.surface.service));
    match action {
        Action::Error(failure) if parts.iter().any(|part| part.surface.actions.contains(&"error")) => {
            let code = failure.code.as_deref().unwrap_or_default();
            let known = parts.iter().flat_map(|part| part.surface.codes.iter().copied());
            unknown(&format!("{services} has no error `{code}`"), code, known)
        }
        _ => {
            let known = list(parts.iter().flat_map(|part| part.surface.actions.iter().copied()));
            format!("`{}` cannot happen to {services}; what can is {known}", action.word())
        }
    }
}

fn covers(pattern: Option<&String>, text: &str) -> bool {
    pattern.is_none_or(|pattern| glob::matches(pattern, text))
}

/// The sentence with the nearest of what there is, or all of it.
fn unknown<'a>(sentence: &str, wanted: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    let distance = |name: &str| strsim::damerau_levenshtein(&name.to_lowercase(), &wanted.to_lowercase());
    let near = known.clone().map(|name| (distance(name), name)).min();
    match near {
        Some((distance, name)) if distance <= wanted.len().div_ceil(3) => format!("{sentence}; did you mean `{name}`?"),
        Some(_) => format!("{sentence}; there is {}", list(known)),
        None => sentence.to_owned(),
    }
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
    names.sort();
    names.dedup();
    names.join(", ")
}
