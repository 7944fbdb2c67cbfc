//! Extensions.

/// The extensions of one instance.
#[derive(Default)]
pub(crate) struct Extensions {}
