//! Stacks inside of stacks, where the inner template is a local file.

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use super::{Origin, Resource, Stack, suffix};
use crate::sources::Mark;
use crate::tree::Node;
use crate::words::did_you_mean;

/// How many stacks may be nested in each other. The vendor has no such number; a template that nests itself would never end.
pub(crate) const MAX_NESTING: usize = 10;

impl<'c> Stack<'c> {
    /// The stack that the resource `id` is, read when it is first asked for.
    pub(crate) fn child(&self, id: &str) -> Option<Rc<Stack<'c>>> {
        if let Some(known) = self.children.borrow().get(id) {
            return known.clone();
        }
        self.children.borrow_mut().insert(id.to_owned(), None);
        let child =
            self.resource(id).filter(|resource| resource.kind == "AWS::CloudFormation::Stack").and_then(|resource| self.open(&resource));
        let child = child.map(Rc::new);
        self.children.borrow_mut().insert(id.to_owned(), child.clone());
        child
    }

    /// The output `name` of the inner stack `id`.
    pub(super) fn output_of_child(&self, id: &str, name: &str, at: Mark) -> Option<Node> {
        let child = self.child(id)?;
        let outputs = child.outputs();
        let found = outputs.iter().find(|output| output.name == name).map(|output| Node { at, value: output.value.value.clone() });
        if found.is_none() {
            let hint = did_you_mean(name, outputs.iter().map(|output| output.name.as_str()), "add it to the inner template's `Outputs`");
            self.cx.error(at, format!("the nested stack `{id}` has no output `{name}`"), hint);
        }
        found
    }

    fn open(&self, resource: &Resource<'_>) -> Option<Stack<'c>> {
        let cx = self.cx;
        let url = self.property(resource, "TemplateURL").and_then(|node| node.scalar());
        let local = asset_path(resource).or(url);
        let Some(place) = local.filter(|place| !is_remote(place)) else {
            let message = format!("the nested stack `{}` has no local template, and none is fetched", resource.id);
            cx.not_emulated(resource.at, message, "name a local file as `TemplateURL`");
            return None;
        };
        if self.origin.depth >= MAX_NESTING {
            cx.error(resource.at, format!("stacks nest more than {MAX_NESTING} deep"), "do not nest a template in itself");
            return None;
        }
        let path = self.path(&place);
        if !path.is_file() {
            cx.watch(&path);
            let message = format!("the nested stack `{}` names a template that is not there: `{place}`", resource.id);
            cx.error(resource.at, message, format!("create `{}`, or correct the path", path.display()));
            return None;
        }
        let template = cx.read(&path)?;
        let given = self.property(resource, "Parameters");
        let values: BTreeMap<String, Node> = given
            .iter()
            .filter_map(Node::object)
            .flat_map(|object| &object.entries)
            .map(|entry| (entry.key.clone(), entry.node.clone()))
            .collect();
        let name = format!("{}-{}-{}", self.origin.name, resource.id, suffix(&format!("{}/{}", self.origin.name, resource.id)));
        let dir = path.parent().unwrap_or(Path::new(".")).to_owned();
        Stack::new(cx, template, Origin { name, dir, depth: self.origin.depth + 1 }, &values)
    }
}

/// Where the CDK has put the template of a nested stack.
fn asset_path(resource: &Resource<'_>) -> Option<String> {
    resource.body.object("Metadata")?.text("aws:asset:path").map(str::to_owned)
}

fn is_remote(place: &str) -> bool {
    ["s3://", "https://", "http://"].iter().any(|scheme| place.starts_with(scheme))
}
