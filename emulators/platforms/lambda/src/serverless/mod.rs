//! `serverless.yml`: its variables, functions and events become a CloudFormation template, named as the framework names its resources.

mod dotenv;
mod events;
mod functions;
mod names;
mod provider;
mod variables;

use std::collections::BTreeMap;
use std::path::Path;

use crate::LoadOptions;
use crate::context::Context;
use crate::sources::Mark;
use crate::tree::{IntoNode, Maker, Node, Object, Value};
use crate::words::did_you_mean;
use provider::Provider;
use variables::Variables;

/// The names of the file, the one that wins first.
pub(crate) const NAMES: &[&str] = &["serverless.yml", "serverless.yaml", "serverless.json", "serverless.ts", "serverless.js"];

/// Keys of the file. Those in `plugins`' own hands are looked at by name.
const KEYS: &[&str] = &[
    "app",
    "build",
    "configValidationMode",
    "console",
    "custom",
    "dashboard",
    "deprecationNotificationMode",
    "disabledDeprecations",
    "frameworkVersion",
    "functions",
    "layers",
    "org",
    "outputs",
    "package",
    "params",
    "plugins",
    "projectDir",
    "provider",
    "resources",
    "service",
    "stages",
    "state",
    "tenant",
    "unresolvedVariablesNotificationMode",
    "useDotenv",
    "variablesResolutionMode",
    "licenseKey",
];

/// Plugins whose work is done here, or that have none to do on one machine.
const PLUGINS: &[&str] = &[
    "serverless-offline",
    "serverless-esbuild",
    "serverless-webpack",
    "serverless-bundle",
    "serverless-plugin-typescript",
    "serverless-dotenv-plugin",
    "serverless-python-requirements",
    "serverless-offline-sqs",
    "serverless-dynamodb",
    "serverless-dynamodb-local",
    "serverless-prune-plugin",
    "serverless-iam-roles-per-function",
    "serverless-plugin-warmup",
    "serverless-localstack",
];

/// The region that the file at `path` writes out, if it can be read.
pub(crate) fn region(path: &Path, options: &LoadOptions) -> Option<String> {
    let cx = Context::new(options.clone());
    cx.read(path).map(|root| provider::region(&cx, &root))
}

/// The template that `path` means, and the stack's name.
pub(crate) fn read(cx: &Context, path: &Path) -> Option<(Node, String)> {
    let ending = path.extension().map(|ending| ending.to_string_lossy().into_owned()).unwrap_or_default();
    if ending == "ts" || ending == "js" {
        let at = cx.unread(path);
        cx.error(
            at,
            format!("`serverless.{ending}` is code, and no code is run to read a project"),
            "run `serverless print > serverless.yml`, or write the file as YAML",
        );
        return None;
    }
    let raw = cx.read(path)?;
    let at = raw.at;
    let dir = path.parent().unwrap_or(Path::new(".")).to_owned();
    let env = dotenv::environment(cx, &dir, &raw);
    let variables = Variables::new(cx, &dir, raw, env);
    let root = variables.whole()?;
    let Some(root) = root.object() else {
        cx.error(at, "the file must be an object", "start with `service:`");
        return None;
    };
    for entry in root.entries.iter().filter(|entry| !KEYS.contains(&entry.key.as_str())) {
        let message = format!("`{}` is no key of `serverless.yml` that is known; it is ignored", entry.key);
        cx.not_emulated(entry.at, message, did_you_mean(&entry.key, KEYS.iter().copied(), "if a plugin reads it: plugins do not run here"));
    }
    plugins(cx, root);
    let provider = Provider::read(cx, root, at)?;
    let mut service = Service { cx, at, provider, resources: Object::default(), counts: BTreeMap::new() };
    service.layers(root);
    service.functions(root);
    let name = service.provider.stack_name.clone();
    Some((service.template(root), name))
}

fn plugins(cx: &Context, root: &Object) {
    let list = root.get("plugins");
    let list = list.and_then(|node| node.object().and_then(|object| object.get("modules"))).or(list);
    for plugin in list.map_or(&[][..], Node::one_or_more) {
        if let Some(name) = plugin.text().filter(|name| !PLUGINS.contains(name)) {
            cx.not_emulated(plugin.at, format!("the plugin `{name}` does not run here"), "what it adds to the service is missing");
        }
    }
}

/// A service on its way to a template.
struct Service<'c> {
    cx: &'c Context,
    at: Mark,
    provider: Provider,
    resources: Object,
    /// How many events of a kind a function has had, for names.
    counts: BTreeMap<String, usize>,
}

impl Service<'_> {
    /// Adds a resource.
    fn add(&mut self, id: &str, kind: &str, properties: Maker) {
        let node = properties.node();
        let resource = Maker::at(node.at).put("Type", kind).put("Properties", node);
        self.resources.set(id, resource.node());
    }

    /// Sets an attribute of a resource beside its properties.
    fn attribute(&mut self, id: &str, key: &str, node: Node) {
        if let Some(resource) = self.resources.get_mut(id).and_then(Node::object_mut) {
            resource.set(key, node);
        }
    }

    /// The next number of what `key` counts, from 1.
    fn next(&mut self, key: String) -> usize {
        let count = self.counts.entry(key).or_default();
        *count += 1;
        *count
    }

    fn layers(&mut self, root: &Object) {
        for entry in root.object("layers").map_or(&[][..], |layers| &layers.entries) {
            let Some(layer) = entry.node.object() else { continue };
            let at = entry.at;
            let artifact = layer.object("package").and_then(|package| package.get("artifact"));
            let content = artifact.or_else(|| layer.get("path")).cloned().unwrap_or_else(|| ".".into_node(at));
            let properties = Maker::at(at)
                .put("LayerName", layer.get("name").cloned().unwrap_or_else(|| entry.key.as_str().into_node(at)))
                .put("Content", content)
                .maybe("Description", layer.get("description"))
                .maybe("CompatibleRuntimes", layer.get("compatibleRuntimes"))
                .maybe("CompatibleArchitectures", layer.get("compatibleArchitectures"));
            self.add(&format!("{}LambdaLayer", names::normal(&entry.key)), "AWS::Lambda::LayerVersion", properties);
        }
    }

    fn functions(&mut self, root: &Object) {
        let Some(functions) = root.get("functions") else { return };
        // Functions may be split into files, each an object, in a list.
        for part in functions.one_or_more() {
            let Some(part) = part.object() else {
                self.cx.error(
                    part.at,
                    format!("`functions` must be an object, not {}", part.describe()),
                    "write a name and, below it, `handler:`",
                );
                continue;
            };
            for entry in &part.entries {
                functions::add(self, entry);
            }
        }
    }

    /// The template: what was generated, with the file's own `resources` on top.
    fn template(&mut self, root: &Object) -> Node {
        let at = self.at;
        let mut template = Object::default();
        template.set("Resources", std::mem::take(&mut self.resources).into_node(at));
        for part in root.get("resources").map_or(&[][..], Node::one_or_more) {
            let Some(part) = part.object() else { continue };
            for entry in &part.entries {
                if entry.key == "extensions" {
                    extend(self.cx, template.object_at("Resources", at), &entry.node);
                } else {
                    merge(&mut template, &entry.key, &entry.node);
                }
            }
        }
        template.into_node(at)
    }
}

/// Adds `node` to `key` of `object`; objects are joined, all else is replaced.
fn merge(object: &mut Object, key: &str, node: &Node) {
    match (object.get_mut(key).map(|own| &mut own.value), &node.value) {
        (Some(Value::Object(own)), Value::Object(more)) if node.intrinsic().is_none() => {
            more.entries.iter().for_each(|entry| merge(own, &entry.key, &entry.node));
        }
        _ => object.set(key, node.clone()),
    }
}

/// `extensions` change resources that were generated.
fn extend(cx: &Context, resources: &mut Object, extensions: &Node) {
    for entry in extensions.object().map_or(&[][..], |extensions| &extensions.entries) {
        if !resources.has(&entry.key) {
            let hint = did_you_mean(&entry.key, resources.keys(), "name a resource that is generated");
            cx.warn(entry.at, format!("`extensions` changes `{}`, which is not there", entry.key), hint);
            continue;
        }
        if let Some(resource) = resources.get_mut(&entry.key).and_then(Node::object_mut) {
            for change in entry.node.object().map_or(&[][..], |changes| &changes.entries) {
                merge(resource, &change.key, &change.node);
            }
        }
    }
}
