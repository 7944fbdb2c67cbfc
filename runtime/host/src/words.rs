//! A vendor's words for what has no words of its own.

/// What the vendor says when it stops code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Words {
    /// Too much CPU time.
    pub cpu: &'static str,
    /// Too much memory.
    pub memory: &'static str,
    /// Too many requests to the outside in one invocation.
    pub subrequests: &'static str,
    /// Too many calls to services in one invocation.
    pub service_calls: &'static str,
    /// How the vendor's front servers sign the pages of what they refuse by themselves; empty where they have none.
    pub server: &'static str,
}
