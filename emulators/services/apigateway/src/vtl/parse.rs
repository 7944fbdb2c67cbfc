//! Templates as trees: texts, references and directives.

use super::expression::{self, Cursor, Expression, Reference};

/// A part of a template.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    Text(String),
    Reference(Reference),
    Set(Reference, Expression),
    If(Vec<(Expression, Vec<Node>)>, Vec<Node>),
    Foreach {
        name: String,
        over: Expression,
        body: Vec<Node>,
    },
    /// A name for a part, which is rendered where it is named.
    Define {
        name: String,
        body: Vec<Node>,
    },
    Break,
    Stop,
}

/// Directives of Velocity that are not emulated.
const REFUSED: &[&str] = &["macro", "parse", "include", "evaluate", "return"];

/// The tree of a template. An `Err` says what cannot be read, and on which line.
pub(crate) fn parse(template: &str) -> Result<Vec<Node>, String> {
    whole(&mut Cursor::new(template))
}

/// The same from a place on.
pub(crate) fn whole(cursor: &mut Cursor<'_>) -> Result<Vec<Node>, String> {
    let (nodes, end) = block(cursor)?;
    match end {
        End::Template => Ok(nodes),
        End::Directive(word) => Err(cursor.complain(&format!("`#{word}` without `#if` or `#foreach` before it"))),
    }
}

/// What a block ends with.
#[derive(PartialEq)]
enum End {
    Template,
    /// `end`, `else`, `elseif`.
    Directive(&'static str),
}

fn block(cursor: &mut Cursor<'_>) -> Result<(Vec<Node>, End), String> {
    cursor.deeper(nodes_of_block)
}

fn nodes_of_block(cursor: &mut Cursor<'_>) -> Result<(Vec<Node>, End), String> {
    let mut nodes = Vec::new();
    let mut text = String::new();
    loop {
        let Some(next) = cursor.peek() else {
            flush(&mut nodes, &mut text);
            return Ok((nodes, End::Template));
        };
        match next {
            '\\' if matches!(cursor.ahead(1), Some('$' | '#')) => {
                cursor.next();
                text.extend(cursor.next());
            }
            '$' => match expression::reference(cursor)? {
                Some(reference) => {
                    flush(&mut nodes, &mut text);
                    nodes.push(Node::Reference(reference));
                }
                None => text.extend(cursor.next()),
            },
            '#' => match directive(cursor)? {
                Found::Nothing => text.extend(cursor.next()),
                Found::Literal(literal) => text.push_str(&literal),
                Found::End(word) => {
                    flush(&mut nodes, &mut text);
                    return Ok((nodes, End::Directive(word)));
                }
                Found::Node(node) => {
                    flush(&mut nodes, &mut text);
                    nodes.push(node);
                }
            },
            _ => text.extend(cursor.next()),
        }
    }
}

fn flush(nodes: &mut Vec<Node>, text: &mut String) {
    if !text.is_empty() {
        nodes.push(Node::Text(std::mem::take(text)));
    }
}

/// What stands at a `#`.
enum Found {
    /// No directive: the sign is itself.
    Nothing,
    /// Text that is taken as it is; empty for a comment.
    Literal(String),
    End(&'static str),
    Node(Node),
}

fn directive(cursor: &mut Cursor<'_>) -> Result<Found, String> {
    if cursor.take("##") {
        cursor.until("\n");
        return Ok(Found::Literal(String::new()));
    }
    if cursor.take("#*") {
        cursor.until("*#");
        return Ok(Found::Literal(String::new()));
    }
    if cursor.take("#[[") {
        return Ok(Found::Literal(cursor.until("]]#")));
    }
    let word = cursor.word_after_sign();
    let found = match word.as_str() {
        "set" => set(cursor)?,
        "if" => condition(cursor)?,
        "foreach" => foreach(cursor)?,
        "define" => define(cursor)?,
        "end" => Found::End("end"),
        "else" => Found::End("else"),
        "elseif" => Found::End("elseif"),
        "break" => Found::Node(Node::Break),
        "stop" => Found::Node(Node::Stop),
        refused if REFUSED.contains(&refused) => return Err(cursor.complain(&format!("the directive `#{refused}` is not emulated"))),
        _ => {
            cursor.back_to_sign();
            return Ok(Found::Nothing);
        }
    };
    if !matches!(found, Found::End("elseif")) {
        cursor.rest_of_line();
    }
    Ok(found)
}

fn set(cursor: &mut Cursor<'_>) -> Result<Found, String> {
    cursor.expect("(")?;
    cursor.spaces();
    let target = expression::reference(cursor)?.ok_or_else(|| cursor.complain("`#set` has no name to set"))?;
    cursor.expect("=")?;
    let value = expression::expression(cursor)?;
    cursor.expect(")")?;
    Ok(Found::Node(Node::Set(target, value)))
}

fn condition(cursor: &mut Cursor<'_>) -> Result<Found, String> {
    let mut branches = Vec::new();
    loop {
        cursor.expect("(")?;
        let condition = expression::expression(cursor)?;
        cursor.expect(")")?;
        cursor.rest_of_line();
        let (body, end) = block(cursor)?;
        branches.push((condition, body));
        match end {
            End::Directive("elseif") => {}
            End::Directive("else") => {
                let (otherwise, end) = block(cursor)?;
                return closed(cursor, &end, Node::If(branches, otherwise));
            }
            end => return closed(cursor, &end, Node::If(branches, Vec::new())),
        }
    }
}

fn foreach(cursor: &mut Cursor<'_>) -> Result<Found, String> {
    cursor.expect("(")?;
    cursor.spaces();
    let name = expression::reference(cursor)?.filter(|reference| reference.steps.is_empty());
    let name = name.ok_or_else(|| cursor.complain("`#foreach` has no name for what it goes over"))?.name;
    cursor.expect("in")?;
    let over = expression::expression(cursor)?;
    cursor.expect(")")?;
    cursor.rest_of_line();
    let (body, end) = block(cursor)?;
    closed(cursor, &end, Node::Foreach { name, over, body })
}

fn define(cursor: &mut Cursor<'_>) -> Result<Found, String> {
    cursor.expect("(")?;
    cursor.spaces();
    let name = expression::reference(cursor)?.filter(|reference| reference.steps.is_empty());
    let name = name.ok_or_else(|| cursor.complain("`#define` has no name for its part"))?.name;
    cursor.expect(")")?;
    cursor.rest_of_line();
    let (body, end) = block(cursor)?;
    closed(cursor, &end, Node::Define { name, body })
}

fn closed(cursor: &Cursor<'_>, end: &End, node: Node) -> Result<Found, String> {
    match end {
        End::Directive("end") => Ok(Found::Node(node)),
        _ => Err(cursor.complain("`#end` is missing")),
    }
}
