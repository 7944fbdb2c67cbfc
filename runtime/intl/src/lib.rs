//! `Intl` for an engine that has none.
//!
//! The classes are JavaScript (`js/`, a file for each part, evaluated when code first needs it): options, patterns and parts are work on
//! small tables and short texts. What needs large tables or speed is Rust on the `icu` crates: locale tags, collation, segments, case,
//! calendars; time zones are ICU's own file. CLDR's texts and patterns, which those crates have in parts only, are in [`data`], compressed
//! by locale and kind. Nothing is read before code asks for it.

pub mod calendars;
pub mod case;
pub mod collation;
pub mod data;
pub mod locales;
pub mod segments;
mod sources;
#[cfg(test)]
mod tests;
pub mod zones;

pub use sources::source;
