//! `greenroom d1 migrations list`

use std::process::ExitCode;

use clap::Args;
use greenroom_host::Diagnostic;

use super::{migrations, unapplied};
use crate::commands::local::{Local, Place, pretty};
use crate::print;

/// `greenroom d1 migrations list`
#[derive(Debug, Args)]
pub(crate) struct List {
    /// The name or binding of the DB
    database: String,
    #[command(flatten)]
    place: Place,
}

pub(super) fn run(args: &List) -> ExitCode {
    args.place.run(async |local| list(args, local).await)
}

async fn list(args: &List, local: &Local) -> Result<(), Vec<Diagnostic>> {
    let (decl, migrations) = migrations(local, &args.database)?;
    let names = unapplied(local, decl, &migrations).await?;
    if local.json {
        anstream::println!("{}", pretty(&names));
    } else if names.is_empty() {
        local.say("✅ No migrations to apply!");
    } else {
        local.say("Migrations to be applied:");
        local.say(&print::table(&["Name"], &names.into_iter().map(|name| vec![name]).collect::<Vec<_>>()));
    }
    Ok(())
}
