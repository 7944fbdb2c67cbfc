//! What can go wrong.

use std::fmt;

/// Whatever the control API answers, or why it does not.
pub type Result<T> = std::result::Result<T, Error>;

/// What the control API, or the program, says is wrong. It is shown in the same way by `{}` and `{:?}`, so that a test may return it.
#[derive(Clone, PartialEq, Eq)]
pub struct Error {
    /// A word that stays the same: `not-frozen`.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// What to do next; none where the message says it.
    pub hint: Option<String>,
    /// The HTTP status; 0 where there was no answer.
    pub status: u16,
}

impl Error {
    pub(crate) fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), hint: None, status: 0 }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, "\nhint: {hint}"))
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}
