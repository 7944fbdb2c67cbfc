//! Those who have a time of their own that follows the clock: guests, with the timers of their code.

use std::sync::Arc;

use futures::future::BoxFuture;

use super::Timestamp;

/// What a member says of itself once it has nothing to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stillness {
    /// When its own timers are due, soonest first; not more than some tens of them.
    pub due: Vec<Timestamp>,
    /// How many timers there are in all.
    pub timers: usize,
    /// How many timers without delay ran by themselves since it was asked.
    pub ran: u64,
}

/// Somebody with a time of its own.
pub trait Member: Send + Sync {
    /// What it is called where people read it: `app notes`.
    fn label(&self) -> String;

    /// What time it is from now on; none: that of the machine, which goes on by itself. Nothing runs because of it.
    fn set(&self, frozen: Option<Timestamp>);

    /// The timers that are due by the time it was told last may run.
    fn run_due(&self);

    /// Whether it was given something since it last said that it was still.
    fn is_stirred(&self) -> bool;

    /// Waits until nothing of it runs, and what it has said has arrived; or until more than `most` timers without delay have run by
    /// themselves. None: it is over.
    fn still(self: Arc<Self>, most: u64) -> BoxFuture<'static, Option<Stillness>>;

    /// Its timers as they are now, whether it is still or not. None: it is over.
    fn timers(self: Arc<Self>) -> BoxFuture<'static, Option<Stillness>>;
}
