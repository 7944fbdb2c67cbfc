//! Circles among resources, which CloudFormation refuses.

use super::functions::{Piece, variables};
use super::{Resource, Stack};
use crate::tree::{Node, Object, Value};
use crate::words::listed;

/// Reports each circle among the resources that are created.
pub(super) fn check(stack: &Stack<'_>) {
    let mut walk = Walk { stack, path: Vec::new(), done: Vec::new() };
    for resource in stack.active() {
        walk.visit(resource);
    }
}

struct Walk<'a, 'c> {
    stack: &'a Stack<'c>,
    path: Vec<&'a str>,
    done: Vec<&'a str>,
}

impl<'a> Walk<'a, '_> {
    fn visit(&mut self, resource: Resource<'a>) {
        if self.done.contains(&resource.id) {
            return;
        }
        if let Some(start) = self.path.iter().position(|id| *id == resource.id) {
            let circle = &self.path[start..];
            let message = match circle {
                [only] => format!("resource `{only}` depends on itself"),
                circle => format!("circular dependency between resources {}", listed(circle)),
            };
            self.stack.cx.error(resource.at, message, "take out one of the references or `DependsOn`, so that one can be created first");
            return;
        }
        self.path.push(resource.id);
        for name in needed(self.stack, &resource) {
            if let Some(next) = self.stack.resource(&name).filter(|next| self.stack.is_active(next)) {
                self.visit(next);
            }
        }
        self.path.pop();
        self.done.push(resource.id);
    }
}

/// The names that `resource` needs, in the branches that the conditions leave.
fn needed(stack: &Stack<'_>, resource: &Resource<'_>) -> Vec<String> {
    let mut names = Vec::new();
    if let Some(properties) = resource.body.get("Properties") {
        collect(stack, properties, &mut names);
    }
    let depends = resource.body.get("DependsOn").map_or(&[][..], Node::one_or_more);
    names.extend(depends.iter().filter_map(Node::text).map(str::to_owned));
    names
}

impl Stack<'_> {
    /// The value of `node` where it depends on nothing but parameters, and can be said before any resource is known.
    pub(crate) fn early(&self, node: &Node) -> Option<Node> {
        let mut names = Vec::new();
        collect(self, node, &mut names);
        let known = names.iter().all(|name| self.parameters.contains_key(name) || name.starts_with("AWS::"));
        if known { self.resolve(node) } else { None }
    }
}

fn collect(stack: &Stack<'_>, node: &Node, names: &mut Vec<String>) {
    match (node.intrinsic(), &node.value) {
        (Some(("Ref", argument)), _) => names.extend(argument.text().map(str::to_owned)),
        (Some(("Fn::GetAtt", argument)), _) => {
            let name = argument.items().and_then(|items| items.first()?.text());
            names.extend(name.or_else(|| argument.text()?.split('.').next()).map(str::to_owned));
        }
        (Some(("Fn::Sub", argument)), _) => collect_sub(stack, argument, names),
        (Some(("Fn::If", argument)), _) => collect_if(stack, argument, names),
        (_, Value::Array(items)) => items.iter().for_each(|item| collect(stack, item, names)),
        (_, Value::Object(object)) => object.entries.iter().for_each(|entry| collect(stack, &entry.node, names)),
        _ => {}
    }
}

fn collect_sub(stack: &Stack<'_>, argument: &Node, names: &mut Vec<String>) {
    let empty = Object::default();
    let (text, local) = match argument.items() {
        Some([text, local]) => (text, local.object().unwrap_or(&empty)),
        _ => (argument, &empty),
    };
    local.entries.iter().for_each(|entry| collect(stack, &entry.node, names));
    for piece in variables(text.text().unwrap_or_default()) {
        match piece {
            Piece::Variable(name) if !local.has(name) => names.extend(name.split('.').next().map(str::to_owned)),
            _ => {}
        }
    }
}

fn collect_if(stack: &Stack<'_>, argument: &Node, names: &mut Vec<String>) {
    let Some([condition, then, otherwise]) = argument.items() else { return };
    let holds = condition.text().and_then(|name| stack.condition(name, condition.at)).unwrap_or(true);
    collect(stack, if holds { then } else { otherwise }, names);
}
