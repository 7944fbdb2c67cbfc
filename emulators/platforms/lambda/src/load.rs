//! From a folder to a project: which kind it is, and the steps that are the same for all kinds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use greenroom_host::{Diagnostic, Severity};

use crate::context::Context;
use crate::options::LoadOptions;
use crate::resources::{LambdaProject, collect};
use crate::template::{Origin, Stack};
use crate::tree::{IntoNode, Node};
use crate::{cdk, folder, samconfig, serverless};

/// What a project is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A SAM or CloudFormation template.
    Template,
    /// A CDK assembly (`cdk.out`), or a CDK app that has not been synthesised.
    Cdk,
    /// `serverless.yml`.
    Serverless,
    /// A folder with a handler.
    Folder,
}

/// The names of templates, the one that wins first: those of `sam`, then what plain CloudFormation is usually called.
const TEMPLATES: &[&str] = &[
    "template.yaml",
    "template.yml",
    "template.json",
    "sam.yaml",
    "sam.yml",
    "cloudformation.yaml",
    "cloudformation.yml",
    "cloudformation.json",
];

/// What the project in `dir` is written in, and the file that says so.
#[must_use]
pub fn detect(dir: &Path) -> Option<(Kind, PathBuf)> {
    let named = |names: &[&str]| names.iter().map(|name| dir.join(name)).find(|path| path.is_file());
    if let Some(path) = named(TEMPLATES) {
        return Some((Kind::Template, path));
    }
    if let Some(path) = named(serverless::NAMES) {
        return Some((Kind::Serverless, path));
    }
    if let Some(path) = cdk::detect(dir) {
        return Some((Kind::Cdk, path));
    }
    folder::detect(dir).map(|path| (Kind::Folder, path))
}

/// Reads the project in `dir`.
///
/// # Errors
///
/// Everything that is wrong with it, then everything that is doubtful, each with its file and, where there is one, its position.
pub fn load(dir: &Path, options: &LoadOptions) -> Result<LambdaProject, Vec<Diagnostic>> {
    let mut options = options.clone();
    let found = match &options.template {
        Some(template) => Some(named(&dir.join(template))),
        None => detect(dir),
    };
    let Some((kind, path)) = found else { return Err(vec![no_project(dir)]) };
    let config = samconfig::read(dir, &mut options);
    if kind == Kind::Serverless && options.wanted_region().is_none() {
        options.region = serverless::region(&path, &options);
    }
    let cx = Context::new(options);
    let config = match config {
        Ok(config) => config,
        Err(error) => {
            cx.fail(error);
            samconfig::Config::default()
        }
    };
    if let Some(path) = &config.path {
        cx.watch(path);
    }
    let mut project = read(&cx, kind, &path, &config);
    let (problems, files) = cx.finish();
    if problems.iter().any(|problem| problem.severity == Severity::Error) {
        return Err(problems);
    }
    project.warnings = problems;
    project.watch_files = files;
    Ok(project)
}

/// What a file that was named is.
fn named(path: &Path) -> (Kind, PathBuf) {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let kind = if path.is_dir() || name == "manifest.json" || name == "cdk.json" {
        Kind::Cdk
    } else if serverless::NAMES.contains(&name.as_str()) {
        Kind::Serverless
    } else {
        Kind::Template
    };
    (kind, path.to_owned())
}

fn no_project(dir: &Path) -> Diagnostic {
    if !dir.is_dir() {
        let what = if dir.exists() { "is not a folder" } else { "is not there" };
        return Diagnostic::error(format!("the project folder `{}` {what}", dir.display()))
            .in_file(dir)
            .hint("name the folder that holds the project");
    }
    let message = format!("no Lambda project in `{}`: looked for a template, `serverless.yml`, `cdk.json` and a handler", dir.display());
    Diagnostic::error(message)
        .in_file(dir)
        .hint("add a `template.yaml`, or a file with a handler such as `index.mjs` or `lambda_function.py`")
}

fn read(cx: &Context, kind: Kind, path: &Path, config: &samconfig::Config) -> LambdaProject {
    let dir = path.parent().unwrap_or(Path::new(".")).to_owned();
    match kind {
        Kind::Cdk => cdk::read(cx, path),
        Kind::Template => {
            let Some(template) = cx.read(path) else { return LambdaProject::default() };
            let name = cx.options.stack_name.clone().or_else(|| config.stack_name.clone()).unwrap_or_else(|| stack_name(&dir));
            one(cx, template, Origin { name, dir, depth: 0 }, &values(cx, config, path))
        }
        Kind::Serverless => match serverless::read(cx, path) {
            Some((template, name)) => {
                let name = cx.options.stack_name.clone().unwrap_or(name);
                one(cx, template, Origin { name, dir, depth: 0 }, &BTreeMap::new())
            }
            None => LambdaProject::default(),
        },
        Kind::Folder => match folder::read(cx, path) {
            Some(template) => {
                let name = cx.options.stack_name.clone().unwrap_or_else(|| stack_name(&dir));
                one(cx, template, Origin { name, dir, depth: 0 }, &BTreeMap::new())
            }
            None => LambdaProject::default(),
        },
    }
}

/// The project that one template is.
pub(crate) fn one(cx: &Context, template: Node, origin: Origin, values: &BTreeMap<String, Node>) -> LambdaProject {
    let mut project = LambdaProject { stack_name: origin.name.clone(), ..LambdaProject::default() };
    if let Some(stack) = Stack::new(cx, template, origin, values)
        && !cx.failed()
    {
        collect(&stack, &mut project);
        stack.publish();
    }
    resources_done(cx, &mut project);
    project
}

/// What can only be said when all stacks are there.
pub(crate) fn resources_done(cx: &Context, project: &mut LambdaProject) {
    cx.options.region().clone_into(&mut project.region);
    cx.options.account().clone_into(&mut project.account);
    crate::resources::finish(cx, project);
}

/// Values of parameters: the command line's win over the configuration's.
pub(crate) fn values(cx: &Context, config: &samconfig::Config, path: &Path) -> BTreeMap<String, Node> {
    let file = config.path.as_deref().unwrap_or(path);
    let at = cx.unread(file);
    let given = config.parameters.iter().chain(&cx.options.parameters);
    given.map(|(name, value)| (name.clone(), value.as_str().into_node(at))).collect()
}

/// A stack's name from its folder's: letters, digits and dashes.
pub(crate) fn stack_name(dir: &Path) -> String {
    let absolute = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    let name = absolute.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let plain: String = name.chars().map(|character| if character.is_ascii_alphanumeric() { character } else { '-' }).collect();
    let plain = plain.trim_matches('-');
    if plain.starts_with(|first: char| first.is_ascii_alphabetic()) { plain.to_owned() } else { "app".to_owned() }
}

/// The template at `path` after SAM's transform, whether it asks for it or not, as JSON, and what was reported on the way: for tests that hold it against the vendor's.
///
/// # Errors
///
/// What was reported, where the file is no template.
pub fn transformed(path: &Path, options: &LoadOptions) -> Result<(serde_json::Value, Vec<Diagnostic>), Vec<Diagnostic>> {
    let cx = Context::new(options.clone());
    let dir = path.parent().unwrap_or(Path::new(".")).to_owned();
    let stack = cx.read(path).and_then(|mut template| {
        let at = template.at;
        if let Some(object) = template.object_mut().filter(|object| !object.has("Transform")) {
            object.set("Transform", crate::sam::TRANSFORM.into_node(at));
        }
        Stack::new(&cx, template, Origin { name: "sam".to_owned(), dir, depth: 0 }, &BTreeMap::new()).map(|stack| stack.resources_json())
    });
    let (problems, _) = cx.finish();
    stack.map_or_else(|| Err(problems.clone()), |json| Ok((json, problems.clone())))
}
