//! D1: SQLite as Workers see it. <https://developers.cloudflare.com/d1/>
//!
//! A database is one SQLite file behind an authorizer and limits that allow what D1 allows. Every call is a transaction of its own.
//! There is one copy, so every session reads its own writes and everybody else's.

mod absent;
mod authorizer;
mod database;
mod dump;
mod error;
mod gate;
mod glob;
pub mod limits;
mod meta;
mod migrations;
mod new_migration;
mod query;
mod rows;
mod script;
mod split;
mod value;

pub use database::D1Database;
pub use dump::DumpOptions;
pub use error::D1Error;
pub use meta::{Meta, Timings};
pub use migrations::{Migrated, Migrations};
pub use query::{Answer, Exec, Query};
pub use rows::Format;
pub use script::ScriptError;
pub use value::Param;
