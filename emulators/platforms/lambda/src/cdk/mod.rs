//! CDK assemblies (`cdk.out`): `manifest.json` names the stacks, each with a template, and where its assets are.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::context::Context;
use crate::load::resources_done;
use crate::resources::{LambdaProject, collect};
use crate::template::{Origin, Stack, clean};
use crate::tree::{IntoNode, Node, Object};

const OUT: &str = "cdk.out";
const MANIFEST: &str = "manifest.json";

/// The assembly that `dir` is or has, or the `cdk.json` of an app that is not synthesised yet.
pub(crate) fn detect(dir: &Path) -> Option<PathBuf> {
    if is_assembly(dir) {
        return Some(dir.join(MANIFEST));
    }
    if !dir.join("cdk.json").is_file() {
        return is_assembly(&dir.join(OUT)).then(|| dir.join(OUT).join(MANIFEST));
    }
    let out = output_of(&dir.join("cdk.json")).unwrap_or_else(|| OUT.to_owned());
    let manifest = dir.join(out).join(MANIFEST);
    Some(if manifest.is_file() { manifest } else { dir.join("cdk.json") })
}

/// A `manifest.json` may be anybody's; that of an assembly has artifacts.
fn is_assembly(dir: &Path) -> bool {
    std::fs::read_to_string(dir.join(MANIFEST)).is_ok_and(|text| text.contains("\"artifacts\""))
}

fn output_of(path: &Path) -> Option<String> {
    let json: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).ok()?).ok()?;
    json.get("output")?.as_str().map(str::to_owned)
}

/// Reads the assembly at `path`, which is the folder or its manifest.
pub(crate) fn read(cx: &Context, path: &Path) -> LambdaProject {
    let manifest = if path.is_dir() { path.join(MANIFEST) } else { path.to_owned() };
    if manifest.file_name().is_some_and(|name| name == "cdk.json") {
        let at = cx.unread(&manifest);
        cx.error(at, "the CDK app has not been synthesised: there is no `cdk.out`", "run `cdk synth` first");
        return LambdaProject::default();
    }
    let mut stacks = Vec::new();
    read_manifest(cx, &manifest, 0, &mut stacks);
    if stacks.is_empty() && !cx.failed() {
        let at = cx.unread(&manifest);
        cx.error(at, "the assembly has no stack", "add a stack to the app, and run `cdk synth`");
    }
    let mut project = LambdaProject::default();
    for stack in in_order(stacks) {
        read_stack(cx, stack, &mut project);
    }
    resources_done(cx, &mut project);
    project
}

/// A stack of an assembly.
struct Found {
    id: String,
    name: String,
    template: PathBuf,
    depends: Vec<String>,
    parameters: BTreeMap<String, Node>,
}

fn read_manifest(cx: &Context, path: &Path, depth: usize, stacks: &mut Vec<Found>) {
    let Some(manifest) = cx.read(path) else { return };
    let dir = path.parent().unwrap_or(Path::new("."));
    let Some(artifacts) = manifest.object().and_then(|manifest| manifest.object("artifacts")) else {
        cx.error(
            manifest.at,
            "this is no manifest of a CDK assembly: it has no `artifacts`",
            "name the folder that `cdk synth` has written",
        );
        return;
    };
    for entry in &artifacts.entries {
        let Some(artifact) = entry.node.object() else { continue };
        let properties = artifact.object("properties");
        match artifact.text("type") {
            Some("aws:cloudformation:stack") => stacks.extend(stack_of(dir, &entry.key, artifact, properties)),
            // A stage: an assembly inside of this one.
            Some("cdk:cloud-assembly") if depth < crate::template::MAX_NESTING => {
                if let Some(inner) = properties.and_then(|properties| properties.text("directoryName")) {
                    read_manifest(cx, &dir.join(inner).join(MANIFEST), depth + 1, stacks);
                }
            }
            _ => {}
        }
    }
}

fn stack_of(dir: &Path, id: &str, artifact: &Object, properties: Option<&Object>) -> Option<Found> {
    let properties = properties?;
    let file = properties.text("templateFile")?;
    let depends = artifact.get("dependencies").map_or(&[][..], Node::one_or_more).iter().filter_map(Node::scalar).collect();
    let parameters = properties.object("parameters").map_or(&[][..], |all| &all.entries);
    let name = properties.text("stackName").or_else(|| artifact.text("displayName")).unwrap_or(id);
    Some(Found {
        id: id.to_owned(),
        name: name.to_owned(),
        template: clean(&dir.join(file)),
        depends,
        parameters: parameters.iter().map(|entry| (entry.key.clone(), entry.node.clone())).collect(),
    })
}

/// Stacks after those that they depend on, else in the order of the manifest.
fn in_order(mut stacks: Vec<Found>) -> Vec<Found> {
    let mut ordered: Vec<Found> = Vec::new();
    while !stacks.is_empty() {
        let waits =
            |stack: &Found, all: &[Found]| stack.depends.iter().any(|id| all.iter().any(|other| other.id == *id && other.id != stack.id));
        // A circle, which the CDK does not write, is read as it comes.
        let next = stacks.iter().position(|stack| !waits(stack, &stacks)).unwrap_or(0);
        ordered.push(stacks.remove(next));
    }
    ordered
}

fn read_stack(cx: &Context, found: Found, project: &mut LambdaProject) {
    let Some(template) = cx.read(&found.template) else { return };
    let dir = found.template.parent().unwrap_or(Path::new(".")).to_owned();
    let mut values = found.parameters;
    let declared = template.object().and_then(|template| template.object("Parameters")).cloned().unwrap_or_default();
    let at = template.at;
    for (name, value) in cx.options.parameters.iter().filter(|(name, _)| declared.has(name)) {
        values.insert(name.clone(), value.as_str().into_node(at));
    }
    // What only the CDK's own bootstrap asks for.
    if declared.has("BootstrapVersion") {
        values.entry("BootstrapVersion".to_owned()).or_insert_with(|| "21".into_node(at));
    }
    values.retain(|name, _| declared.has(name));
    if project.stack_name.is_empty() {
        project.stack_name.clone_from(&found.name);
    }
    let Some(stack) = Stack::new(cx, template, Origin { name: found.name, dir, depth: 0 }, &values) else { return };
    if !cx.failed() {
        collect(&stack, project);
        stack.publish();
    }
}
