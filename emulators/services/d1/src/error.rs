//! Errors in the vendor's words: SQLite's text, where it stands, and the names of its codes.

use greenroom_host::storage::StorageError;
use rusqlite::{Error, ffi};

use crate::absent;

/// What D1 says of a transaction statement.
const TRANSACTION: &str = "To execute a transaction, please use the state.storage.transaction() or state.storage.transactionSync() APIs \
    instead of the SQL BEGIN TRANSACTION or SAVEPOINT statements. The JavaScript API is safer because it will automatically roll back on \
    exceptions, and because it interacts correctly with Durable Objects' automatic atomic write coalescing.";

/// What D1 says of a query that takes too long. <https://developers.cloudflare.com/d1/observability/debug-d1/>
const TIMEOUT: &str = "D1 DB storage operation exceeded timeout which caused object to be reset.";

/// Errors by name, with D1's texts, as lists of errors have them; that of a lock is SQLite's, as D1 shows those.
/// <https://developers.cloudflare.com/d1/observability/debug-d1/#list-of-d1_errors>, <https://www.sqlite.org/rescode.html#busy>
const NAMED: &[(&str, &str)] = &[
    ("locked", "database is locked: SQLITE_BUSY"),
    ("overloaded", "D1 DB is overloaded. Requests queued for too long."),
    ("queue-full", "D1 DB is overloaded. Too many requests queued."),
    ("timeout", TIMEOUT),
    ("cpu", "D1 DB exceeded its CPU time limit and was reset."),
    ("memory", "D1 DB's isolate exceeded its memory limit and was reset."),
    ("internal", "Internal error in D1 DB storage caused object to be reset."),
    ("starting", "Internal error while starting up D1 DB storage caused object to be reset."),
    ("updated", "D1 DB reset because its code was updated."),
    ("unresolved", "Cannot resolve D1 DB due to transient issue on remote node."),
    ("disconnected", "Can't read from request stream because client disconnected."),
    ("lost", "Network connection lost."),
];

/// Why a query failed; displays as D1's text without the `D1_ERROR: ` that its API puts before it.
#[derive(Debug, thiserror::Error)]
pub enum D1Error {
    /// D1 or SQLite refused it.
    #[error("{message}")]
    Query {
        /// D1's text.
        message: String,
        /// Byte offset in the SQL text, where SQLite knows it.
        offset: Option<usize>,
    },
    /// The storage thread has ended or cannot commit.
    #[error("{0}")]
    Storage(#[from] StorageError),
}

impl D1Error {
    /// The errors that can be asked for by name.
    pub const NAMES: &[&str] = &[
        "locked",
        "overloaded",
        "queue-full",
        "timeout",
        "cpu",
        "memory",
        "internal",
        "starting",
        "updated",
        "unresolved",
        "disconnected",
        "lost",
    ];

    /// One of [`Self::NAMES`], in D1's words.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        NAMED.iter().find(|(known, _)| *known == name).map(|(_, text)| Self::query(*text))
    }

    pub(crate) fn query(message: impl Into<String>) -> Self {
        Self::Query { message: message.into(), offset: None }
    }

    pub(crate) fn transaction() -> Self {
        Self::query(TRANSACTION)
    }

    /// Describes an error of SQLite. `before` is how many bytes of the guest's text stood before what SQLite saw.
    pub(crate) fn sqlite(error: &Error, before: usize) -> Self {
        let (code, text, offset) = match error {
            Error::SqliteFailure(code, text) => (*code, text.clone(), None),
            Error::SqlInputError { error, msg, offset, .. } => (*error, Some(msg.clone()), usize::try_from(*offset).ok()),
            other => return Self::query(other.to_string()),
        };
        if code.code == ffi::ErrorCode::OperationInterrupted {
            return Self::query(TIMEOUT);
        }
        let offset = offset.map(|offset| offset + before);
        let text = text.unwrap_or_else(|| code.to_string());
        let (mut message, primary) = absent::reworded(&text).unwrap_or((text, code.extended_code & 0xff));
        if let Some(offset) = offset {
            message.push_str(&format!(" at offset {offset}"));
        }
        message.push_str(&format!(": {}", primary_name(primary)));
        if let Some(extended) = constraint_name(code.extended_code) {
            message.push_str(&format!(" (extended: {extended})"));
        }
        Self::Query { message, offset }
    }
}

impl From<Error> for D1Error {
    fn from(error: Error) -> Self {
        Self::sqlite(&error, 0)
    }
}

fn primary_name(code: i32) -> String {
    /// In the order of their numbers, from 0. <https://www.sqlite.org/rescode.html>
    const NAMES: &str = "OK ERROR INTERNAL PERM ABORT BUSY LOCKED NOMEM READONLY INTERRUPT IOERR CORRUPT NOTFOUND FULL CANTOPEN \
        PROTOCOL EMPTY SCHEMA TOOBIG CONSTRAINT MISMATCH MISUSE NOLFS AUTH FORMAT RANGE NOTADB NOTICE WARNING";
    match usize::try_from(code).ok().and_then(|code| NAMES.split(' ').nth(code)) {
        Some(name) => format!("SQLITE_{name}"),
        None => format!("SQLITE_UNKNOWN_ERROR_CODE({code})"),
    }
}

fn constraint_name(extended: i32) -> Option<&'static str> {
    Some(match extended {
        ffi::SQLITE_CONSTRAINT_CHECK => "SQLITE_CONSTRAINT_CHECK",
        ffi::SQLITE_CONSTRAINT_COMMITHOOK => "SQLITE_CONSTRAINT_COMMITHOOK",
        ffi::SQLITE_CONSTRAINT_DATATYPE => "SQLITE_CONSTRAINT_DATATYPE",
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => "SQLITE_CONSTRAINT_FOREIGNKEY",
        ffi::SQLITE_CONSTRAINT_FUNCTION => "SQLITE_CONSTRAINT_FUNCTION",
        ffi::SQLITE_CONSTRAINT_NOTNULL => "SQLITE_CONSTRAINT_NOTNULL",
        ffi::SQLITE_CONSTRAINT_PINNED => "SQLITE_CONSTRAINT_PINNED",
        ffi::SQLITE_CONSTRAINT_PRIMARYKEY => "SQLITE_CONSTRAINT_PRIMARYKEY",
        ffi::SQLITE_CONSTRAINT_ROWID => "SQLITE_CONSTRAINT_ROWID",
        ffi::SQLITE_CONSTRAINT_TRIGGER => "SQLITE_CONSTRAINT_TRIGGER",
        ffi::SQLITE_CONSTRAINT_UNIQUE => "SQLITE_CONSTRAINT_UNIQUE",
        ffi::SQLITE_CONSTRAINT_VTAB => "SQLITE_CONSTRAINT_VTAB",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_that_can_be_asked_for_has_words() {
        let names: Vec<_> = NAMED.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, D1Error::NAMES);
        assert_eq!(D1Error::named("locked").unwrap().to_string(), "database is locked: SQLITE_BUSY");
        assert!(D1Error::named("other").is_none());
    }
}
