//! `greenroom kv key get`

use std::io::Write;
use std::process::ExitCode;

use clap::Args;
use greenroom_host::Diagnostic;
use serde_json::{Value, json};

use super::target::{Target, Unsaid, refused};
use crate::commands::local::{Local, Place, failed};

/// `greenroom kv key get`
#[derive(Debug, Args)]
pub(crate) struct Get {
    /// The key value to get
    key: String,
    /// Decode the returned value as a utf8 string
    #[arg(long)]
    text: bool,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    place: Place,
}

pub(super) fn run(args: &Get) -> ExitCode {
    args.place.run(async |local| get(args, local).await)
}

async fn get(args: &Get, local: &Local) -> Result<(), Vec<Diagnostic>> {
    let found = args.target.open(local, Unsaid::Production)?;
    let entry = found.namespace.get(args.key.clone(), None).await.map_err(|error| refused(&error))?;
    let Some(entry) = entry else {
        anstream::println!("{}", if local.json { "null" } else { "Value not found" });
        return Ok(());
    };
    if local.json {
        let metadata: Value = entry.metadata.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        let value = String::from_utf8_lossy(&entry.value);
        anstream::println!("{}", json!({ "key": args.key, "value": value, "metadata": metadata, "expiration": entry.expiration }));
        return Ok(());
    }
    let mut out = std::io::stdout().lock();
    let written = if args.text { writeln!(out, "{}", String::from_utf8_lossy(&entry.value)) } else { out.write_all(&entry.value) };
    written.and_then(|()| out.flush()).map_err(|error| failed(format!("the value cannot be written: {error}")))
}
