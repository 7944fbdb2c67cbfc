//! What clients saw of one queue.

/// When something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Span {
    /// Its place among all that began and ended: before it was asked for,
    pub(crate) begun: u64,
    /// and after the answer.
    pub(crate) ended: u64,
    /// By the run's clock not before this, in milliseconds,
    pub(crate) earliest: u64,
    /// and not after this.
    pub(crate) latest: u64,
}

/// What became of a request, or of an entry of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    /// The service said that it was not done.
    Refused,
    /// The server was killed before it answered.
    Cut,
}

/// An attempt to send a message.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) round: usize,
    /// What all attempts at this message have in common.
    pub(crate) key: String,
    pub(crate) group: Option<String>,
    /// Of this attempt alone.
    pub(crate) body: String,
    pub(crate) outcome: Outcome,
    /// Where it was acknowledged: its id,
    pub(crate) id: String,
    /// and its place in a FIFO queue.
    pub(crate) sequence: u128,
}

/// A receive that got something.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) round: usize,
    pub(crate) span: Span,
    /// For how long others are not to see the messages, in milliseconds.
    pub(crate) hidden: u64,
    pub(crate) messages: Vec<Message>,
}

/// A message in one receive.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) body: String,
    pub(crate) group: Option<String>,
    pub(crate) sequence: u128,
    /// How often it was received, as the service says.
    pub(crate) count: u64,
    pub(crate) handle: String,
}

/// What somebody did with a message that he had received.
#[derive(Debug, Clone)]
pub(crate) struct Changed {
    pub(crate) handle: String,
    pub(crate) span: Span,
    pub(crate) change: Change,
    pub(crate) outcome: Outcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    Deleted,
    /// Others are not to see it for so many milliseconds from now on.
    Hidden(u64),
}

/// All of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct History {
    pub(crate) sent: Vec<Sent>,
    pub(crate) received: Vec<Received>,
    pub(crate) changed: Vec<Changed>,
    /// Requests whose answer never came.
    pub(crate) cut: usize,
}

/// What faults did, as the journal has it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Witness {
    /// Texts of messages that are there twice.
    pub(crate) doubled: std::collections::HashSet<String>,
    /// Messages that others saw although they were received: ids with the count of that receive.
    pub(crate) shown: std::collections::HashSet<(String, u64)>,
    /// Rounds in which the server was killed: what it did last may be missing in the journal.
    pub(crate) unsure: std::collections::HashSet<usize>,
}
