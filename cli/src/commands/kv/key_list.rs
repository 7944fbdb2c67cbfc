//! `greenroom kv key list`

use std::process::ExitCode;

use clap::Args;
use greenroom_host::Diagnostic;
use greenroom_kv::{KvNamespace, ListOptions, ListedKey};
use serde::Serialize;
use serde_json::Value;

use super::target::{Target, Unsaid, refused};
use crate::commands::local::{Local, Place, pretty};

/// `greenroom kv key list`
#[derive(Debug, Args)]
pub(crate) struct List {
    /// A prefix to filter listed keys
    #[arg(long, value_name = "TEXT")]
    prefix: Option<String>,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    place: Place,
}

/// A key as wrangler prints it.
#[derive(Serialize)]
struct Shown {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiration: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Value>,
}

pub(super) fn run(args: &List) -> ExitCode {
    args.place.run(async |local| list(args, local).await)
}

async fn list(args: &List, local: &Local) -> Result<(), Vec<Diagnostic>> {
    let found = args.target.open(local, Unsaid::Production)?;
    let keys: Vec<Shown> = all(&found.namespace, args.prefix.as_deref()).await?.into_iter().map(shown).collect();
    anstream::println!("{}", pretty(&keys));
    Ok(())
}

/// All keys, page by page.
async fn all(namespace: &KvNamespace, prefix: Option<&str>) -> Result<Vec<ListedKey>, Vec<Diagnostic>> {
    let mut options = ListOptions { prefix: prefix.map(str::to_owned), ..ListOptions::default() };
    let mut keys = Vec::new();
    loop {
        let page = namespace.list(options.clone()).await.map_err(|error| refused(&error))?;
        keys.extend(page.keys);
        match page.cursor {
            Some(cursor) => options.cursor = Some(cursor),
            None => return Ok(keys),
        }
    }
}

fn shown(key: ListedKey) -> Shown {
    let metadata = key.metadata.and_then(|text| serde_json::from_str(&text).ok());
    Shown { name: key.name, expiration: key.expiration, metadata }
}
