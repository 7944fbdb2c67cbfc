//! Event source mappings: what takes records out of a queue (or, later, a stream) and hands them to a function in batches.
//! <https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html>
//!
//! A [`Poller`] waits until its [`EventSource`] says that there is something (it never polls on a timer), collects a batch (`batch.rs`),
//! drops what its filters do not want (`filter.rs`), lets the function have the rest, and reads from the answer what was worked off
//! (`response.rs`). How many batches are with the function at once, and how long it is left alone after a refusal, is in `pace.rs`.

mod batch;
mod filter;
mod pace;
mod poller;
mod response;
mod settings;

use futures::future::BoxFuture;
use greenroom_host::{Busy, EventId};
use serde_json::Value;

pub use filter::{Filters, InvalidFilter};
pub use pace::Running;
pub use poller::{Poller, Problem, Tell};
pub use settings::Settings;

/// One record, as the function gets it.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// What a function calls it by in `batchItemFailures`: the id of a message.
    pub id: String,
    /// What the source knows it by: a receipt handle.
    pub handle: String,
    /// The element of `Records`.
    pub document: Value,
    /// The event by which it was taken, or which put it into the source.
    pub cause: Option<EventId>,
    /// The trace that it belongs to: `Root=…;Parent=…;Sampled=…`
    pub trace: Option<String>,
}

/// Why nothing could be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unread {
    /// There is no such source any more.
    Gone(String),
    /// It refuses at the moment.
    Refused(String),
}

/// What records are taken from.
pub trait EventSource: Send + Sync {
    /// Completes when there may be something to take; at once, if there is something already. The guard keeps time from being moved on
    /// until it has been taken.
    fn ready(&self) -> BoxFuture<'_, Busy>;

    /// Completes when the source, which was gone, is there again; the guard is as that of [`EventSource::ready`].
    fn back(&self) -> BoxFuture<'_, Busy>;

    /// Takes up to `most` records, which others do not see for a while.
    fn receive(&self, most: usize) -> BoxFuture<'_, Result<Vec<Record>, Unread>>;

    /// These are worked off.
    fn done(&self, records: Vec<Record>) -> BoxFuture<'_, ()>;

    /// These were not worked off: the source gives them out again when it is time for that.
    fn failed(&self, records: Vec<Record>) -> BoxFuture<'_, ()>;
}

#[cfg(test)]
mod tests;
