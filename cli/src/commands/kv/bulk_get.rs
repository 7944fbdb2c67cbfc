//! `greenroom kv bulk get`

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use greenroom_host::Diagnostic;
use greenroom_kv::bulk;
use serde_json::{Map, Value, json};

use super::target::{Target, Unsaid, refused};
use crate::commands::local::{Local, Place, failed, pretty, read_json};

/// `greenroom kv bulk get`
#[derive(Debug, Args)]
pub(crate) struct Get {
    /// The file containing the keys to get
    #[arg(value_name = "FILENAME")]
    file: PathBuf,
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
    let keys = bulk::keys(&args.file.display().to_string(), &read_json(&args.file)?).map_err(failed)?;
    let mut values = Map::new();
    for key in keys {
        let entry = found.namespace.get(key.clone(), None).await.map_err(|error| refused(&error))?;
        let value = entry.map(|entry| String::from_utf8_lossy(&entry.value).trim_start_matches('\u{feff}').to_owned());
        values.insert(key, json!({ "value": value }));
    }
    anstream::println!("{}", pretty(&Value::Object(values)));
    Ok(())
}
