//! `greenroom kv bulk delete`

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use greenroom_host::Diagnostic;
use greenroom_kv::bulk;
use serde_json::json;

use super::target::{Target, Unsaid, refused};
use crate::commands::local::{Local, Place, failed, read_json};

/// `greenroom kv bulk delete`
#[derive(Debug, Args)]
pub(crate) struct Delete {
    /// The file containing the keys to delete
    #[arg(value_name = "FILENAME")]
    file: PathBuf,
    /// Do not ask for confirmation before deleting
    #[arg(long, short)]
    force: bool,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    place: Place,
}

pub(super) fn run(args: &Delete) -> ExitCode {
    args.place.run(async |local| delete(args, local).await)
}

async fn delete(args: &Delete, local: &Local) -> Result<(), Vec<Diagnostic>> {
    let found = args.target.open(local, Unsaid::Ask)?;
    let file = args.file.display().to_string();
    let question = format!("Are you sure you want to delete all the keys read from \"{file}\" from kv-namespace {}?", found.name);
    if !args.force && !local.confirm(&question) {
        local.say(&format!("Not deleting keys read from \"{file}\"."));
        return Ok(());
    }
    let keys = bulk::keys(&file, &read_json(&args.file)?).map_err(failed)?;
    let count = keys.len();
    for key in keys {
        found.namespace.delete(key).await.map_err(|error| refused(&error))?;
    }
    local.say("Success!");
    if local.json {
        anstream::println!("{}", json!({ "ok": true, "namespace": found.id, "keys": count }));
    }
    Ok(())
}
