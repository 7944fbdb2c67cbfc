//! Functions that name something else in the template.

use super::{Stack, text_node};
use crate::sources::Mark;
use crate::tree::Node;

pub(super) fn reference(stack: &Stack<'_>, argument: &Node, at: Mark) -> Option<Node> {
    let Some(name) = argument.text() else {
        stack.cx.error(argument.at, format!("`Ref` takes a name, not {}", argument.describe()), "write the name out");
        return None;
    };
    reference_value(stack, name, at)
}

/// What `Ref` gives for `name`. A name that nothing has was reported when the template was checked.
pub(super) fn reference_value(stack: &Stack<'_>, name: &str, at: Mark) -> Option<Node> {
    if name == "AWS::NoValue" {
        return None;
    }
    let known = stack.parameter(name).map(|value| Node { at, value: value.value.clone() });
    known.or_else(|| stack.pseudo(name, at)).or_else(|| {
        is_there(stack, name, at)?;
        Some(text_node(stack.reference_of(name)?, at))
    })
}

pub(super) fn attribute(stack: &Stack<'_>, argument: &Node, at: Mark) -> Option<Node> {
    let (name, attribute) = match (argument.text(), argument.items()) {
        (Some(text), _) => text.split_once('.').map(|(name, attribute)| (name.to_owned(), attribute.to_owned()))?,
        (_, Some([name, attribute])) => (name.text()?.to_owned(), stack.text_argument(attribute, "Fn::GetAtt")?),
        _ => {
            stack.cx.error(argument.at, "`Fn::GetAtt` takes a resource's name and an attribute", "write `Name.Attribute`");
            return None;
        }
    };
    attribute_value(stack, &name, &attribute, at)
}

/// What `Fn::GetAtt` gives.
pub(super) fn attribute_value(stack: &Stack<'_>, name: &str, attribute: &str, at: Mark) -> Option<Node> {
    is_there(stack, name, at)?;
    match attribute.strip_prefix("Outputs.") {
        Some(output) => stack.output_of_child(name, output, at),
        None => {
            known_attribute(stack, name, attribute, at);
            Some(text_node(stack.attribute_of(name, attribute)?, at))
        }
    }
}

/// Names an attribute that the table of types does not have for a type that it has.
fn known_attribute(stack: &Stack<'_>, name: &str, attribute: &str, at: Mark) {
    let Some(row) = stack.resource(name).and_then(|resource| crate::types::find(resource.kind)) else { return };
    if !row.attributes.iter().any(|(known, _)| *known == attribute) {
        let message = format!("`{}` has no attribute `{attribute}` that is known; its value is made up", row.name);
        let hint = crate::words::did_you_mean(attribute, row.attributes.iter().map(|(known, _)| *known), "use another attribute");
        stack.cx.not_emulated(at, message, hint);
    }
}

/// Reports a resource that a condition leaves out.
fn is_there(stack: &Stack<'_>, name: &str, at: Mark) -> Option<()> {
    let resource = stack.resource(name)?;
    if stack.is_active(&resource) {
        return Some(());
    }
    let condition = resource.body.text("Condition").unwrap_or_default();
    let message = format!("`{name}` is used here, but its condition `{condition}` does not hold, so that it is not created");
    stack.cx.error(at, message, format!("choose with `Fn::If` and `{condition}`"));
    None
}

pub(super) fn import(stack: &Stack<'_>, argument: &Node, at: Mark) -> Option<Node> {
    let name = stack.text_argument(argument, "Fn::ImportValue")?;
    let found = stack.cx.exports.borrow().get(&name).cloned();
    if found.is_none() {
        let message = format!("`Fn::ImportValue` asks for `{name}`, which no stack of this project exports");
        stack.cx.error(at, message, "replace it by a parameter with a `Default`, or give the value with `--parameter`");
    }
    found
}
