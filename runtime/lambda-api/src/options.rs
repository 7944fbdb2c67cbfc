//! What an operator may choose.

use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;

use crate::isolate::Isolates;
use crate::log::{LogSink, Silent};

/// How functions are run.
#[derive(Clone)]
pub struct Options {
    /// How long an instance stays when nothing calls it, on the program's clock.
    pub idle: Duration,
    /// Where log lines go, beside the journal.
    pub sink: Arc<dyn LogSink>,
    /// Variables that every function is given unless it sets them itself: `AWS_ENDPOINT_URL`.
    pub variables: Vec<(String, String)>,
    /// Runs handlers of Node.js in isolates, those that it takes; none: all functions are processes.
    pub isolates: Option<Arc<dyn Isolates>>,
    /// Where programs are looked up, as in `PATH`.
    pub path: OsString,
    /// How long an instance's init may take before it is given up. <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>:
    /// 10 s.
    pub init_timeout: Duration,
    /// How long runtime and extensions may take to end where there are extensions.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-shutdown>: 2 s.
    pub shutdown: Duration,
    /// How long an extension may take to accept a batch of telemetry before it is sent again.
    pub delivery: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            // The vendor states no number; ten minutes is what people measure.
            idle: Duration::from_secs(600),
            sink: Arc::new(Silent),
            variables: Vec::new(),
            isolates: None,
            path: std::env::var_os("PATH").unwrap_or_else(|| "/usr/local/bin:/usr/bin:/bin".into()),
            init_timeout: Duration::from_secs(10),
            shutdown: Duration::from_secs(2),
            delivery: Duration::from_secs(2),
        }
    }
}
