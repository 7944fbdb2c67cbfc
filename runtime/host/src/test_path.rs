//! Paths at an app's own address that make a trigger happen at once, as the vendor's local server has them.

use serde_json::Value;

use crate::clock::Timestamp;
use crate::event::{EventKind, Outcome};

/// Names and values of a query, in order.
pub type Query = [(String, String)];

/// One such path.
#[derive(Debug, Clone, Copy)]
pub struct TestPath {
    /// `/cdn-cgi/local/scheduled`
    pub path: &'static str,
    /// The option with which the vendor's local server has it; none where it always has.
    pub option: Option<&'static str>,
    /// What a request for it asks for.
    pub ask: fn(&Query, Timestamp) -> Result<Asked, Told>,
    /// What the client is told of what became of it: the query, the outcome, and what the platform's scripts say beside that.
    pub tell: fn(&Query, &Outcome, &Value) -> Told,
}

/// An event that is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// What.
    pub kind: EventKind,
    /// Where from, as the journal has it: `cron`.
    pub source: &'static str,
    /// In one line.
    pub summary: String,
    /// What the handler is called with, in the vendor's shape.
    pub payload: Value,
}

/// An answer to the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The status.
    pub status: u16,
    /// `text/plain;charset=UTF-8`
    pub content_type: &'static str,
    /// The whole of it.
    pub body: String,
}

impl Told {
    /// Plain text.
    #[must_use]
    pub fn text(status: u16, body: impl Into<String>) -> Self {
        Self { status, content_type: "text/plain;charset=UTF-8", body: body.into() }
    }

    /// JSON.
    #[must_use]
    pub fn json(status: u16, body: &Value) -> Self {
        Self { status, content_type: "application/json", body: body.to_string() }
    }
}
