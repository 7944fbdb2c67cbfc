//! Bindings: every declaration becomes a [`BindingDecl`].

use greenroom_host::BindingDecl;

use super::keys::{Binding, KEYS, Key, Shape};
use super::settings::{Setting, Settings};
use super::vars::Taken;
use crate::fields::Fields;
use crate::tree::{Entry, Node, Object};

/// All bindings of the environment in the order of the table of keys, and their names.
pub(super) fn read(fields: &mut Fields<'_>, settings: &Settings<'_>) -> (Vec<BindingDecl>, Vec<Taken>) {
    let mut bindings = Bindings { declarations: Vec::new(), taken: Vec::new() };
    for Key { name, binding, .. } in KEYS {
        if let (Some(binding), Some(setting)) = (binding, settings.get(name)) {
            bindings.key(fields, binding, &setting);
        }
    }
    (bindings.declarations, bindings.taken)
}

struct Bindings {
    declarations: Vec<BindingDecl>,
    taken: Vec<Taken>,
}

impl Bindings {
    fn key(&mut self, fields: &mut Fields<'_>, binding: &Binding, setting: &Setting<'_>) {
        let path = &setting.path;
        match binding.shape {
            Shape::List => self.list(fields, binding, path, setting.node),
            Shape::ListIn(part) => {
                if let Some(entry) = fields.object(path, setting.node).and_then(|object| object.entry(part)) {
                    self.list(fields, binding, &format!("{path}.{part}"), &entry.node);
                }
            }
            Shape::Single => self.object(fields, binding, path, setting.node),
            Shape::Map => {
                for entry in fields.object(path, setting.node).map_or(&[][..], |object| &object.entries) {
                    self.named(fields, binding, path, entry);
                }
            }
        }
    }

    fn list(&mut self, fields: &mut Fields<'_>, binding: &Binding, path: &str, node: &Node) {
        for (index, item) in fields.items(path, node).iter().enumerate() {
            self.object(fields, binding, &format!("{path}[{index}]"), item);
        }
    }

    fn object(&mut self, fields: &mut Fields<'_>, binding: &Binding, path: &str, node: &Node) {
        let Some(object) = fields.object(path, node) else { return };
        let Some(name) = object.get(binding.name) else {
            if !binding.optional {
                let message = format!("`{path}` has no `{}`: the name by which the code finds it", binding.name);
                fields.error(node.at, message, format!("add `{}` with a name such as `MY_BINDING`", binding.name));
            }
            return;
        };
        let name_path = format!("{path}.{}", binding.name);
        let Some(text) = fields.string(&name_path, name) else { return };
        // The vendor passes on what is under `unsafe` as it is.
        if binding.kind != "unsafe_binding" {
            check_name(fields, &name_path, name.at, text);
        }
        if binding.emulated {
            check_fields(fields, binding, path, object);
        }
        if binding.kind == "service" && object.get("service").is_none() {
            let message = format!("`{path}` has no `service`: the name of the Worker that it is for");
            fields.error(node.at, message, "add `service` with the `name` of that Worker");
        }
        let id = binding.ids.iter().find_map(|field| object.text(field)).unwrap_or(text);
        self.declare(fields, binding, node, Name { text, path, at: name.at }, id, node.to_json());
    }

    fn named(&mut self, fields: &mut Fields<'_>, binding: &Binding, path: &str, entry: &Entry) {
        let path = format!("{path}.{}", entry.key);
        check_name(fields, &path, entry.at, &entry.key);
        let name = Name { text: &entry.key, path: &path, at: entry.at };
        self.declare(fields, binding, &entry.node, name, &entry.key, entry.node.to_json());
    }

    fn declare(&mut self, fields: &mut Fields<'_>, binding: &Binding, node: &Node, name: Name<'_>, id: &str, config: serde_json::Value) {
        if !binding.emulated {
            let message = format!("not emulated yet: the binding `{}` (`{}`); using it is an error", name.text, name.path);
            let warning = fields.source.warning(name.at, message);
            fields.problems.push(warning);
        }
        self.taken.push(Taken { name: name.text.to_owned(), path: name.path.to_owned(), at: name.at });
        self.declarations.push(BindingDecl {
            name: name.text.to_owned(),
            kind: binding.kind.to_owned(),
            id: id.to_owned(),
            config,
            file: fields.source.path.clone(),
            position: Some(fields.source.position(node.at)),
        });
    }
}

/// The name of a binding, what it is the name of, and where it stands.
#[derive(Clone, Copy)]
struct Name<'a> {
    text: &'a str,
    path: &'a str,
    at: usize,
}

/// A name has to be one that JavaScript can take after `env.`.
/// <https://developers.cloudflare.com/workers/wrangler/configuration/#kv-namespaces>
fn check_name(fields: &mut Fields<'_>, path: &str, at: usize, name: &str) {
    let plain = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '$');
    if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) || !name.chars().all(plain) {
        let message = format!("`{path}` must be a JavaScript identifier, not `{name}`");
        fields.error(at, message, "use letters, digits and `_`, no digit first, such as `MY_BINDING`");
    }
}

fn check_fields(fields: &mut Fields<'_>, binding: &Binding, path: &str, object: &Object) {
    fields.unexpected(path, object, binding.fields);
    for entry in object.entries.iter().filter(|entry| binding.fields.contains(&entry.key.as_str())) {
        let below = format!("{path}.{}", entry.key);
        if entry.key == "props" {
            fields.object(&below, &entry.node);
        } else if entry.key != "remote" {
            let text = fields.string(&below, &entry.node);
            if text == Some("") && binding.ids.contains(&entry.key.as_str()) {
                fields.error(entry.node.at, format!("`{below}` is empty"), "give it the id of a resource, or any other text, or remove it");
            }
        } else if fields.boolean(&below, &entry.node) == Some(true) {
            fields.warn(entry.at, format!("not emulated yet: `{below}` (the local resource is used)"), "remove `remote`");
        }
    }
    check_migrations(fields, path, object);
    check_migrations_folder(fields, path, object);
}

/// A folder of migrations that is named and not there is no error, since the app runs without; but hardly what was meant.
fn check_migrations_folder(fields: &mut Fields<'_>, path: &str, object: &Object) {
    let Some((entry, dir)) = object.entry("migrations_dir").and_then(|entry| Some((entry, entry.node.text()?))) else { return };
    let project = fields.source.path.parent().unwrap_or(std::path::Path::new("."));
    if !project.join(dir).is_dir() {
        fields.warn(
            entry.node.at,
            format!("`{path}.migrations_dir` names a folder that is not there: `{dir}`"),
            "create the folder, or point it at the one with the `.sql` files",
        );
    }
}

/// `migrations_pattern` must start with `migrations_dir`, which must be there too.
fn check_migrations(fields: &mut Fields<'_>, path: &str, object: &Object) {
    let Some((entry, pattern)) = object.entry("migrations_pattern").and_then(|entry| Some((entry, entry.node.text()?))) else { return };
    let plain = |path: &str| path.replace('\\', "/").trim_start_matches("./").trim_end_matches('/').to_owned();
    match object.text("migrations_dir").map(plain) {
        None => fields.error(
            entry.at,
            format!("`{path}.migrations_pattern` is there, but `{path}.migrations_dir` is not"),
            "add `migrations_dir`, the folder that the pattern starts with",
        ),
        Some(dir) if !plain(pattern).starts_with(&format!("{dir}/")) => fields.error(
            entry.node.at,
            format!("`{path}.migrations_pattern` must start with `{dir}/`, which `migrations_dir` names, not be `{pattern}`"),
            format!("use a pattern such as `{dir}/*.sql`"),
        ),
        Some(_) => {}
    }
}

/// Reports each name that is taken twice, with both places.
pub(super) fn check_unique(fields: &mut Fields<'_>, taken: &mut [Taken]) {
    taken.sort_by_key(|taken| taken.at);
    for (index, later) in taken.iter().enumerate() {
        if let Some(first) = taken[..index].iter().find(|first| first.name == later.name) {
            let place = fields.source.position(first.at);
            let (file, line, column) = (fields.source.name(), place.line, place.column);
            let message = format!(
                "the name `{}` is taken twice: by `{}` at {file}:{line}:{column}, and here by `{}`",
                later.name, first.path, later.path
            );
            fields.error(later.at, message, "give one of the two another name");
        }
    }
}
