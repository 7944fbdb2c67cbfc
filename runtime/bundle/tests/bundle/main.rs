//! Bundles small projects written for each test.

mod as_is;
mod diagnostics;
mod files;
mod npm;
mod project;
mod rebuild;
mod stacks;
mod typescript;
