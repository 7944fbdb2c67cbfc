//! The list of what a field may be.

use super::{Result, anything_but, numeric, wrong, wrong_end};
use crate::cidr::Cidr;
use crate::source::{Kind, Node};
use crate::test::{Literal, Test, TextTest};
use crate::wildcard::Wildcard;

/// The tests of a list.
pub(crate) fn tests(list: &Node) -> Result<Vec<Test>> {
    let Kind::List(elements) = &list.kind else {
        return wrong(list, "Match value must be String, number, true, false, or null");
    };
    if elements.is_empty() {
        return wrong_end(list, "Empty arrays are not allowed");
    }
    elements.iter().map(test).collect()
}

fn test(node: &Node) -> Result<Test> {
    Ok(Test::Is(match &node.kind {
        Kind::Null => Literal::Null,
        Kind::Bool(value) => Literal::Bool(*value),
        Kind::Number(value) => Literal::Number(value.clone()),
        Kind::Text(value) => Literal::Text(value.clone()),
        Kind::Object(members) => return expression(node, members),
        Kind::List(_) => return wrong(node, "Match value must be String, number, true, false, or null"),
    }))
}

/// `{"prefix": "a"}` and the like.
fn expression(node: &Node, members: &[(String, Node)]) -> Result<Test> {
    let Some((operator, operand)) = members.first() else {
        return wrong_end(node, "Match expression name not found");
    };
    let test = operation(operator, operand)?;
    match members.get(1) {
        Some((_, second)) => wrong(second, "Only one key allowed in match expression"),
        None => Ok(test),
    }
}

fn operation(operator: &str, operand: &Node) -> Result<Test> {
    Ok(match operator {
        "exactly" => Test::Text(TextTest::Is(text(operand, "exact match pattern must be a string")?.to_owned())),
        "prefix" => Test::Text(affix(operand, operator, TextTest::Prefix, TextTest::PrefixIgnoringCase)?),
        "suffix" => Test::Text(affix(operand, operator, TextTest::Suffix, TextTest::SuffixIgnoringCase)?),
        "equals-ignore-case" => Test::Text(ignoring_case(operand)?),
        "wildcard" => Test::Text(wildcard(operand)?),
        "numeric" => Test::Numeric(numeric::range(operand)?),
        "anything-but" => anything_but::test(operand)?,
        "exists" => match operand.kind {
            Kind::Bool(true) => Test::Present,
            Kind::Bool(false) => Test::Absent,
            _ => return wrong(operand, "exists match pattern must be either true or false."),
        },
        "cidr" => match Cidr::parse(text(operand, "prefix match pattern must be a string")?) {
            Ok(network) => Test::Address(network),
            Err(reason) => return wrong(operand, reason),
        },
        other => return wrong(operand, format!("Unrecognized match type {other}")),
    })
}

/// The text that an operand must be.
pub(crate) fn text<'n>(node: &'n Node, refusal: &str) -> Result<&'n str> {
    node.text().map_or_else(|| wrong(node, refusal), Ok)
}

fn ignoring_case(node: &Node) -> Result<TextTest> {
    Ok(TextTest::IsIgnoringCase(text(node, "equals-ignore-case match pattern must be a string")?.to_lowercase()))
}

/// A wildcard that is the operand.
pub(crate) fn wildcard(node: &Node) -> Result<TextTest> {
    match Wildcard::parse(text(node, "wildcard match pattern must be a string")?) {
        Ok(wildcard) => Ok(TextTest::Wildcard(wildcard)),
        Err(reason) => wrong(node, reason),
    }
}

/// A beginning or an end: a text, or `{"equals-ignore-case": "a"}`.
fn affix(node: &Node, operator: &str, plain: fn(String) -> TextTest, ignoring: fn(String) -> TextTest) -> Result<TextTest> {
    let Kind::Object(members) = &node.kind else {
        return Ok(plain(text(node, &format!("{operator} match pattern must be a string"))?.to_owned()));
    };
    match members.as_slice() {
        [(name, value)] if name == "equals-ignore-case" => {
            Ok(ignoring(text(value, "equals-ignore-case match pattern must be a string")?.to_lowercase()))
        }
        [(name, value), ..] if name != "equals-ignore-case" => wrong(value, format!("Unsupported {operator} pattern: {name}")),
        [_, (_, second), ..] => wrong(second, "Only one key allowed in match expression"),
        _ => wrong_end(node, format!("{} expression name not found", capitalized(operator))),
    }
}

fn capitalized(operator: &str) -> &'static str {
    if operator == "prefix" { "Prefix" } else { "Suffix" }
}
