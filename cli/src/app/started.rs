//! What is said of an app that has been started.

use std::time::Duration;

use greenroom_host::Diagnostic;

/// What the start banner says of an app.
pub(crate) struct Started {
    pub(crate) name: String,
    pub(crate) url: String,
    pub(crate) bindings: Vec<(String, String, String)>,
    pub(crate) crons: Vec<String>,
    pub(crate) vars: Vec<String>,
    pub(crate) notes: Vec<String>,
    pub(crate) warnings: Vec<Diagnostic>,
}

pub(crate) fn milliseconds(duration: Duration) -> String {
    format!("{:.0} ms", duration.as_secs_f64() * 1000.0)
}
