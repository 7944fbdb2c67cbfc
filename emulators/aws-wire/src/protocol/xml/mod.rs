//! XML: values by their shapes.

mod element;
mod read;
mod write;

#[cfg(test)]
mod tests;

pub(super) use element::parse;
pub(super) use read::members;
pub(super) use write::{escaped, root, structure};
