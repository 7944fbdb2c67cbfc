//! `greenroom d1 info`

use std::process::ExitCode;

use clap::Args;
use greenroom_d1::{Format, Query};
use greenroom_host::Diagnostic;
use serde_json::{Value, json};

use super::target::{database_name, find, open, refused};
use crate::commands::local::{Local, Place, pretty};
use crate::print;

const TABLES: &str = "SELECT count(*) AS tables FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*'";

/// `greenroom d1 info`
#[derive(Debug, Args)]
pub(crate) struct Info {
    /// The name or binding of the DB
    name: String,
    #[command(flatten)]
    place: Place,
}

pub(super) fn run(args: &Info) -> ExitCode {
    args.place.run(async |local| info(args, local).await)
}

async fn info(args: &Info, local: &Local) -> Result<(), Vec<Diagnostic>> {
    let decl = find(local, &args.name)?;
    let query = Query { sql: TABLES.to_owned(), params: Vec::new() };
    let answer = open(local, decl)?.query(query, Format::First).await.map_err(|error| refused(&error))?;
    let counted: Value = serde_json::from_slice(&answer.results).unwrap_or_default();
    let (tables, size) = (counted["tables"].as_u64().unwrap_or_default(), answer.meta.size_after);
    let name = database_name(decl).unwrap_or(&decl.name);
    if local.json {
        let info = json!({ "uuid": decl.id, "name": name, "binding": decl.name, "num_tables": tables, "database_size": size });
        anstream::println!("{}", pretty(&info));
        return Ok(());
    }
    let row = |key: &str, value: String| vec![key.to_owned(), value];
    let rows = [row("name", name.to_owned()), row("num_tables", tables.to_string()), row("database_size", in_units(size))];
    anstream::println!("{}", print::table(&[&decl.name, &decl.id], &rows));
    Ok(())
}

/// A number of bytes with three digits that count, in powers of a thousand.
#[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
fn in_units(bytes: u64) -> String {
    let (mut size, mut units) = (bytes as f64, ["B", "kB", "MB", "GB", "TB"].iter());
    let mut unit = units.next().unwrap_or(&"B");
    while size >= 1000.0
        && let Some(next) = units.next()
    {
        size /= 1000.0;
        unit = next;
    }
    let digits = if unit == &"B" || size >= 100.0 {
        0
    } else if size >= 10.0 {
        1
    } else {
        2
    };
    format!("{size:.digits$} {unit}")
}
