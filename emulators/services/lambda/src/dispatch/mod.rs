//! The one place where functions are called, whoever calls them.
//!
//! `resolve.rs` finds the version that is meant, `concurrency.rs` decides whether there is room, `trace.rs` knows chains of calls,
//! `run.rs` makes the event and lets the runtime handle it, `kept.rs` sees to it that this comes to its end, `faults.rs` knows what goes wrong
//! on purpose, `queue.rs` keeps events that nobody waits for, `destination.rs` sends on what became of them.

mod concurrency;
mod destination;
mod faults;
mod kept;
mod queue;
mod resolve;
mod run;
mod trace;

use std::sync::Arc;

use bytes::Bytes;
use greenroom_host::{EventId, EventKind, Invoked};

use crate::arn::Named;

pub(crate) use concurrency::Concurrency;
pub use faults::FUNCTION;
pub(crate) use queue::Followed;
pub(crate) use trace::TraceHeader;

/// A call of a function.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// The function, and which version or alias.
    pub(crate) named: Named,
    /// JSON.
    pub(crate) payload: Bytes,
    /// A UUID.
    pub(crate) request_id: String,
    /// Whether somebody waits.
    pub(crate) kind: EventKind,
    /// JSON.
    pub(crate) client_context: Option<String>,
    /// Whose data it is.
    pub(crate) tenant: Option<String>,
    /// The answer is wanted piece by piece.
    pub(crate) stream: bool,
    /// The answer may say which records of a batch failed.
    pub(crate) reports_failures: bool,
    /// The trace that it belongs to.
    pub(crate) trace: TraceHeader,
    /// The event whose code calls, where that is known.
    pub(crate) cause: Option<EventId>,
    /// Who calls: `api`, `sqs.amazonaws.com`.
    pub(crate) source: Arc<str>,
    /// How often it has been tried, from 1.
    pub(crate) attempt: u32,
}

/// What became of a call that was taken.
pub(crate) struct Called {
    /// The version that handled it.
    pub(crate) version: String,
    /// Its trace.
    pub(crate) trace: String,
    /// The answer.
    pub(crate) invoked: Invoked,
    /// The event that the journal has of it.
    pub(crate) event: EventId,
}
