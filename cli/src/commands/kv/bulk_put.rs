//! `greenroom kv bulk put`

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use greenroom_host::Diagnostic;
use greenroom_kv::bulk;
use serde_json::json;

use super::target::{Target, Unsaid};
use crate::commands::local::{Local, Place, failed, read_json};
use crate::print;

/// `greenroom kv bulk put`
#[derive(Debug, Args)]
pub(crate) struct Put {
    /// The file containing the key/value pairs to write
    #[arg(value_name = "FILENAME")]
    file: PathBuf,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    place: Place,
}

pub(super) fn run(args: &Put) -> ExitCode {
    args.place.run(async |local| put(args, local).await)
}

async fn put(args: &Put, local: &Local) -> Result<(), Vec<Diagnostic>> {
    let found = args.target.open(local, Unsaid::Ask)?;
    let name = args.file.display().to_string();
    let (items, warning) = bulk::items(&name, &read_json(&args.file)?).map_err(failed)?;
    if let Some(warning) = warning {
        print::diagnostics(&[Diagnostic::warning(warning)], &local.dir);
    }
    let count = items.len();
    for (index, item) in items.into_iter().enumerate() {
        let (namespace, key) = (&found.namespace, item.key.clone());
        namespace.put(item.key, item.value, item.options).await.map_err(|error| {
            let place = format!("that was the item at index {index}, with the key `{key}`; those before it are stored");
            vec![Diagnostic::error(error.to_string()).hint(place)]
        })?;
    }
    local.say("Success!");
    if local.json {
        anstream::println!("{}", json!({ "ok": true, "namespace": found.id, "keys": count }));
    }
    Ok(())
}
