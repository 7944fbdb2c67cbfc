//! A CloudFormation stack: a template with the values of its parameters, and what its functions give.

mod check;
mod conditions;
mod foreach;
mod functions;
mod graph;
mod include;
mod names;
mod nested;
mod parameters;
mod pseudo;

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::rc::Rc;

pub(crate) use include::expand_includes;
pub(crate) use names::{resource_id, suffix};
pub(crate) use nested::MAX_NESTING;

use crate::context::Context;
use crate::sources::Mark;
use crate::tree::{Node, Object, Value};

/// Sections that a template may have.
const SECTIONS: &[&str] = &[
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Globals",
    "Hooks",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
    "Transform",
];

/// Where a template comes from and who it is deployed as.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    /// The stack's name.
    pub(crate) name: String,
    /// The folder that relative paths start from.
    pub(crate) dir: PathBuf,
    /// How many stacks it is nested in.
    pub(crate) depth: usize,
}

/// A stack. Everything in it is read when it is asked for, and what is wrong is reported to the context then.
pub(crate) struct Stack<'c> {
    pub(crate) cx: &'c Context,
    pub(crate) origin: Origin,
    parameters: BTreeMap<String, Node>,
    /// Parameters as declared, those without a value too.
    declared: Object,
    mappings: Object,
    conditions: Object,
    resources: Object,
    outputs: Object,
    judged: RefCell<HashMap<String, Option<bool>>>,
    naming: RefCell<Vec<String>>,
    children: RefCell<HashMap<String, Option<Rc<Stack<'c>>>>>,
}

impl<'c> Stack<'c> {
    /// Makes a stack of `template`. `values` are those given for its parameters. Returns none where it is no template at all.
    pub(crate) fn new(cx: &'c Context, template: Node, origin: Origin, values: &BTreeMap<String, Node>) -> Option<Self> {
        let at = template.at;
        let Value::Object(mut template) = template.value else {
            cx.error(at, format!("a template is an object, not {}", template.describe()), "start with `Resources:`");
            return None;
        };
        for entry in template.entries.iter().filter(|entry| !SECTIONS.contains(&entry.key.as_str())) {
            let hint = crate::words::did_you_mean(&entry.key, SECTIONS.iter().copied(), "remove it");
            cx.error(entry.at, format!("`{}` is no section of a template", entry.key), hint);
        }
        expand_includes(cx, &origin.dir, &mut template);
        let declared = section(cx, &template, "Parameters");
        let parameters = parameters::read(cx, &declared, values);
        let mut stack = Self {
            cx,
            parameters,
            declared,
            mappings: section(cx, &template, "Mappings"),
            conditions: section(cx, &template, "Conditions"),
            resources: Object::default(),
            outputs: Object::default(),
            origin,
            judged: RefCell::default(),
            naming: RefCell::default(),
            children: RefCell::default(),
        };
        foreach::expand(&stack, &mut template);
        stack.conditions = section(cx, &template, "Conditions");
        crate::sam::transform(&stack, &mut template);
        if !template.has("Resources") {
            cx.error(at, "the template has no `Resources`", "declare at least one resource");
        }
        stack.conditions = section(cx, &template, "Conditions");
        stack.resources = section(cx, &template, "Resources");
        stack.outputs = section(cx, &template, "Outputs");
        check::check(&stack);
        graph::check(&stack);
        Some(stack)
    }

    /// The resources that the conditions leave, by logical id, with where each is declared.
    pub(crate) fn active(&self) -> impl Iterator<Item = Resource<'_>> {
        self.resources.entries.iter().filter_map(move |entry| self.resource(&entry.key)).filter(|resource| self.is_active(resource))
    }

    /// The resource with this logical id, active or not.
    pub(crate) fn resource(&self, id: &str) -> Option<Resource<'_>> {
        let entry = self.resources.entry(id)?;
        let body = entry.node.object()?;
        Some(Resource { id: entry.key.as_str(), at: entry.at, kind: body.text("Type")?, body })
    }

    fn is_active(&self, resource: &Resource<'_>) -> bool {
        resource.body.text("Condition").is_none_or(|name| self.condition(name, resource.at).unwrap_or(true))
    }

    /// The value given for a parameter.
    pub(crate) fn parameter(&self, name: &str) -> Option<&Node> {
        self.parameters.get(name)
    }

    /// All resources after SAM's transform, functions in them as they are.
    pub(crate) fn resources_json(&self) -> serde_json::Value {
        self.resources.entries.iter().map(|entry| (entry.key.clone(), entry.node.to_json())).collect()
    }

    /// The file or folder that a path of this template means.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        clean(&self.origin.dir.join(relative))
    }

    /// The outputs that the conditions leave: name, value, and where each is declared.
    pub(crate) fn outputs(&self) -> Vec<Output> {
        let active = self.outputs.entries.iter().filter_map(|entry| {
            let body = entry.node.object()?;
            let wanted = body.text("Condition").is_none_or(|name| self.condition(name, entry.at).unwrap_or(true));
            wanted.then_some((entry, body))
        });
        let read = active.filter_map(|(entry, body)| {
            let value = self.resolve(body.get("Value")?)?;
            let export = body.object("Export").and_then(|export| export.get("Name")).and_then(|name| self.resolve(name)?.scalar());
            Some(Output { name: entry.key.clone(), value, export, at: entry.at })
        });
        read.collect()
    }

    /// Makes what this stack exports known to the stacks that are read after it.
    pub(crate) fn publish(&self) {
        for output in self.outputs() {
            if let Some(export) = output.export {
                self.cx.exports.borrow_mut().insert(export, output.value);
            }
        }
    }
}

/// A resource as declared.
#[derive(Clone, Copy)]
pub(crate) struct Resource<'s> {
    pub(crate) id: &'s str,
    pub(crate) at: Mark,
    pub(crate) kind: &'s str,
    pub(crate) body: &'s Object,
}

/// An output of a stack.
pub(crate) struct Output {
    pub(crate) name: String,
    pub(crate) value: Node,
    pub(crate) export: Option<String>,
    pub(crate) at: Mark,
}

/// The section `name`, which must be an object where it is there.
fn section(cx: &Context, template: &Object, name: &str) -> Object {
    match template.get(name) {
        None => Object::default(),
        Some(node) if node.is_null() => Object::default(),
        Some(Node { value: Value::Object(object), .. }) => object.clone(),
        Some(node) => {
            cx.error(node.at, format!("`{name}` must be an object, not {}", node.describe()), format!("make `{name}` an object"));
            Object::default()
        }
    }
}

/// `path` without `.` and `..`, as far as its own parts go.
pub(crate) fn clean(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir if clean.file_name().is_some() => {
                clean.pop();
            }
            other => clean.push(other),
        }
    }
    clean
}
