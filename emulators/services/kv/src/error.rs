//! Errors in the vendor's words.

use std::fmt;

use greenroom_host::storage::StorageError;

/// What was being done, as messages name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Reading one key, and listing.
    Get,
    /// Reading several keys.
    GetBulk,
    /// Writing.
    Put,
    /// Deleting.
    Delete,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Get => "GET",
            Self::GetBulk => "GET_BULK",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        })
    }
}

/// Why an operation was refused; displays as the text that a Worker sees.
#[derive(Debug, thiserror::Error)]
pub enum KvError {
    /// A key that can never be one: a `TypeError` for guest code.
    #[error("{0}")]
    KeyName(&'static str),
    /// Refused with an HTTP status.
    #[error("KV {operation} failed: {status} {text}")]
    Refused {
        /// What was being done.
        operation: Operation,
        /// The HTTP status.
        status: u16,
        /// Why.
        text: String,
    },
    /// The value, which came as a stream, broke off.
    #[error("{0}")]
    Broken(String),
    /// The database of the namespace failed.
    #[error("KV storage failed: {0}")]
    Storage(#[from] StorageError),
}

impl From<rusqlite::Error> for KvError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Storage(StorageError::Sqlite(error))
    }
}

impl KvError {
    /// What the runtime makes of an answer of the service with this status and its text.
    #[must_use]
    pub fn answered(operation: Operation, status: u16, text: impl Into<String>) -> Self {
        Self::refused(operation, status, text)
    }

    pub(crate) fn refused(operation: Operation, status: u16, text: impl Into<String>) -> Self {
        Self::Refused { operation, status, text: text.into() }
    }
}
