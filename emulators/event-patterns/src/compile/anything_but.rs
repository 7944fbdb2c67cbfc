//! `{"anything-but": …}`: values, or texts that a value must not be like.

use super::field;
use super::{Result, wrong, wrong_end};
use crate::source::{Kind, Node};
use crate::test::{Literal, Test, TextTest};

const MIXED: &str = "Inside anything but list, either all values are number or string, mixed type is not supported";
const IGNORING_CASE: &str = "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.";
const NOT_A_TEXT: &str = "prefix/suffix match pattern must be a string";

/// The test of an operand.
pub(crate) fn test(operand: &Node) -> Result<Test> {
    match &operand.kind {
        Kind::Object(members) => expression(operand, members),
        Kind::List(elements) if elements.is_empty() => wrong_end(operand, "Empty arrays are not allowed"),
        Kind::List(elements) => {
            let reason = "Inside anything but list, start|null|boolean is not supported.";
            let literals = elements.iter().map(|element| literal(element, reason)).collect::<Result<Vec<_>>>()?;
            let texts = literals.iter().filter(|literal| matches!(literal, Literal::Text(_))).count();
            if texts != 0 && texts != literals.len() { wrong_end(operand, MIXED) } else { Ok(Test::AnythingBut(literals)) }
        }
        Kind::Text(_) | Kind::Number(_) => Ok(Test::AnythingBut(vec![literal(operand, "")?])),
        _ => wrong(operand, "Value of anything-but must be an array or single string/number value."),
    }
}

fn literal(node: &Node, refusal: &str) -> Result<Literal> {
    match &node.kind {
        Kind::Text(value) => Ok(Literal::Text(value.clone())),
        Kind::Number(value) => Ok(Literal::Number(value.clone())),
        _ => wrong(node, refusal),
    }
}

/// `{"prefix": "a"}` and `{"prefix": ["a", "b"]}`.
fn expression(operand: &Node, members: &[(String, Node)]) -> Result<Test> {
    let Some((operator, value)) = members.first() else {
        return wrong_end(operand, "Anything-But expression name not found");
    };
    let make: fn(&Node) -> Result<TextTest> = match operator.as_str() {
        "equals-ignore-case" => |node| Ok(TextTest::IsIgnoringCase(field::text(node, IGNORING_CASE)?.to_lowercase())),
        "prefix" => |node| Ok(TextTest::Prefix(affix(node)?)),
        "suffix" => |node| Ok(TextTest::Suffix(affix(node)?)),
        "wildcard" => field::wildcard,
        other => return wrong(value, format!("Unsupported anything-but pattern: {other}")),
    };
    if let Some((_, second)) = members.get(1) {
        return wrong(second, "Too many elements in numeric expression");
    }
    let tests = match &value.kind {
        Kind::List(elements) if elements.is_empty() => return wrong_end(value, "Empty arrays are not allowed"),
        Kind::List(elements) => elements.iter().map(make).collect::<Result<Vec<_>>>()?,
        _ => vec![make(value)?],
    };
    Ok(Test::NoTextLike(tests))
}

fn affix(node: &Node) -> Result<String> {
    let text = field::text(node, NOT_A_TEXT)?;
    if text.is_empty() { wrong(node, "Null prefix/suffix not allowed") } else { Ok(text.to_owned()) }
}
