//! What CloudFormation refuses before it creates anything: names that nothing has, resources without a type.

use super::functions::variables;
use super::{Stack, pseudo};
use crate::sources::Mark;
use crate::template::functions::Piece;
use crate::tree::{Entry, Node, Object, Value};
use crate::words::did_you_mean;

/// What a resource may have beside its properties.
const ATTRIBUTES: &[&str] = &[
    "Type",
    "Properties",
    "DependsOn",
    "Condition",
    "DeletionPolicy",
    "UpdatePolicy",
    "UpdateReplacePolicy",
    "CreationPolicy",
    "Metadata",
];

/// Reports everything of the kind in `stack`.
pub(super) fn check(stack: &Stack<'_>) {
    let checker = Checker { stack };
    for entry in &stack.resources.entries {
        checker.resource(entry);
    }
    for entry in &stack.outputs.entries {
        checker.output(entry);
    }
    stack.conditions.entries.iter().for_each(|entry| checker.value(&entry.node));
}

struct Checker<'a, 'c> {
    stack: &'a Stack<'c>,
}

impl Checker<'_, '_> {
    fn resource(&self, entry: &Entry) {
        let cx = self.stack.cx;
        let Some(body) = entry.node.object() else {
            cx.error(entry.at, format!("resource `{}` must be an object", entry.key), "give it a `Type`");
            return;
        };
        if body.text("Type").is_none() {
            cx.error(entry.at, format!("resource `{}` has no `Type`", entry.key), "add one, such as `Type: AWS::Lambda::Function`");
        }
        for other in body.entries.iter().filter(|other| !ATTRIBUTES.contains(&other.key.as_str())) {
            let hint = did_you_mean(&other.key, ATTRIBUTES.iter().copied(), "remove it, or move it into `Properties`");
            cx.error(other.at, format!("`{}` is no attribute of a resource", other.key), hint);
        }
        if let Some(condition) = body.get("Condition").filter(|condition| condition.text().is_none()) {
            let message = format!("the `Condition` of resource `{}` must be a name, not {}", entry.key, condition.describe());
            cx.error(condition.at, message, "name a condition of `Conditions`; put it in quotes where YAML takes it for something else");
        }
        if let Some(properties) = body.get("Properties") {
            self.value(properties);
        }
        for name in body.get("DependsOn").map_or(&[][..], Node::one_or_more) {
            if let Some(text) = name.text().filter(|text| !self.stack.resources.has(text)) {
                let hint = did_you_mean(text, self.stack.resources.keys(), "declare it under `Resources`");
                cx.error(name.at, format!("`DependsOn` names `{text}`, which is no resource"), hint);
            }
        }
    }

    fn output(&self, entry: &Entry) {
        match entry.node.object().map(|body| body.get("Value")) {
            Some(Some(value)) => self.value(value),
            _ => self.stack.cx.error(entry.at, format!("output `{}` has no `Value`", entry.key), "add one"),
        }
    }

    fn value(&self, node: &Node) {
        match (node.intrinsic(), &node.value) {
            (Some(("Ref", argument)), _) => {
                if let Some(name) = argument.text() {
                    self.name("Ref", name, argument.at);
                }
            }
            (Some(("Fn::GetAtt", argument)), _) => self.attribute(argument),
            (Some(("Fn::Sub", argument)), _) => self.sub(argument),
            (_, Value::Array(items)) => items.iter().for_each(|item| self.value(item)),
            (_, Value::Object(object)) => object.entries.iter().for_each(|entry| self.value(&entry.node)),
            _ => {}
        }
    }

    fn attribute(&self, argument: &Node) {
        match argument.items() {
            Some([name, attribute]) => {
                if let Some(text) = name.text() {
                    self.resource_name("Fn::GetAtt", text, name.at);
                }
                self.value(attribute);
            }
            _ => match argument.text().and_then(|text| text.split_once('.')) {
                Some((name, _)) => self.resource_name("Fn::GetAtt", name, argument.at),
                None => {
                    let hint = "write `Name.Attribute`, or a list of both";
                    self.stack.cx.error(argument.at, "`Fn::GetAtt` takes a resource's name and an attribute", hint);
                }
            },
        }
    }

    fn sub(&self, argument: &Node) {
        let empty = Object::default();
        let (text, names) = match argument.items() {
            Some([text, names]) => (text, names.object().unwrap_or(&empty)),
            _ => (argument, &empty),
        };
        names.entries.iter().for_each(|entry| self.value(&entry.node));
        for piece in variables(text.text().unwrap_or_default()) {
            match piece {
                Piece::Variable(name) if !names.has(name) => match name.split_once('.') {
                    Some((resource, _)) => self.resource_name("Fn::Sub", resource, text.at),
                    None => self.name("Fn::Sub", name, text.at),
                },
                _ => {}
            }
        }
    }

    fn name(&self, function: &str, name: &str, at: Mark) {
        let stack = self.stack;
        let known = stack.declared.has(name) || stack.resources.has(name) || pseudo::NAMES.contains(&name);
        if !known {
            let names = stack.resources.keys().chain(stack.declared.keys()).chain(pseudo::NAMES.iter().copied());
            let hint = did_you_mean(name, names, "declare it under `Resources` or `Parameters`");
            stack.cx.error(at, format!("`{function}` names `{name}`, which is no resource and no parameter"), hint);
        }
    }

    fn resource_name(&self, function: &str, name: &str, at: Mark) {
        if !self.stack.resources.has(name) {
            let hint = did_you_mean(name, self.stack.resources.keys(), "declare it under `Resources`");
            self.stack.cx.error(at, format!("`{function}` names `{name}`, which is no resource"), hint);
        }
    }
}
