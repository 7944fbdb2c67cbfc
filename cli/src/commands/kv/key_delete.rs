//! `greenroom kv key delete`

use std::process::ExitCode;

use clap::Args;
use greenroom_host::Diagnostic;
use serde_json::json;

use super::target::{Target, Unsaid, refused};
use crate::commands::local::{Local, Place};

/// `greenroom kv key delete`
#[derive(Debug, Args)]
pub(crate) struct Delete {
    /// The key value to delete
    key: String,
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
    local.say(&format!("Deleting the key \"{}\" on namespace {}.", args.key, found.name));
    found.namespace.delete(args.key.clone()).await.map_err(|error| refused(&error))?;
    if local.json {
        anstream::println!("{}", json!({ "ok": true, "namespace": found.id, "key": args.key }));
    }
    Ok(())
}
