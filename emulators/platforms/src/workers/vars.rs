//! The plain values that the code sees in its environment.

use greenroom_host::Var;

use super::env_files::{Loaded, Search};
use super::settings::Settings;
use crate::fields::Fields;
use crate::tree::Node;

/// A name that is taken in the environment: what by, and where that stands.
pub(super) struct Taken {
    pub(super) name: String,
    /// `vars.TOKEN`, `kv_namespaces[0]`.
    pub(super) path: String,
    pub(super) at: usize,
}

/// `vars`, as configured, and their names.
pub(super) fn configured(fields: &mut Fields<'_>, settings: &Settings<'_>) -> (Vec<Var>, Vec<Taken>) {
    let (mut vars, mut taken) = (Vec::new(), Vec::new());
    let Some(setting) = settings.get("vars") else { return (vars, taken) };
    let Some(object) = fields.object(&setting.path, setting.node) else { return (vars, taken) };
    for entry in &object.entries {
        let path = format!("{}.{}", setting.path, entry.key);
        if let Some((below, node)) = entry.node.foreign() {
            let message = format!("`{path}{below}` is {}, which JSON has no value for", node.describe());
            fields.error(node.at, message, "write it as a string, in quotes");
            continue;
        }
        vars.push(Var { name: entry.key.clone(), value: entry.node.to_json(), secret: false });
        taken.push(Taken { name: entry.key.clone(), path, at: entry.at });
    }
    (vars, taken)
}

/// The names in `secrets.required`; none where there is no `secrets` at all.
pub(super) fn required_secrets(fields: &mut Fields<'_>, settings: &Settings<'_>) -> Option<Vec<Taken>> {
    let setting = settings.get("secrets")?;
    let object = fields.object(&setting.path, setting.node)?;
    fields.unexpected(&setting.path, object, &["required"]);
    let path = format!("{}.required", setting.path);
    let items: &[Node] = object.get("required").map_or(&[], |node| fields.items(&path, node));
    let names = items.iter().enumerate().filter_map(|(index, item)| {
        let path = format!("{path}[{index}]");
        let name = fields.string(&path, item)?;
        Some(Taken { name: name.to_owned(), path, at: item.at })
    });
    Some(names.collect())
}

/// Puts what the files of variables say over `vars`. `bound` are the names of bindings, which files cannot replace.
pub(super) fn overlay(fields: &mut Fields<'_>, vars: &mut Vec<Var>, secrets: Option<&[Taken]>, bound: &[Taken], loaded: Option<&Loaded>) {
    for (name, value) in loaded.map_or(&[][..], |loaded| &loaded.variables) {
        let from = loaded.map_or("", |loaded| &loaded.from);
        let existing = vars.iter_mut().find(|var| var.name == *name);
        let wanted = secrets.is_none_or(|required| required.iter().any(|secret| secret.name == *name));
        if existing.is_none() && !wanted {
            continue;
        }
        if let Some(binding) = bound.iter().find(|binding| binding.name == *name) {
            let message = format!("`{from}` sets `{name}`, which is the name of the binding `{}`; the binding counts", binding.path);
            fields.warn(binding.at, message, format!("rename the variable in `{from}`, or the binding"));
            continue;
        }
        let var = Var { name: name.clone(), value: value.clone().into(), secret: true };
        match existing {
            Some(existing) => *existing = var,
            None => vars.push(var),
        }
    }
    let missing = |secret: &&Taken| !loaded.is_some_and(|loaded| loaded.variables.iter().any(|(name, _)| *name == secret.name));
    for secret in secrets.unwrap_or(&[]).iter().filter(missing) {
        let message = format!("the required secret `{}` is not set", secret.name);
        fields.warn(secret.at, message, "add it to `.dev.vars` or `.env`, or set it as an environment variable");
    }
}

/// Reads everything that becomes a plain value.
pub(super) fn read(fields: &mut Fields<'_>, settings: &Settings<'_>, bound: &[Taken], files: &mut FilesOf<'_>) -> (Vec<Var>, Vec<Taken>) {
    let (mut vars, mut taken) = configured(fields, settings);
    let secrets = required_secrets(fields, settings);
    let mut search = Search {
        dir: files.dir,
        environment: settings.environment(),
        options: files.options,
        watch: files.watch,
        problems: &mut fields.problems,
    };
    let loaded = search.load(secrets.is_some());
    overlay(fields, &mut vars, secrets.as_deref(), bound, loaded.as_ref());
    taken.extend(secrets.into_iter().flatten());
    (vars, taken)
}

/// Puts what the command line gives over everything; the names of the bindings that it takes the place of. As with `wrangler`, that is not hindered.
pub(super) fn given(fields: &mut Fields<'_>, vars: &mut Vec<Var>, given: &[(String, String)], bound: &[Taken]) -> Vec<String> {
    let mut replaced = Vec::new();
    for (name, value) in given {
        if let Some(binding) = bound.iter().find(|binding| binding.name == *name)
            && !replaced.contains(name)
        {
            let message = format!("`--var {name}` takes the place of the binding `{}`", binding.path);
            fields.warn(binding.at, message, "give the variable another name, if the binding is wanted");
            replaced.push(name.clone());
        }
        let var = Var { name: name.clone(), value: value.clone().into(), secret: true };
        match vars.iter_mut().find(|var| var.name == *name) {
            Some(existing) => *existing = var,
            None => vars.push(var),
        }
    }
    replaced
}

/// Where files of variables are looked for, and the list of files looked at.
pub(super) struct FilesOf<'a> {
    pub(super) dir: &'a std::path::Path,
    pub(super) options: &'a crate::LoadOptions,
    pub(super) watch: &'a mut Vec<std::path::PathBuf>,
}
