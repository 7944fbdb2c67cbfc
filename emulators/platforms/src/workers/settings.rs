//! The configuration as one environment sees it: which section a key is taken from, and what is said about keys in passing.

use super::keys::{KEYS, Key, PARTS_NOT_EMULATED, Scope, Treatment, find};
use crate::fields::{Fields, did_you_mean};
use crate::tree::{Entry, Node, Object};

/// The top level and the section of the chosen environment.
pub(super) struct Settings<'a> {
    top: &'a Object,
    environment: Option<Environment<'a>>,
}

/// The chosen environment.
struct Environment<'a> {
    name: &'a str,
    /// None where the file has no environments at all: the top level serves for any name then.
    section: Option<Section<'a>>,
}

#[derive(Clone, Copy)]
struct Section<'a> {
    at: usize,
    object: &'a Object,
}

/// A value and the way to it, for messages.
#[derive(Clone)]
pub(super) struct Setting<'a> {
    /// `main`, or `env.staging.main`.
    pub(super) path: String,
    /// Where its key stands.
    pub(super) key_at: usize,
    pub(super) node: &'a Node,
}

impl<'a> Settings<'a> {
    /// Chooses `environment` in `top`. One that is not there is an error, or a warning where there are none at all.
    pub(super) fn choose(fields: &mut Fields<'_>, top: &'a Object, environment: Option<&'a str>) -> Self {
        let sections = top.entry("env");
        let known = sections.and_then(|entry| fields.object("env", &entry.node));
        let environment = environment.map(|name| {
            let section = if let (Some(entry), Some(known)) = (sections, known) {
                section(fields, entry, known, name)
            } else {
                warn_of_no_environments(fields, name);
                None
            };
            Environment { name, section }
        });
        Self { top, environment }
    }

    /// The value of `key` for the chosen environment.
    pub(super) fn get(&self, key: &str) -> Option<Setting<'a>> {
        let scope = find(key).expect("invariant: every key that is read is in the table").scope;
        let Some((name, section)) = self.section().filter(|_| scope != Scope::TopLevel) else {
            return self.top(key);
        };
        let own = section.object.entry(key).map(|entry| setting(format!("env.{name}.{key}"), entry));
        if scope == Scope::Inherited { own.or_else(|| self.top(key)) } else { own }
    }

    /// The value of `key` at the top level.
    pub(super) fn top(&self, key: &str) -> Option<Setting<'a>> {
        self.top.entry(key).map(|entry| setting(key.to_owned(), entry))
    }

    /// The name of the chosen environment.
    pub(super) fn environment(&self) -> Option<&'a str> {
        self.environment.as_ref().map(|environment| environment.name)
    }

    /// Whether the chosen environment sets `key` itself.
    pub(super) fn sets(&self, key: &str) -> bool {
        self.section().is_some_and(|(_, section)| section.object.entry(key).is_some())
    }

    fn section(&self) -> Option<(&'a str, Section<'a>)> {
        let environment = self.environment.as_ref()?;
        Some((environment.name, environment.section?))
    }

    /// Speaks of every key that is unknown, gone, out of place, not emulated or not inherited.
    pub(super) fn review(&self, fields: &mut Fields<'_>) {
        review_object(fields, "", self.top);
        if let Some((name, section)) = self.section() {
            review_object(fields, &format!("env.{name}."), section.object);
            self.warn_of_missing(fields, name, section);
        }
        for key in KEYS {
            if let (Treatment::NotEmulated(missing), Some(setting)) = (key.treatment, self.get(key.name))
                && !setting.node.is_nothing()
            {
                warn_not_emulated(fields, setting.key_at, &setting.path, missing);
            }
        }
        for part in PARTS_NOT_EMULATED {
            let Some(setting) = self.get(part.key) else { continue };
            let entry = setting.node.object().and_then(|object| object.entry(part.part));
            if let Some(entry) = entry.filter(|entry| !entry.node.is_nothing()) {
                warn_not_emulated(fields, entry.at, &format!("{}.{}", setting.path, part.part), part.missing);
            }
        }
    }

    fn warn_of_missing(&self, fields: &mut Fields<'_>, name: &str, section: Section<'_>) {
        let lacking = |key: &&Key| key.scope == Scope::PerEnvironment && section.object.entry(key.name).is_none();
        for key in KEYS.iter().filter(lacking).filter_map(|key| self.top(key.name)) {
            let message = format!("`{}` is set at the top level, but not in `env.{name}`, which does not inherit it", key.path);
            fields.warn(section.at, message, format!("add `{}` to `env.{name}`", key.path));
        }
        for key in ["vars", "define"] {
            self.warn_of_missing_names(fields, name, key, named);
        }
        self.warn_of_missing_names(fields, name, "durable_objects", bound);
        self.warn_of_new_defines(fields, name);
    }

    /// Warns of names that the top level has under `key` and the environment, which sets `key`, has not.
    fn warn_of_missing_names(&self, fields: &mut Fields<'_>, name: &str, key: &str, names: fn(&Node) -> Vec<&str>) {
        let (Some(top), Some(own)) = (self.top(key), self.get(key)) else { return };
        let present = names(own.node);
        let missing: Vec<String> =
            names(top.node).into_iter().filter(|name| !present.contains(name)).map(|name| format!("`{name}`")).collect();
        if !missing.is_empty() {
            let list = missing.join(", ");
            let message = format!("{list} of `{key}` at the top level: not in `env.{name}.{key}`, which does not inherit from it");
            fields.warn(own.key_at, message, format!("add to `env.{name}.{key}` what this environment needs"));
        }
    }

    fn warn_of_new_defines(&self, fields: &mut Fields<'_>, name: &str) {
        let (Some(top), Some(own)) = (self.top("define"), self.get("define")) else { return };
        let known = named(top.node);
        for entry in own.node.object().map_or(&[][..], |object| &object.entries).iter().filter(|entry| !known.contains(&&*entry.key)) {
            let message = format!("`{}` is in `env.{name}.define`, but not in `define` at the top level", entry.key);
            fields.warn(entry.at, message, format!("add `{}` to `define` at the top level too", entry.key));
        }
    }
}

fn setting(path: String, entry: &Entry) -> Setting<'_> {
    Setting { path, key_at: entry.at, node: &entry.node }
}

fn section<'a>(fields: &mut Fields<'_>, env: &Entry, known: &'a Object, name: &str) -> Option<Section<'a>> {
    if let Some(entry) = known.entry(name) {
        let object = fields.object(&format!("env.{name}"), &entry.node)?;
        return Some(Section { at: entry.at, object });
    }
    let names: Vec<String> = known.entries.iter().map(|entry| format!("`{}`", entry.key)).collect();
    let hint = if names.is_empty() { format!("add a section `env.{name}`") } else { format!("the environments are {}", names.join(", ")) };
    fields.error(env.at, format!("there is no environment `{name}`"), hint);
    None
}

fn warn_of_no_environments(fields: &mut Fields<'_>, name: &str) {
    let message = format!("there is no environment `{name}`, nor any other; the top level serves for it");
    fields.warn(0, message, format!("add a section `env.{name}`, or leave the environment out"));
}

fn warn_not_emulated(fields: &mut Fields<'_>, at: usize, path: &str, missing: &str) {
    let warning = fields.source.warning(at, format!("not emulated yet: `{path}` ({missing})"));
    fields.problems.push(warning);
}

/// Speaks of keys of one section that the table does not have there.
fn review_object(fields: &mut Fields<'_>, prefix: &str, object: &Object) {
    let at_top = prefix.is_empty();
    for entry in &object.entries {
        let path = format!("{prefix}{}", entry.key);
        match find(&entry.key) {
            Some(Key { treatment: Treatment::Removed(instead), .. }) => {
                fields.error(entry.at, format!("`{path}` is no longer supported"), *instead);
            }
            Some(key) if key.scope == Scope::TopLevel && !at_top => {
                let message = format!("`{}` counts at the top level only; `{path}` is ignored", key.name);
                fields.warn(entry.at, message, format!("move `{}` to the top level", key.name));
            }
            Some(_) => {}
            None => {
                let known = KEYS.iter().filter(|key| at_top || key.scope != Scope::TopLevel).map(|key| key.name);
                fields.warn(entry.at, format!("`{path}` is not a known key; it is ignored"), did_you_mean(&entry.key, known));
            }
        }
    }
}

/// The keys of an object.
fn named(node: &Node) -> Vec<&str> {
    node.object().map_or(&[][..], |object| &object.entries).iter().map(|entry| entry.key.as_str()).collect()
}

/// The names under `bindings`.
fn bound(node: &Node) -> Vec<&str> {
    let bindings = node.object().and_then(|object| object.get("bindings")).and_then(Node::items).unwrap_or(&[]);
    bindings.iter().filter_map(|binding| binding.object()?.text("name")).collect()
}
