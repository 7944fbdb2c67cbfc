//! What the runtime of an instance is doing, and what it may do next.

use bytes::Bytes;
use greenroom_host::Invocation;

/// The vendor's names of states, which its refusals contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Phase {
    #[default]
    Started,
    InitError,
    RestoreReady,
    Restoring,
    RestoreError,
    Ready,
    Running,
    Response,
    ErrorResponse,
    ResponseSent,
}

impl Phase {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Started => "Started",
            Self::InitError => "InitError",
            Self::RestoreReady => "RestoreReady",
            Self::Restoring => "Restoring",
            Self::RestoreError => "RuntimeRestoreErrorState",
            Self::Ready => "Ready",
            Self::Running => "Running",
            Self::Response => "InvocationResponse",
            Self::ErrorResponse => "InvocationErrorResponse",
            Self::ResponseSent => "RuntimeResponseSentState",
        }
    }
}

/// The invocation that is being handled.
pub(crate) struct Current {
    pub(crate) invocation: Invocation,
    /// When it will have taken too long, in milliseconds since 1970 of the machine's own time: processes know no other.
    pub(crate) deadline: u64,
    /// The trace that it is told, in the vendor's form.
    pub(crate) trace: String,
}

impl Current {
    pub(crate) fn payload(&self) -> Bytes {
        self.invocation.payload.clone()
    }
}

#[derive(Default)]
pub(super) struct State {
    pub(super) phase: Phase,
    pub(super) current: Option<std::sync::Arc<Current>>,
}

impl State {
    /// Whether `id` is the invocation that is being handled.
    pub(super) fn is_current(&self, id: &str) -> bool {
        self.current.as_ref().is_some_and(|current| current.invocation.request_id == id)
    }
}
