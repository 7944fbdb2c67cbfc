//! `greenroom kv key put`

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use greenroom_host::Diagnostic;
use greenroom_kv::PutOptions;
use serde_json::{Value, json};

use super::target::{Target, Unsaid, refused};
use crate::commands::local::{Local, Place, exactly_one, failed, read_file};

/// `greenroom kv key put`
#[derive(Debug, Args)]
pub(crate) struct Put {
    /// The key to write to
    key: String,
    /// The value to write
    #[arg(allow_negative_numbers = true)]
    value: Option<String>,
    /// Read value from the file at a given path
    #[arg(long, value_name = "FILE")]
    path: Option<PathBuf>,
    #[command(flatten)]
    target: Target,
    /// Time for which the entries should be visible, in seconds
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    ttl: Option<i64>,
    /// Time since the UNIX epoch after which the entry expires, in seconds
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    expiration: Option<i64>,
    /// Arbitrary JSON that is associated with a key
    #[arg(long, value_name = "JSON")]
    metadata: Option<String>,
    #[command(flatten)]
    place: Place,
}

pub(super) fn run(args: &Put) -> ExitCode {
    args.place.run(async |local| put(args, local).await)
}

async fn put(args: &Put, local: &Local) -> Result<(), Vec<Diagnostic>> {
    let value = args.value.as_deref().filter(|value| !value.is_empty());
    let metadata = args.metadata.as_deref().map(metadata).transpose()?;
    exactly_one(&[("<value>", value.is_some()), ("--path", args.path.is_some())])?;
    let found = args.target.open(local, Unsaid::Ask)?;
    let bytes = match (&args.path, value) {
        (Some(file), _) => read_file(file)?,
        (None, value) => value.unwrap_or_default().as_bytes().to_vec(),
    };
    let with = metadata.as_ref().map(|metadata| format!(" with metadata \"{metadata}\"")).unwrap_or_default();
    match &args.path {
        Some(file) => {
            local.say(&format!(
                "Writing the contents of {} to the key \"{}\" on namespace {}{with}.",
                file.display(),
                args.key,
                found.name
            ));
        }
        None => {
            let value = value.unwrap_or_default();
            local.say(&format!("Writing the value \"{value}\" to key \"{}\" on namespace {}{with}.", args.key, found.name));
        }
    }
    let length = bytes.len();
    let options = PutOptions { expiration: args.expiration, expiration_ttl: args.ttl, metadata };
    found.namespace.put(args.key.clone(), bytes.into(), options).await.map_err(|error| refused(&error))?;
    if local.json {
        anstream::println!("{}", json!({ "ok": true, "namespace": found.id, "key": args.key, "bytes": length }));
    }
    Ok(())
}

/// Metadata has to be an object, for wrangler; it is kept as `JSON.stringify` writes it.
fn metadata(text: &str) -> Result<String, Vec<Diagnostic>> {
    match serde_json::from_str::<Value>(text) {
        Ok(object @ Value::Object(_)) => Ok(object.to_string()),
        Ok(_) => Err(failed(format!("--metadata must be a JSON object. Received: {text}"))),
        Err(_) => Err(failed(format!("--metadata must be valid JSON. Received: {text}"))),
    }
}
