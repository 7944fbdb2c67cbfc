//! Why something cannot be done with state.

use std::path::PathBuf;

use crate::diagnostic::Diagnostic;

/// Why something cannot be done with state. Nothing was changed then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// A name that no snapshot can have.
    #[error("a snapshot cannot be named `{name}`: {why}")]
    Name {
        /// The name.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// There is no snapshot of that name.
    #[error("there is no snapshot `{name}`")]
    Unknown {
        /// The name.
        name: String,
        /// One that looks like it.
        nearest: Option<String>,
    },
    /// There is one already.
    #[error("there is a snapshot `{0}` already")]
    Exists(String),
    /// Another process works on a database.
    #[error("another process has `{}` open", .0.display())]
    InUse(PathBuf),
    /// A file to be read or written that is none of those it may be.
    #[error("{}", .0.message)]
    File(Box<Diagnostic>),
    /// Whatever else; disk and SQLite.
    #[error("{}", .0.message)]
    Failed(Box<Diagnostic>),
}

impl StateError {
    /// A word that stays the same.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Name { .. } | Self::File(_) => "invalid",
            Self::Unknown { .. } => "not-found",
            Self::Exists(_) => "exists",
            Self::InUse(_) => "in-use",
            Self::Failed(_) => "failed",
        }
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Name { .. } => Some("letters, digits, `-`, `_`, `.` and spaces make a name, the first of them no `.`".to_owned()),
            Self::Unknown { nearest: Some(nearest), .. } => Some(format!("did you mean `{nearest}`?")),
            Self::Unknown { nearest: None, .. } => Some("`greenroom state list` lists those that there are".to_owned()),
            Self::Exists(_) => Some("take another name, or write over it with `--force`".to_owned()),
            Self::InUse(_) => Some("end it first, or ask it: `--control URL` says where a run is".to_owned()),
            Self::File(diagnostic) | Self::Failed(diagnostic) => diagnostic.hints.first().cloned(),
        }
    }

    pub(crate) fn sqlite(doing: &str, error: &rusqlite::Error) -> Self {
        let full = error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull);
        let failed = Diagnostic::error(format!("{doing}: {error}"));
        Self::from(if full { failed.hint(FULL) } else { failed })
    }

    pub(crate) fn io(doing: &str, error: &std::io::Error) -> Self {
        let failed = Diagnostic::error(format!("{doing}: {error}"));
        Self::from(if error.kind() == std::io::ErrorKind::StorageFull { failed.hint(FULL) } else { failed })
    }
}

const FULL: &str = "make room on the disk; the state is as it was";

impl From<Diagnostic> for StateError {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Failed(Box::new(diagnostic))
    }
}

impl From<StateError> for Diagnostic {
    fn from(error: StateError) -> Self {
        let hint = error.hint();
        match error {
            StateError::File(diagnostic) | StateError::Failed(diagnostic) => *diagnostic,
            other => hint.map_or_else(|| Self::error(other.to_string()), |hint| Self::error(other.to_string()).hint(hint)),
        }
    }
}
