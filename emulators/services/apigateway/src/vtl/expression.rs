//! References and expressions.

use serde_json::Number;

use super::parse::{self, Node};

/// `$name.property.method(arguments)[index]`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reference {
    /// As it stands in the template.
    pub(crate) source: String,
    /// `$!name`: nothing where there is no value.
    pub(crate) quiet: bool,
    pub(crate) name: String,
    pub(crate) steps: Vec<Step>,
}

/// A step of a reference.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    Property(String),
    Call(String, Vec<Expression>),
    Index(Expression),
}

/// Something with a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expression {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    /// A text in double quotes.
    Template(Vec<Node>),
    List(Vec<Expression>),
    Range(Box<Expression>, Box<Expression>),
    Map(Vec<(Expression, Expression)>),
    Reference(Reference),
    Not(Box<Expression>),
    Binary(&'static str, Box<Expression>, Box<Expression>),
}

/// Operators, those that bind least first; words beside signs.
const OPERATORS: &[&[(&str, &str)]] = &[
    &[("||", "||"), ("or", "||")],
    &[("&&", "&&"), ("and", "&&")],
    &[("==", "=="), ("!=", "!="), ("eq", "=="), ("ne", "!=")],
    &[("<=", "<="), (">=", ">="), ("<", "<"), (">", ">"), ("le", "<="), ("ge", ">="), ("lt", "<"), ("gt", ">")],
    &[("+", "+"), ("-", "-")],
    &[("*", "*"), ("/", "/"), ("%", "%")],
];

/// A place in a template.
pub(crate) struct Cursor<'a> {
    text: &'a str,
    at: usize,
    sign: usize,
    /// How many parts lie around this place.
    depth: usize,
}

/// How deep expressions and blocks may lie in one another.
const DEEPEST: usize = 64;

impl<'a> Cursor<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0, sign: 0, depth: 0 }
    }

    /// The same for a text that stands inside of something else.
    pub(crate) fn inside(text: &'a str, outer: &Cursor<'_>) -> Self {
        Self { depth: outer.depth, ..Self::new(text) }
    }

    /// Reads something that may contain itself.
    pub(crate) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, String>) -> Result<T, String> {
        if self.depth >= DEEPEST {
            return Err(self.complain(&format!("more than {DEEPEST} parts inside one another")));
        }
        self.depth += 1;
        let done = read(self);
        self.depth -= 1;
        done
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(crate) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(crate) fn ahead(&self, by: usize) -> Option<char> {
        self.rest().chars().nth(by)
    }

    pub(crate) fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Whether `text` stands here; then it is passed.
    pub(crate) fn take(&mut self, text: &str) -> bool {
        let here = self.rest().starts_with(text);
        if here {
            self.at += text.len();
        }
        here
    }

    /// What stands before `end`, which is passed too; all the rest where it does not come.
    pub(crate) fn until(&mut self, end: &str) -> String {
        let rest = self.rest();
        let (taken, length) = rest.find(end).map_or((rest, rest.len()), |at| (&rest[..at], at + end.len()));
        self.at += length;
        taken.to_owned()
    }

    pub(crate) fn spaces(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    /// Passes `text` and the spaces around it.
    pub(crate) fn expect(&mut self, text: &str) -> Result<(), String> {
        self.spaces();
        if !self.take(text) {
            return Err(self.complain(&format!("`{text}` is missing")));
        }
        self.spaces_inside();
        Ok(())
    }

    /// Spaces of the same line, after what may end a directive.
    fn spaces_inside(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t']).len();
    }

    /// The word of a directive: `#set`, `#{else}`.
    pub(crate) fn word_after_sign(&mut self) -> String {
        self.sign = self.at;
        self.next();
        let braced = self.take("{");
        let word: String = self.rest().chars().take_while(char::is_ascii_alphabetic).collect();
        self.at += word.len();
        if braced {
            self.take("}");
        }
        word
    }

    /// Back to where [`Self::word_after_sign`] began.
    pub(crate) fn back_to_sign(&mut self) {
        self.at = self.sign;
    }

    /// Passes the end of a line that has nothing but spaces left: directives leave no empty lines.
    pub(crate) fn rest_of_line(&mut self) {
        let rest = self.rest();
        let spaces = rest.len() - rest.trim_start_matches([' ', '\t', '\r']).len();
        if rest[spaces..].starts_with('\n') {
            self.at += spaces + 1;
        }
    }

    fn identifier(&mut self) -> Option<String> {
        let rest = self.rest();
        let first = rest.chars().next().filter(|first| first.is_ascii_alphabetic() || *first == '_')?;
        let length = rest.find(|next: char| !(next.is_ascii_alphanumeric() || matches!(next, '_' | '-'))).unwrap_or(rest.len());
        let word = rest[..length.max(first.len_utf8())].to_owned();
        self.at += word.len();
        Some(word)
    }

    /// What is wrong here.
    pub(crate) fn complain(&self, what: &str) -> String {
        let line = self.text[..self.at].matches('\n').count() + 1;
        format!("mapping template, line {line}: {what}")
    }
}

/// The reference at a `$`; none where the sign stands for itself.
pub(crate) fn reference(cursor: &mut Cursor<'_>) -> Result<Option<Reference>, String> {
    let start = cursor.at;
    if !cursor.take("$") {
        return Ok(None);
    }
    let quiet = cursor.take("!");
    let braced = cursor.take("{");
    let Some(name) = cursor.identifier() else {
        cursor.at = start;
        return Ok(None);
    };
    let mut steps = Vec::new();
    while let Some(step) = step(cursor)? {
        steps.push(step);
    }
    if braced && !cursor.take("}") {
        return Err(cursor.complain("`}` is missing"));
    }
    Ok(Some(Reference { source: cursor.text[start..cursor.at].to_owned(), quiet, name, steps }))
}

fn step(cursor: &mut Cursor<'_>) -> Result<Option<Step>, String> {
    let start = cursor.at;
    if cursor.take("[") {
        let index = expression(cursor)?;
        cursor.expect_close("]")?;
        return Ok(Some(Step::Index(index)));
    }
    if !cursor.take(".") {
        return Ok(None);
    }
    let Some(name) = cursor.identifier() else {
        cursor.at = start;
        return Ok(None);
    };
    if !cursor.take("(") {
        return Ok(Some(Step::Property(name)));
    }
    Ok(Some(Step::Call(name, list(cursor, ")")?)))
}

impl Cursor<'_> {
    /// Like [`Cursor::expect`], with nothing passed behind it.
    fn expect_close(&mut self, text: &str) -> Result<(), String> {
        self.spaces();
        if self.take(text) { Ok(()) } else { Err(self.complain(&format!("`{text}` is missing"))) }
    }
}

/// Expressions with commas between them, up to `end`.
fn list(cursor: &mut Cursor<'_>, end: &str) -> Result<Vec<Expression>, String> {
    let mut all = Vec::new();
    cursor.spaces();
    while !cursor.take(end) {
        all.push(expression(cursor)?);
        cursor.spaces();
        if !cursor.take(",") {
            cursor.expect_close(end)?;
            break;
        }
        cursor.spaces();
    }
    Ok(all)
}

/// An expression.
pub(crate) fn expression(cursor: &mut Cursor<'_>) -> Result<Expression, String> {
    binary(cursor, 0)
}

fn binary(cursor: &mut Cursor<'_>, level: usize) -> Result<Expression, String> {
    let Some(operators) = OPERATORS.get(level) else { return unary(cursor) };
    let mut left = binary(cursor, level + 1)?;
    while let Some(operator) = operator(cursor, operators) {
        let right = binary(cursor, level + 1)?;
        left = Expression::Binary(operator, Box::new(left), Box::new(right));
    }
    Ok(left)
}

fn operator(cursor: &mut Cursor<'_>, operators: &[(&'static str, &'static str)]) -> Option<&'static str> {
    let start = cursor.at;
    cursor.spaces();
    for (spelled, operator) in operators {
        let word = spelled.chars().all(|letter| letter.is_ascii_alphabetic());
        let whole =
            !word || !cursor.rest().get(spelled.len()..).is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_alphanumeric()));
        if whole && cursor.take(spelled) {
            return Some(operator);
        }
    }
    cursor.at = start;
    None
}

fn unary(cursor: &mut Cursor<'_>) -> Result<Expression, String> {
    cursor.deeper(|cursor| {
        cursor.spaces();
        if cursor.take("!") || cursor.take("not ") {
            return Ok(Expression::Not(Box::new(unary(cursor)?)));
        }
        primary(cursor)
    })
}

fn primary(cursor: &mut Cursor<'_>) -> Result<Expression, String> {
    match cursor.peek() {
        Some('$') => reference(cursor)?.map(Expression::Reference).ok_or_else(|| cursor.complain("`$` without a name")),
        Some('\'') => {
            cursor.next();
            Ok(Expression::Text(quoted(cursor, '\'')))
        }
        Some('"') => {
            cursor.next();
            let text = quoted(cursor, '"');
            Ok(Expression::Template(parse::whole(&mut Cursor::inside(&text, cursor))?))
        }
        Some('(') => {
            cursor.next();
            let inner = expression(cursor)?;
            cursor.expect_close(")")?;
            Ok(inner)
        }
        Some('[') => {
            cursor.next();
            brackets(cursor)
        }
        Some('{') => {
            cursor.next();
            map(cursor)
        }
        Some(first) if first.is_ascii_digit() || first == '-' => number(cursor),
        _ => match cursor.identifier().as_deref() {
            Some("true") => Ok(Expression::Bool(true)),
            Some("false") => Ok(Expression::Bool(false)),
            Some("null") => Ok(Expression::Null),
            Some(word) => Err(cursor.complain(&format!("`{word}` is no expression"))),
            None => Err(cursor.complain("an expression is missing")),
        },
    }
}

/// What stands up to the next `quote`; a doubled one, or one behind a backslash, is the sign itself.
fn quoted(cursor: &mut Cursor<'_>, quote: char) -> String {
    let mut text = String::new();
    while let Some(next) = cursor.next() {
        match next {
            '\\' if cursor.peek() == Some(quote) => text.extend(cursor.next()),
            next if next == quote && cursor.peek() == Some(quote) => text.extend(cursor.next()),
            next if next == quote => break,
            next => text.push(next),
        }
    }
    text
}

fn number(cursor: &mut Cursor<'_>) -> Result<Expression, String> {
    let start = cursor.at;
    cursor.take("-");
    while cursor.peek().is_some_and(|next| next.is_ascii_digit()) || (cursor.peek() == Some('.') && cursor.ahead(1) != Some('.')) {
        cursor.next();
    }
    let text = &cursor.text[start..cursor.at];
    serde_json::from_str(text).map(Expression::Number).map_err(|_| cursor.complain(&format!("`{text}` is no number")))
}

fn brackets(cursor: &mut Cursor<'_>) -> Result<Expression, String> {
    cursor.spaces();
    if cursor.take("]") {
        return Ok(Expression::List(Vec::new()));
    }
    let first = expression(cursor)?;
    cursor.spaces();
    if cursor.take("..") {
        let last = expression(cursor)?;
        cursor.expect_close("]")?;
        return Ok(Expression::Range(Box::new(first), Box::new(last)));
    }
    let mut all = vec![first];
    if cursor.take(",") {
        all.extend(list(cursor, "]")?);
    } else {
        cursor.expect_close("]")?;
    }
    Ok(Expression::List(all))
}

fn map(cursor: &mut Cursor<'_>) -> Result<Expression, String> {
    let mut pairs = Vec::new();
    cursor.spaces();
    while !cursor.take("}") {
        let name = expression(cursor)?;
        cursor.expect_close(":")?;
        pairs.push((name, expression(cursor)?));
        cursor.spaces();
        if !cursor.take(",") {
            cursor.expect_close("}")?;
            break;
        }
        cursor.spaces();
    }
    Ok(Expression::Map(pairs))
}
