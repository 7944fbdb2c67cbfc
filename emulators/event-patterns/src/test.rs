//! What a value may be.

use serde_json::{Number, Value};

use crate::cidr::Cidr;
use crate::wildcard::Wildcard;

/// What one value of an event is held against.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Test {
    /// It is this.
    Is(Literal),
    /// It is a text like this.
    Text(TextTest),
    /// It is a number in this range.
    Numeric(Range),
    /// It is an address in this network.
    Address(Cidr),
    /// It is none of these.
    AnythingBut(Vec<Literal>),
    /// It is no text like any of these.
    NoTextLike(Vec<TextTest>),
    /// It is there.
    Present,
    /// It is not there. What is there fails this.
    Absent,
}

/// A value that is written out.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
}

/// What a text may be like. What ignores case is kept in lower case.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TextTest {
    Is(String),
    IsIgnoringCase(String),
    Prefix(String),
    PrefixIgnoringCase(String),
    Suffix(String),
    SuffixIgnoringCase(String),
    Wildcard(Wildcard),
}

/// A range of numbers, open or closed at each side.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Range {
    pub(crate) bottom: Option<Bound>,
    pub(crate) top: Option<Bound>,
}

/// One side of a range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bound {
    pub(crate) at: f64,
    /// Whether the number itself is in the range.
    pub(crate) included: bool,
}

impl Test {
    pub(crate) fn passes(&self, value: &Value) -> bool {
        match self {
            Self::Is(literal) => literal.is(value),
            Self::Text(test) => value.as_str().is_some_and(|text| test.passes(text)),
            Self::Numeric(range) => value.as_f64().is_some_and(|number| range.has(number)),
            Self::Address(network) => value.as_str().is_some_and(|text| network.has(text)),
            Self::AnythingBut(literals) => !literals.iter().any(|literal| literal.is(value)),
            Self::NoTextLike(tests) => !value.as_str().is_some_and(|text| tests.iter().any(|test| test.passes(text))),
            Self::Present => true,
            Self::Absent => false,
        }
    }
}

impl Literal {
    fn is(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Null, Value::Null) => true,
            (Self::Bool(own), Value::Bool(other)) => own == other,
            (Self::Text(own), Value::String(other)) => own == other,
            (Self::Number(own), Value::Number(other)) => same_number(own, other),
            _ => false,
        }
    }
}

/// `300` and `300.0` are the same number; two whole numbers are compared without loss.
fn same_number(left: &Number, right: &Number) -> bool {
    left == right || ((left.is_f64() || right.is_f64()) && left.as_f64() == right.as_f64())
}

impl TextTest {
    fn passes(&self, text: &str) -> bool {
        match self {
            Self::Is(own) => text == own,
            Self::IsIgnoringCase(own) => text.to_lowercase() == *own,
            Self::Prefix(own) => text.starts_with(own),
            Self::PrefixIgnoringCase(own) => text.to_lowercase().starts_with(own),
            Self::Suffix(own) => text.ends_with(own),
            Self::SuffixIgnoringCase(own) => text.to_lowercase().ends_with(own),
            Self::Wildcard(own) => own.matches(text),
        }
    }
}

impl Range {
    fn has(self, number: f64) -> bool {
        let above = self.bottom.is_none_or(|bottom| if bottom.included { number >= bottom.at } else { number > bottom.at });
        above && self.top.is_none_or(|top| if top.included { number <= top.at } else { number < top.at })
    }
}
