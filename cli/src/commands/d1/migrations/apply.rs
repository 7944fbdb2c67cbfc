//! `greenroom d1 migrations apply`

use std::process::ExitCode;

use clap::Args;
use greenroom_host::Diagnostic;
use serde_json::json;

use super::super::target::{announce, open};
use super::{migrations, unapplied};
use crate::commands::local::{Local, Place};
use crate::print;

/// `greenroom d1 migrations apply`
#[derive(Debug, Args)]
pub(crate) struct Apply {
    /// The name or binding of the DB
    database: String,
    #[command(flatten)]
    place: Place,
}

pub(super) fn run(args: &Apply) -> ExitCode {
    args.place.run(async |local| apply(args, local).await)
}

async fn apply(args: &Apply, local: &Local) -> Result<(), Vec<Diagnostic>> {
    let (decl, migrations) = migrations(local, &args.database)?;
    let names = unapplied(local, decl, &migrations).await?;
    if names.is_empty() {
        local.say("✅ No migrations to apply!");
    } else {
        local.say("Migrations to be applied:");
        local.say(&print::table(&["name"], &names.iter().map(|name| vec![name.clone()]).collect::<Vec<_>>()));
        let question = "Your database may not be available to serve requests during the migration, continue?";
        if !local.confirm(&format!("About to apply {} migration(s)\n{question}", names.len())) {
            return Ok(());
        }
        announce(local, "Executing on", &args.database, decl);
    }
    let migrated = open(local, decl)?.apply_migrations(&migrations).await;
    if !names.is_empty() {
        let rows: Vec<_> = names.iter().map(|name| vec![name.clone(), status(name, &migrated).to_owned()]).collect();
        local.say(&print::table(&["name", "status"], &rows));
    }
    if let Some(failed) = migrated.failed {
        return Err(vec![failed]);
    }
    if local.json {
        anstream::println!("{}", json!({ "ok": true, "database": decl.id, "applied": migrated.applied }));
    }
    Ok(())
}

/// The first that is not applied is the one that failed; those after it were not tried.
fn status(name: &String, migrated: &greenroom_d1::Migrated) -> &'static str {
    let is_failed = migrated.failed.as_ref().is_some_and(|failed| failed.file.as_ref().is_some_and(|file| file.ends_with(name)));
    match migrated.applied.contains(name) {
        true => "✅",
        false if is_failed => "❌",
        false => "🕒",
    }
}
