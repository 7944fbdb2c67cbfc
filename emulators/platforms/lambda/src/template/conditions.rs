//! Conditions, and the functions that they are made of.

use super::Stack;
use crate::sources::Mark;
use crate::tree::{IntoNode, Node};
use crate::words::did_you_mean;

impl Stack<'_> {
    /// Whether the condition `name` holds; none where it cannot be said, which is reported.
    pub(crate) fn condition(&self, name: &str, at: Mark) -> Option<bool> {
        if let Some(known) = self.judged.borrow().get(name) {
            return *known;
        }
        let Some(entry) = self.conditions.entry(name) else {
            let hint = did_you_mean(name, self.conditions.keys(), "declare it under `Conditions`");
            self.cx.error(at, format!("there is no condition `{name}`"), hint);
            return None;
        };
        if self.naming.borrow().iter().any(|busy| *busy == format!("condition {name}")) {
            self.cx.error(entry.at, format!("condition `{name}` depends on itself"), "take one of the conditions out of the circle");
            return None;
        }
        self.naming.borrow_mut().push(format!("condition {name}"));
        let holds = self.judge(&entry.node);
        self.naming.borrow_mut().pop();
        self.judged.borrow_mut().insert(name.to_owned(), holds);
        holds
    }

    /// Whether `node`, which stands where a condition does, holds.
    pub(super) fn judge(&self, node: &Node) -> Option<bool> {
        match node.intrinsic() {
            Some(("Condition", name)) => self.condition(name.text()?, name.at),
            _ => self.resolve(node)?.boolean().or_else(|| {
                self.cx.error(node.at, "this is no condition", "use `Fn::Equals`, `Fn::And`, `Fn::Or`, `Fn::Not` or `Condition`");
                None
            }),
        }
    }
}

pub(super) fn equals(stack: &Stack<'_>, argument: &Node, at: Mark) -> Option<Node> {
    let [left, right] = stack.arguments(argument, "Fn::Equals", "two values")?;
    let (left, right) = (stack.resolve(left), stack.resolve(right));
    let plain = |node: &Option<Node>| node.as_ref().map(|node| node.scalar().unwrap_or_else(|| node.to_json().to_string()));
    Some((plain(&left) == plain(&right)).into_node(at))
}

pub(super) fn not(stack: &Stack<'_>, argument: &Node, at: Mark) -> Option<Node> {
    let [condition] = stack.arguments(argument, "Fn::Not", "one condition in a list")?;
    Some((!stack.judge(condition)?).into_node(at))
}

pub(super) fn and(stack: &Stack<'_>, argument: &Node, at: Mark) -> Option<Node> {
    let all = several(stack, argument, "Fn::And")?;
    Some(all.into_iter().all(|holds| holds).into_node(at))
}

pub(super) fn or(stack: &Stack<'_>, argument: &Node, at: Mark) -> Option<Node> {
    let all = several(stack, argument, "Fn::Or")?;
    Some(all.into_iter().any(|holds| holds).into_node(at))
}

fn several(stack: &Stack<'_>, argument: &Node, name: &str) -> Option<Vec<bool>> {
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-conditions.html>
    const MOST: usize = 10;
    let items = argument.items().filter(|items| (2..=MOST).contains(&items.len()));
    let Some(items) = items else {
        stack.cx.error(argument.at, format!("`{name}` takes a list of 2 to {MOST} conditions"), "give it as many");
        return None;
    };
    items.iter().map(|item| stack.judge(item)).collect()
}

pub(super) fn choose(stack: &Stack<'_>, argument: &Node, _: Mark) -> Option<Node> {
    let [name, then, otherwise] = stack.arguments(argument, "Fn::If", "a condition's name and two values")?;
    let Some(text) = name.text() else {
        stack.cx.error(
            name.at,
            format!("`Fn::If` takes the name of a condition, not {}", name.describe()),
            "declare it under `Conditions`",
        );
        return None;
    };
    let chosen = if stack.condition(text, name.at)? { then } else { otherwise };
    stack.resolve(chosen)
}
