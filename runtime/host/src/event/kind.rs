//! What kinds of events there are.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What happened. A new kind is a variant and a line in [`EventKind::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// A request came in at the front door.
    HttpRequest,
    /// The code of an app called another, or itself.
    ServiceCall,
    /// A cron trigger came due.
    CronTick,
    /// A function was called, and its answer is waited for.
    Invoke,
    /// A function was called, and nobody waits.
    InvokeAsync,
    /// A message came over a WebSocket that the host speaks for a vendor, or such a connection ended.
    WebSocketMessage,
    /// Messages were sent to a queue.
    QueueSend,
    /// Messages of a queue were received by whoever asked.
    QueueReceive,
    /// Messages of a queue were deleted.
    QueueDelete,
    /// Messages went from one queue to another: they were given up, or moved back.
    QueueMove,
}

impl EventKind {
    /// Every kind with its word.
    pub const ALL: &[(Self, &str)] = &[
        (Self::HttpRequest, "http.request"),
        (Self::ServiceCall, "service.call"),
        (Self::CronTick, "cron.tick"),
        (Self::Invoke, "invoke"),
        (Self::InvokeAsync, "invoke.async"),
        (Self::WebSocketMessage, "ws.message"),
        (Self::QueueSend, "queue.send"),
        (Self::QueueReceive, "queue.receive"),
        (Self::QueueDelete, "queue.delete"),
        (Self::QueueMove, "queue.move"),
    ];

    /// Its word: `http.request`.
    ///
    /// # Panics
    /// Never: a test holds the table against the variants.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).expect("invariant: every kind is in the table").1
    }

    /// The kind with that word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == word).map(|(kind, _)| *kind)
    }
}

impl Serialize for EventKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl<'de> Deserialize<'de> for EventKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Self::of(&word).ok_or_else(|| serde::de::Error::custom(format!("`{word}` is no kind of event that this version knows")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_word() {
        // Fails to compile when a variant is missing here.
        let number = |kind: EventKind| match kind {
            EventKind::HttpRequest => 0,
            EventKind::ServiceCall => 1,
            EventKind::CronTick => 2,
            EventKind::Invoke => 3,
            EventKind::InvokeAsync => 4,
            EventKind::WebSocketMessage => 5,
            EventKind::QueueSend => 6,
            EventKind::QueueReceive => 7,
            EventKind::QueueDelete => 8,
            EventKind::QueueMove => 9,
        };
        let mut numbers: Vec<_> = EventKind::ALL.iter().map(|(kind, _)| number(*kind)).collect();
        numbers.dedup();
        assert_eq!(numbers, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert!(EventKind::ALL.iter().all(|(kind, word)| EventKind::of(word) == Some(*kind) && kind.word() == *word));
    }
}
