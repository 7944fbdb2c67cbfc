//! XML: values by their shapes.

mod write;

pub(super) use write::{escaped, structure};
