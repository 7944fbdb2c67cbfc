//! Which records a mapping wants.
//! <https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html>

use greenroom_event_patterns::{EventPattern, PatternError};
use serde_json::Value;

/// A filter that is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Invalid filter pattern definition.")]
pub struct InvalidFilter(#[source] pub PatternError);

/// Filters, of which one is enough. Without any, all records are wanted.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filters(Vec<EventPattern>);

impl Filters {
    /// Reads `FilterCriteria`.
    ///
    /// # Errors
    /// What is no pattern.
    pub fn read(criteria: Option<&Value>) -> Result<Self, InvalidFilter> {
        let filters = criteria.and_then(|criteria| criteria["Filters"].as_array()).into_iter().flatten();
        let patterns = filters.map(|filter| EventPattern::parse(filter["Pattern"].as_str().unwrap_or_default()));
        Ok(Self(patterns.collect::<Result<_, _>>().map_err(InvalidFilter)?))
    }

    /// Whether a record is wanted. The text that the record carries as `body` is matched as what it holds where it is JSON: a pattern for
    /// a text then finds none, and a pattern for members finds none in a plain text.
    pub(crate) fn want(&self, record: &Value) -> bool {
        if self.0.is_empty() {
            return true;
        }
        let body = record["body"].as_str().and_then(|body| serde_json::from_str::<Value>(body).ok());
        let Some(body) = body.filter(|body| body.is_object() || body.is_array()) else {
            return self.matches(record);
        };
        let mut record = record.clone();
        record["body"] = body;
        self.matches(&record)
    }

    fn matches(&self, record: &Value) -> bool {
        self.0.iter().any(|pattern| pattern.matches(record))
    }
}
