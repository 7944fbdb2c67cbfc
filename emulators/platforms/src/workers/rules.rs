//! How files that are not code become modules.

use greenroom_host::{ModuleKind, ModuleRule};

use super::settings::Settings;
use crate::fields::Fields;
use crate::tree::{Node, Value};

const KINDS: &[(&str, ModuleKind)] = &[
    ("ESModule", ModuleKind::ESModule),
    ("CommonJS", ModuleKind::CommonJS),
    ("CompiledWasm", ModuleKind::CompiledWasm),
    ("Text", ModuleKind::Text),
    ("Data", ModuleKind::Data),
];

/// The rules that hold after those of the configuration.
/// <https://developers.cloudflare.com/workers/wrangler/bundling/#including-non-javascript-modules>
pub(super) fn defaults() -> Vec<ModuleRule> {
    let rule = |kind, globs: &[&str]| ModuleRule { kind, globs: globs.iter().map(|&glob| glob.to_owned()).collect(), fallthrough: false };
    vec![
        rule(ModuleKind::Text, &["**/*.txt", "**/*.html", "**/*.sql"]),
        rule(ModuleKind::Data, &["**/*.bin"]),
        rule(ModuleKind::CompiledWasm, &["**/*.wasm", "**/*.wasm?module"]),
    ]
}

/// A rule of the configuration.
struct Written {
    rule: ModuleRule,
    /// Whether `fallthrough` was written, with either value.
    decided: bool,
    path: String,
    at: usize,
}

/// The rules that apply, first match wins. A rule without `fallthrough` ends its kind: later rules of that kind, the default one too, are left
/// out of the list.
pub(super) fn read(fields: &mut Fields<'_>, settings: &Settings<'_>) -> Vec<ModuleRule> {
    let mut written = Vec::new();
    if let Some(setting) = settings.get("rules").filter(|setting| setting.node.value != Value::Null) {
        let items = fields.items(&setting.path, setting.node).iter().enumerate();
        written.extend(items.filter_map(|(index, item)| rule(fields, format!("{}[{index}]", setting.path), item)));
    }
    let mut rules: Vec<ModuleRule> = Vec::new();
    for (index, later) in written.iter().enumerate() {
        match ending(&written[..index], later.rule.kind) {
            Some(earlier) => warn_of_ignored(fields, earlier, &format!("`{}`", later.path)),
            None => rules.push(later.rule.clone()),
        }
    }
    for default in defaults() {
        match ending(&written, default.kind) {
            Some(earlier) => warn_of_ignored(fields, earlier, &format!("the default one for `{}`", default.globs.join("`, `"))),
            None => rules.push(default),
        }
    }
    rules
}

/// The first of `rules` after which no other rule of `kind` counts.
fn ending(rules: &[Written], kind: ModuleKind) -> Option<&Written> {
    rules.iter().find(|earlier| earlier.rule.kind == kind && !earlier.rule.fallthrough)
}

fn warn_of_ignored(fields: &mut Fields<'_>, earlier: &Written, ignored: &str) {
    if !earlier.decided {
        let message = format!("`{}` ends the rules of its type: {ignored} is ignored", earlier.path);
        fields.warn(earlier.at, message, "add `fallthrough: true` to use both, or `fallthrough: false` to say that this is meant");
    }
}

fn rule(fields: &mut Fields<'_>, path: String, node: &Node) -> Option<Written> {
    let object = fields.object(&path, node)?;
    fields.unexpected(&path, object, &["type", "globs", "fallthrough"]);
    let fallthrough = object.get("fallthrough").map(|node| fields.boolean(&format!("{path}.fallthrough"), node));
    let globs = if let Some(node) = object.get("globs") {
        fields.strings(&format!("{path}.globs"), node)
    } else {
        fields.error(node.at, format!("`{path}.globs` is missing"), "add the files it is for, such as `[\"**/*.txt\"]`");
        Vec::new()
    };
    let kind = kind(fields, &path, node, object.get("type"))?;
    let rule = ModuleRule { kind, globs, fallthrough: fallthrough.flatten().unwrap_or(false) };
    Some(Written { rule, decided: fallthrough.is_some(), path, at: node.at })
}

fn kind(fields: &mut Fields<'_>, path: &str, rule: &Node, node: Option<&Node>) -> Option<ModuleKind> {
    let names: Vec<String> = KINDS.iter().map(|(name, _)| format!("`{name}`")).collect();
    let hint = format!("use one of {}", names.join(", "));
    let Some(node) = node else {
        fields.error(rule.at, format!("`{path}.type` is missing"), hint);
        return None;
    };
    let text = fields.string(&format!("{path}.type"), node)?;
    let known = KINDS.iter().find(|(name, _)| *name == text);
    if known.is_none() {
        fields.error(node.at, format!("`{path}.type` is no type of module: `{text}`"), hint);
    }
    known.map(|(_, kind)| *kind)
}
