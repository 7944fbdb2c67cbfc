//! `greenroom d1 migrations`

mod apply;
mod create;
mod list;

use std::process::ExitCode;

use clap::Subcommand;
use greenroom_d1::Migrations;
use greenroom_host::{BindingDecl, Diagnostic};

use super::target::{find, open};
use crate::commands::local::Local;
use crate::print;

/// `greenroom d1 migrations`
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create a new migration
    Create(create::Create),
    /// View a list of unapplied migration files
    List(list::List),
    /// Apply any unapplied D1 migrations
    Apply(apply::Apply),
}

pub(super) fn run(command: &Command) -> ExitCode {
    match command {
        Command::Create(args) => create::run(args),
        Command::List(args) => list::run(args),
        Command::Apply(args) => apply::run(args),
    }
}

/// The database `name` and its migrations, whose folder is there.
fn migrations<'a>(local: &'a Local, name: &str) -> Result<(&'a BindingDecl, Migrations), Vec<Diagnostic>> {
    let decl = find(local, name)?;
    let migrations = greenroom_bindings::d1::migrations_of(decl).map_err(|error| vec![error])?;
    if migrations.dir.is_dir() {
        return Ok((decl, migrations));
    }
    print::diagnostics(&[Diagnostic::warning(no_folder(local, decl))], &local.dir);
    Err(vec![Diagnostic::error(format!("No migrations present at {}.", migrations.dir.display()))])
}

/// Said where the folder is not there.
fn no_folder(local: &Local, decl: &BindingDecl) -> String {
    let set = format!(" Set `migrations_dir` in your {} file to choose a different path.", local.config_file());
    let is_configured = decl.config.get("migrations_dir").is_some();
    format!("No migrations folder found.{}", if is_configured { "" } else { &set })
}

/// Migrations that have not been applied, in order.
async fn unapplied(local: &Local, decl: &BindingDecl, migrations: &Migrations) -> Result<Vec<String>, Vec<Diagnostic>> {
    open(local, decl)?.unapplied_migrations(migrations).await.map_err(|error| vec![error])
}
