//! `{"numeric": [">", 0, "<=", 5]}`.

use super::{Result, wrong, wrong_end};
use crate::source::{Kind, Node};
use crate::test::{Bound, Range};

/// The range of an operand.
pub(crate) fn range(operand: &Node) -> Result<Range> {
    let Kind::List(terms) = &operand.kind else {
        return wrong(operand, "Value of numeric must be an array.");
    };
    let Some((first, rest)) = terms.split_first() else {
        return wrong_end(operand, "Invalid member in numeric match: ]");
    };
    let Some(operator) = first.text() else {
        return wrong(first, format!("Invalid member in numeric match: {}", shown(first)));
    };
    if !["=", ">", ">=", "<", "<="].contains(&operator) {
        return wrong(first, format!("Unrecognized numeric range operator: {operator}"));
    }
    let (at, rest) = number(operand, rest, if operator == "=" { "equals" } else { operator })?;
    let bound = Bound { at, included: operator.ends_with('=') };
    let range = match operator {
        "=" => Range { bottom: Some(bound), top: Some(bound) },
        ">" | ">=" => return upper(operand, bound, rest),
        _ => Range { bottom: None, top: Some(bound) },
    };
    match rest.first() {
        Some(more) => wrong(more, "Too many elements in numeric expression"),
        None => Ok(range),
    }
}

/// The upper side of a range, if it has one.
fn upper(operand: &Node, bottom: Bound, terms: &[Node]) -> Result<Range> {
    let Some((first, rest)) = terms.split_first() else {
        return Ok(Range { bottom: Some(bottom), top: None });
    };
    let Some(operator) = first.text() else {
        return wrong(first, format!("Bad value in numeric range: {}", shown(first)));
    };
    if !["<", "<="].contains(&operator) {
        return wrong(first, format!("Bad numeric range operator: {operator}"));
    }
    let (at, rest) = number(operand, rest, operator)?;
    if let Some(more) = rest.first() {
        return wrong(more, "Too many terms in numeric range expression");
    }
    if bottom.at >= at {
        return wrong_end(operand, "Bottom must be less than top");
    }
    Ok(Range { bottom: Some(bottom), top: Some(Bound { at, included: operator == "<=" }) })
}

fn number<'n>(operand: &Node, terms: &'n [Node], of: &str) -> Result<(f64, &'n [Node])> {
    let refusal = format!("Value of {of} must be numeric");
    let Some((first, rest)) = terms.split_first() else {
        return wrong_end(operand, refusal);
    };
    let value = match &first.kind {
        Kind::Number(value) => value.as_f64(),
        _ => None,
    };
    value.map_or_else(|| wrong(first, refusal), |value| Ok((value, rest)))
}

/// A term as AWS names it.
fn shown(node: &Node) -> String {
    match &node.kind {
        Kind::Null => "null".into(),
        Kind::Bool(value) => value.to_string(),
        Kind::Number(value) => value.to_string(),
        Kind::Text(value) => value.clone(),
        Kind::List(_) => "[".into(),
        Kind::Object(_) => "{".into(),
    }
}
