//! A vendor's words for what has no words of its own.

/// What the vendor says when it stops code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    /// Too much CPU time.
    pub cpu: &'static str,
    /// Too much memory.
    pub memory: &'static str,
}
