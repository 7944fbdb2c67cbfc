//! What the server tells the one who drives the instance.

use std::process::ExitStatus;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::mpsc;

use super::answer::{MOST, oversized};

/// Which process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Party {
    /// The one that runs the handler.
    Runtime,
    /// The extension of this name.
    Extension(Arc<str>),
}

/// A failure that a process has told.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    /// `Runtime.ImportModuleError`
    pub(crate) error_type: String,
    /// Its document, as it came.
    pub(crate) body: Bytes,
}

/// What the handler answered.
pub(crate) struct Answer {
    pub(crate) payload: Bytes,
    pub(crate) content_type: String,
    /// The type of the error, where it is one.
    pub(crate) error: Option<String>,
}

/// An answer that comes piece by piece.
pub(crate) struct StreamedAnswer {
    pub(crate) content_type: String,
    pub(crate) pieces: mpsc::Receiver<Result<Bytes, String>>,
    /// For what the one who drives has to say at the end.
    pub(crate) last: mpsc::Sender<Result<Bytes, String>>,
}

impl Answer {
    /// The function's own answer, or the error that it is too large.
    pub(crate) fn within_limit(payload: Bytes) -> Self {
        let content_type = "application/json".to_owned();
        if payload.len() > MOST {
            let error = Some("Function.ResponseSizeTooLarge".to_owned());
            return Self { payload: oversized(), content_type, error };
        }
        Self { payload, content_type, error: None }
    }
}

/// How an isolate ended by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stopped {
    /// In the vendor's words: `exit status 1`.
    Exit(String),
    /// It passed what memory it may use.
    Memory,
    /// It used all the time it had.
    Time,
}

/// What has happened.
pub(crate) enum Signal {
    /// The runtime asks for an invocation, after its init, its restoring or an answer.
    Ready,
    /// It waits to be restored.
    RestoreReady,
    /// Its init or its restoring failed.
    Failed(Fault),
    /// The handler answered, whole.
    Answered(Answer),
    /// It begins to answer.
    Streaming(StreamedAnswer),
    /// The answer is over; `failed` has the document of what broke it off.
    Streamed { bytes: u64, failed: Option<Fault> },
    /// An extension has registered, or asks for the next event.
    Extensions,
    /// An extension has told that it failed: `Extension.InitError`, `Extension.ExitError`.
    ExtensionFailed(&'static str),
    /// A process has ended.
    Exited(Party, ExitStatus),
    /// The isolate that stands in place of the runtime's process has.
    Stopped(Stopped),
}
