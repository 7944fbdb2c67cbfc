//! Errors as AWS's services give them.

use serde_json::{Map, Value};

/// An error of a service: its code, its status, its text, and what stands beside them.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiError {
    /// The code: `ResourceNotFoundException`.
    pub code: String,
    /// The status.
    pub status: u16,
    /// The text.
    pub message: String,
    /// The name of the member that has the text. Services differ, and so do errors of one service.
    pub message_key: &'static str,
    /// Other members: `Type`, `Reason`.
    pub members: Map<String, Value>,
    /// The code for clients of the query protocol, where it is another one and not in the model.
    pub query_code: Option<String>,
    /// The text for clients of the query protocol, where it is another one.
    pub query_message: Option<String>,
    /// Headers of the answer: `Retry-After`.
    pub headers: Vec<(&'static str, String)>,
    /// Clients are told nothing: their connection ends.
    pub unanswered: bool,
}

impl ApiError {
    /// An error with its text as `message` and nothing beside it.
    #[must_use]
    pub fn new(code: impl Into<String>, status: u16, message: impl Into<String>) -> Self {
        let (code, message) = (code.into(), message.into());
        Self {
            code,
            status,
            message,
            message_key: "message",
            members: Map::new(),
            query_code: None,
            query_message: None,
            headers: Vec::new(),
            unanswered: false,
        }
    }

    /// The same with its text under another name.
    #[must_use]
    pub fn under(self, message_key: &'static str) -> Self {
        Self { message_key, ..self }
    }

    /// The same with another text for clients of the query protocol.
    #[must_use]
    pub fn in_query(self, message: impl Into<String>) -> Self {
        Self { query_message: Some(message.into()), ..self }
    }

    /// The same with one member more.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// What breaks constraints of the shapes.
    #[must_use]
    pub fn validation(message: impl Into<String>) -> Self {
        Self::new("ValidationException", 400, message)
    }

    /// What cannot be read at all.
    #[must_use]
    pub fn serialization(message: impl Into<String>) -> Self {
        Self::new("SerializationException", 400, message).under("Message")
    }

    /// What is the program's own fault. The reason is for the operator; clients get AWS's text.
    #[must_use]
    pub fn internal() -> Self {
        Self::new("ServiceException", 500, "An error occurred and the request cannot be processed.")
            .under("Message")
            .with("Type", "Service")
    }

    /// What clients are not told, since the answer is lost on its way to them: their connection ends, as where a network breaks off. Who calls
    /// otherwise than over the wire gets it as a fault of the service.
    #[must_use]
    pub fn unanswered(message: impl Into<String>) -> Self {
        Self { message: message.into(), unanswered: true, ..Self::internal() }
    }

    /// Whether the fault is the caller's.
    #[must_use]
    pub fn is_senders(&self) -> bool {
        self.status < 500
    }
}
