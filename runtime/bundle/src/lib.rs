//! From an entry module to code ready to run: TypeScript, JSX, npm packages and modules that are not JavaScript in, one ES module
//! with its source map out, plus a separate module for each binary file. Knows no vendor: what differs between platforms
//! (export conditions, module rules, what the runtime provides) comes in through [`BundleOptions`].
//!
//! The work is rolldown's; this crate decides what goes in, keeps every line of the output short and words the errors.

mod as_is;
mod bundler;
mod config;
mod glob;
mod lines;
mod loader;
mod node;
mod options;
mod output;
mod report;
mod rules;
mod stack;
mod unresolved;

pub use bundler::Bundler;
pub use options::{AsIs, BundleOptions};
pub use rules::default_rules;
pub use stack::{SourceMaps, SourcePosition};
