//! Handlers in isolates of JavaScript in place of processes of Node.js, for functions that need nothing of Node.js. Whoever makes isolates
//! is an [`Isolates`]; everything else about such a function (instances, logs, reports, extensions) is as for processes.

mod running;

use std::sync::Arc;

use bytes::Bytes;
use futures::future::BoxFuture;
use greenroom_host::{Function, Invocation, Timestamp};

pub(crate) use running::{Running, outcome};

/// What a handler prints: level and text. Levels are those of [`LogRecord::level`](crate::LogRecord::level).
pub type Writer = Arc<dyn Fn(&'static str, &str) + Send + Sync>;

/// Makes isolates.
pub trait Isolates: Send + Sync {
    /// Whether this function's handler is to run in one.
    fn run(&self, function: &Function) -> bool;

    /// Starts one, with the function's code in it.
    fn start(&self, new: NewIsolate) -> BoxFuture<'static, Result<Arc<dyn Isolate>, IsolateFailure>>;
}

/// What an isolate is made with.
pub struct NewIsolate {
    /// Whose handler.
    pub function: Arc<Function>,
    /// `process.env`
    pub environment: Vec<(String, String)>,
    /// Takes what the code prints.
    pub writer: Writer,
}

/// An isolate with a function's code. It takes one call at a time.
pub trait Isolate: Send + Sync {
    /// Lets the handler handle an event; gives its answer as JSON. While it waits for the code, time may be moved on.
    fn handle(&self, call: IsolateCall) -> BoxFuture<'static, Result<Bytes, IsolateFailure>>;

    /// The number of its process.
    fn process(&self) -> i32;

    /// Whether it may be called again.
    fn is_fit(&self) -> bool;

    /// Ends it at once.
    fn end(&self);
}

/// One event for a handler.
pub struct IsolateCall {
    /// The call.
    pub invocation: Invocation,
    /// When its time is over, on the run's clock.
    pub deadline: Timestamp,
}

/// Why there is no answer, or no isolate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IsolateFailure {
    /// The code failed.
    Failed {
        /// `TypeError`, `Runtime.HandlerNotFound`
        error_type: String,
        /// The document of the error.
        document: Bytes,
        /// The isolate can go on no more, as the vendor's runtime cannot after an error that nobody caught.
        last: bool,
    },
    /// It used too much memory, and has ended.
    Memory,
    /// It used more CPU time than the function has time, and has ended.
    Time,
    /// It has ended otherwise: how, in words.
    Ended(String),
}
