//! What a mapping says.

use std::time::Duration;

use serde_json::{Map, Value};

use super::filter::{Filters, InvalidFilter};

/// A mapping's settings, as its poller needs them.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Its UUID.
    pub id: String,
    /// The ARN of the source.
    pub source: String,
    /// The ARN of the function, which may end in a version or an alias.
    pub function: String,
    /// How many records the function gets at once at most.
    pub batch_size: usize,
    /// How long a batch is waited for to become full.
    pub window: Duration,
    /// How many batches the function may have at once; none: as many as the vendor lets it.
    pub most_at_once: Option<usize>,
    /// The function says which records of a batch failed (`ReportBatchItemFailures`).
    pub reports_failures: bool,
    /// Which records it wants.
    pub filters: Filters,
}

impl Settings {
    /// Reads the document of a mapping as Lambda's API shows it. None: it is not enabled.
    ///
    /// # Errors
    /// A filter that is no pattern.
    pub fn read(shown: &Map<String, Value>) -> Result<Option<Self>, InvalidFilter> {
        let text = |name: &str| shown.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let number = |value: Option<&Value>| value.and_then(Value::as_u64);
        if text("State") != "Enabled" {
            return Ok(None);
        }
        let scaling = shown.get("ScalingConfig").and_then(|scaling| scaling.get("MaximumConcurrency"));
        let kinds = shown.get("FunctionResponseTypes").and_then(Value::as_array);
        Ok(Some(Self {
            id: text("UUID"),
            source: text("EventSourceArn"),
            function: text("FunctionArn"),
            batch_size: number(shown.get("BatchSize")).and_then(|size| size.try_into().ok()).unwrap_or(1),
            window: Duration::from_secs(number(shown.get("MaximumBatchingWindowInSeconds")).unwrap_or(0)),
            most_at_once: number(scaling).and_then(|most| most.try_into().ok()),
            reports_failures: kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind == "ReportBatchItemFailures")),
            filters: Filters::read(shown.get("FilterCriteria"))?,
        }))
    }
}
