//! AWS Lambda functions as the user's own processes, over the real Runtime, Extensions and Telemetry APIs: `node`, `python3`, or whatever
//! `bootstrap` there is, without containers.
//!
//! [`LambdaRuntime`] is what runs [`Function`](greenroom_host::Function)s. `pool` has the instances of one version, `process` starts and
//! ends what they consist of, `api` is what they talk to, `bootstrap` has the small programs that stand where the vendor's runtimes do.

mod api;
mod bootstrap;
mod document;
mod extensions;
mod isolate;
mod log;
mod options;
mod pool;
mod process;
mod report;
mod runtime;
mod snapstart;
mod telemetry;

pub use bootstrap::NODE_COMMON;
pub use isolate::{Isolate, IsolateCall, IsolateFailure, Isolates, NewIsolate, Writer};
pub use log::{LogRecord, LogSink, LogSource};
pub use options::Options;
pub use process::mounting;
pub use runtime::LambdaRuntime;
