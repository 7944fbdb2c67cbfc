//! Functions: code that is called with one document and answers with one, in processes of its own. What a service knows of a function is
//! a [`Function`]; who runs it is a [`FunctionRuntime`].

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;

use crate::delivery::Content;
use crate::event::Outcome;
use crate::ids::EventId;

/// Variables that the vendor sets, and that nobody else may.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime>
pub const RESERVED_VARIABLES: &[&str] = &[
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_LAMBDA_RUNTIME_API",
    "LAMBDA_TASK_ROOT",
    "LAMBDA_RUNTIME_DIR",
];

/// The ARN of a runtime's version. The vendor's ends in a hash of its image; there is no image here.
#[must_use]
pub fn runtime_version_arn(region: &str, runtime: &str) -> String {
    let hash = runtime.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    format!("arn:aws:lambda:{region}::runtime:{}", format!("{hash:016x}").repeat(4))
}

/// How many bytes the user's variables may have, written as JSON.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#function-configuration-deployment-and-execution>
pub const MOST_ENVIRONMENT: usize = 4096;

/// How many layers a function may have. Same page.
pub const MOST_LAYERS: usize = 5;

/// One version of a function, with everything that its processes are started with. Two that are equal may share processes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// `arn:aws:lambda:<region>:<account>:function:<name>`, without a version.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// `$LATEST`, or the number of a published version.
    pub version: String,
    /// Twelve digits.
    pub account: String,
    /// `us-east-1`.
    pub region: String,
    /// The vendor's word for what runs it: `nodejs22.x`, `python3.13`, `provided.al2023`.
    pub runtime: String,
    /// As configured: `src/app.handler`.
    pub handler: String,
    /// Absolute path of the folder that the code lies in (`LAMBDA_TASK_ROOT`).
    pub code: PathBuf,
    /// What tells its code from that of another revision; a change of it means new processes.
    pub revision: String,
    /// Absolute paths of the unpacked layers, the first one at the bottom.
    pub layers: Vec<PathBuf>,
    /// Folders beside `code` in which a Python function finds modules, the first one wins.
    pub search: Vec<PathBuf>,
    /// The user's variables, in order.
    pub environment: Vec<(String, String)>,
    /// How long one invocation may take.
    pub timeout: Duration,
    /// Memory, in MiB.
    pub memory: u32,
    /// Space in `/tmp`, in MiB.
    pub storage: u32,
    /// `x86_64` or `arm64`, as configured.
    pub architecture: String,
    /// The log group; `/aws/lambda/<name>` where nothing else is configured.
    pub log_group: String,
    /// Log lines as JSON objects in place of text.
    pub json_logs: bool,
    /// Whether a trace is made of every invocation (`TracingConfig` is `Active`).
    pub traced: bool,
    /// Whether instances are restored from a snapshot that was made when the version was published.
    pub snap_start: bool,
}

/// One call of a function.
#[derive(Debug, Clone)]
pub struct Invocation {
    /// A UUID; the retries of one event share it.
    pub request_id: String,
    /// The event that the journal has of it: logs are written under it.
    pub event: EventId,
    /// JSON.
    pub payload: Bytes,
    /// The ARN that was called, with its qualifier.
    pub invoked_arn: String,
    /// JSON, not encoded any more; as the caller gave it.
    pub client_context: Option<String>,
    /// JSON: the Cognito identity.
    pub identity: Option<String>,
    /// `Root=…;Parent=…;Sampled=…`
    pub trace: String,
    /// Whose data it may keep between calls.
    pub tenant: Option<String>,
    /// The answer is wanted piece by piece, if the function gives it so.
    pub stream: bool,
    /// What a fault makes of it.
    pub mishap: Option<Mishap>,
}

/// How an invocation ends on purpose once its code has run: what was answered does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mishap {
    /// As if its processes had ended, which they do.
    Crash,
    /// As if its time had been over.
    Timeout,
}

/// What became of an invocation that an instance took.
pub struct Invoked {
    /// What the function answered, or the document of its error. A stream that breaks off ends with an `Err`, whose text is the document
    /// of the error: `{"errorType":…,"errorMessage":…}`.
    pub payload: Content,
    /// The media type that the function gave for it; `application/json` where it gave none.
    pub content_type: String,
    /// Set where the function failed: `Unhandled`, or what it said itself. The body is then the error's document.
    pub error: Option<String>,
    /// How it ended, for the journal.
    pub outcome: Outcome,
    /// The last 4 KiB of its log, as text of the vendor's form. Empty while the answer still comes as a stream.
    pub log: Bytes,
    /// What the vendor reports of it; none while the answer still comes as a stream.
    pub report: Option<InvokeReport>,
    /// What is known only when an answer that comes as a stream is over; none where the answer is here.
    pub ended: Option<BoxFuture<'static, Ended>>,
}

/// What is known of an invocation when it is over.
#[derive(Debug, Clone, PartialEq)]
pub struct Ended {
    /// How it ended, for the journal.
    pub outcome: Outcome,
    /// The last 4 KiB of its log.
    pub log: Bytes,
    /// What the vendor reports of it.
    pub report: Option<InvokeReport>,
}

/// What the vendor reports of an invocation.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct InvokeReport {
    /// How long the handler ran.
    pub duration: Duration,
    /// How long is paid for: whole milliseconds.
    pub billed: Duration,
    /// Configured memory, in MiB.
    pub memory: u32,
    /// The most that the processes of the instance have used, in MiB.
    pub max_memory: u32,
    /// How long its start took, where this was the first invocation of an instance.
    pub init: Option<Duration>,
    /// How long its restoring took, where the instance comes from a snapshot.
    pub restore: Option<Duration>,
}

/// Why no instance took it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotInvoked {
    /// What runs it is not on this machine; says which program is missing and how it is had.
    #[error("{0}")]
    NoRuntime(String),
    /// Its code or its layers are not there, or cannot be run.
    #[error("{0}")]
    InvalidCode(String),
    /// Nothing more can be started on this machine at the moment.
    #[error("{0}")]
    Unavailable(String),
}

/// Runs functions: one event at a time in each instance, as many instances as there are events. How many there may be is decided by who
/// calls.
pub trait FunctionRuntime: Send + Sync {
    /// Lets an idle instance, or a new one, handle the invocation.
    fn invoke(&self, function: Arc<Function>, invocation: Invocation) -> BoxFuture<'static, Result<Invoked, NotInvoked>>;

    /// Starts instances until `count` of them are ready, and keeps that many. 0: none is kept. Gives how many are ready.
    fn provision(&self, function: Arc<Function>, count: u32) -> BoxFuture<'static, Result<u32, NotInvoked>>;

    /// Initialises the version once and runs its hooks, as publishing does for `snap_start`. An `Err` is the document of the failure.
    fn snapshot(&self, function: Arc<Function>) -> BoxFuture<'static, Result<(), Bytes>>;

    /// Instances of what is no longer wanted end: at once when idle, else after what they do. None: of the whole function.
    fn retire(&self, arn: &str, version: Option<&str>);
}
