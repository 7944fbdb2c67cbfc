//! `greenroom d1 migrations create`

use std::process::ExitCode;

use clap::Args;
use greenroom_host::Diagnostic;
use serde_json::json;

use super::super::target::find;
use super::no_folder;
use crate::commands::local::{Local, Place, failed};

/// `greenroom d1 migrations create`
#[derive(Debug, Args)]
pub(crate) struct Create {
    /// The name or binding of the DB
    database: String,
    /// The Migration message
    message: String,
    #[command(flatten)]
    place: Place,
}

pub(super) fn run(args: &Create) -> ExitCode {
    args.place.run(async |local| create(args, local))
}

fn create(args: &Create, local: &Local) -> Result<(), Vec<Diagnostic>> {
    let decl = find(local, &args.database)?;
    let migrations = greenroom_bindings::d1::migrations_of(decl).map_err(|error| vec![error])?;
    let name = migrations.next_name(&args.message).map_err(|error| vec![error])?;
    let dir = migrations.dir.display();
    if !migrations.dir.is_dir() && !local.confirm(&format!("{}\nOk to create {dir}?", no_folder(local, decl))) {
        return Err(failed(format!("No migrations present at {dir}.")));
    }
    let path = migrations.create(&name, &local.host.clock.now().iso_8601()).map_err(|error| vec![error])?;
    local.say(&format!("✅ Successfully created Migration '{name}'!\n\nThe migration is available for editing here\n{}", path.display()));
    if local.json {
        anstream::println!("{}", json!({ "ok": true, "migration": name, "path": path }));
    }
    Ok(())
}
