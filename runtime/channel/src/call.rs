//! What a binding sees of a call that guest code makes to it, and what it answers.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// A call of guest code to a binding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The invocation that made it; 0 for code that runs outside any.
    pub invocation: u32,
    /// The binding's name in the environment.
    pub binding: String,
    /// Which of its methods.
    pub method: String,
    /// Its arguments as JSON text.
    pub args: Bytes,
    /// Bytes that go with it and are no JSON: a value to store, a body to send.
    pub body: Option<Bytes>,
}

/// What a call answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallResult {
    /// JSON text; empty stands for `null`.
    pub value: Bytes,
    /// Bytes that go with it and are no JSON.
    pub body: Option<Bytes>,
}

impl CallResult {
    /// An answer that is JSON and nothing else.
    ///
    /// # Panics
    /// If `value` cannot be JSON: a map whose keys are not strings.
    #[must_use]
    pub fn json(value: &impl Serialize) -> Self {
        let text = serde_json::to_vec(value).expect("invariant: answers of bindings are JSON");
        Self { value: text.into(), body: None }
    }

    /// The same with bytes beside it.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Some(body.into());
        self
    }
}

/// An error that guest code catches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{name}: {message}")]
pub struct CallError {
    /// The JavaScript class: `Error`, `TypeError`, `RangeError`.
    pub name: String,
    /// The vendor's text.
    pub message: String,
}

impl CallError {
    /// A plain `Error` with the vendor's text.
    pub fn error(message: impl Into<String>) -> Self {
        Self { name: "Error".to_owned(), message: message.into() }
    }

    /// A `TypeError` with the vendor's text.
    pub fn type_error(message: impl Into<String>) -> Self {
        Self { name: "TypeError".to_owned(), message: message.into() }
    }
}
