//! The pattern language of Amazon EventBridge: which events a rule, a filter of an event source mapping or a pipe wants.
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html>
//!
//! ```
//! use greenroom_event_patterns::EventPattern;
//!
//! let pattern = EventPattern::parse(r#"{"source": ["shop"], "detail": {"total": [{"numeric": [">", 100]}]}}"#)?;
//! assert!(pattern.matches(&serde_json::json!({"source": "shop", "detail": {"total": 120}})));
//! assert!(!pattern.matches(&serde_json::json!({"source": "shop", "detail": {"total": 99}})));
//! # Ok::<(), greenroom_event_patterns::PatternError>(())
//! ```
//!
//! A pattern's way: `source.rs` reads its text, `compile/` makes rules of it, each a list of paths with what their values may be
//! (`test.rs`). An event's way: `event.rs` flattens it to paths and values, `rule.rs` finds a value for each path of a rule.

mod cidr;
mod compile;
mod error;
mod event;
mod rule;
mod source;
mod test;
mod wildcard;

pub use error::PatternError;

use event::Fields;
use rule::Rule;
use serde_json::Value;

/// A pattern that is known to be valid.
#[derive(Debug, Clone, PartialEq)]
pub struct EventPattern {
    /// One of them is enough: `$or` makes several of one pattern.
    rules: Vec<Rule>,
}

impl EventPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong first, in the words of AWS, with its place.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let root = source::read(text)?;
        match compile::pattern(&root) {
            Ok(rules) => Ok(Self { rules }),
            Err(wrong) => Err(PatternError::at(text, source::position(text, wrong.place), wrong.reason)),
        }
    }

    /// Whether it wants this event.
    #[must_use]
    pub fn matches(&self, event: &Value) -> bool {
        let fields = Fields::of(event);
        self.rules.iter().any(|rule| rule.matches(&fields))
    }
}
