//! `greenroom d1`: databases of local state, with the words of `wrangler d1 … --local`.
//! <https://developers.cloudflare.com/workers/wrangler/commands/#d1>

mod execute;
mod export;
mod info;
mod list;
mod migrations;
mod target;

use std::process::ExitCode;

use clap::Subcommand;

/// `greenroom d1`
#[derive(Debug, Subcommand)]
pub(crate) enum D1 {
    /// List the databases of the configuration, and those that have state
    List(list::List),
    /// Get information about a database: its size and how many tables it has
    Info(info::Info),
    /// Execute a command or SQL file
    Execute(execute::Execute),
    /// Export the contents or schema of your database as a .sql file
    Export(export::Export),
    /// Create, list and apply migrations
    #[command(subcommand, arg_required_else_help = true)]
    Migrations(migrations::Command),
}

pub(super) fn run(command: &D1) -> ExitCode {
    match command {
        D1::List(args) => list::run(args),
        D1::Info(args) => info::run(args),
        D1::Execute(args) => execute::run(args),
        D1::Export(args) => export::run(args),
        D1::Migrations(command) => migrations::run(command),
    }
}
