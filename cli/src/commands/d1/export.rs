//! `greenroom d1 export`

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use greenroom_d1::DumpOptions;
use greenroom_host::Diagnostic;
use serde_json::json;

use super::target::{announce, find, open, refused};
use crate::commands::local::{Local, Place, failed};

/// `greenroom d1 export`
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The name or binding of the DB
    name: String,
    /// Path to the SQL file for your export
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
    /// Specify which tables to include in export
    #[arg(long, value_name = "NAME", num_args = 1..)]
    table: Vec<String>,
    /// Only output table contents, not the DB schema
    #[arg(long)]
    no_schema: bool,
    /// Only output table schema, not the contents of the DBs themselves
    #[arg(long)]
    no_data: bool,
    /// Skip confirmation; there is none
    #[arg(long, short = 'y')]
    skip_confirmation: bool,
    #[command(flatten)]
    place: Place,
}

pub(super) fn run(args: &Export) -> ExitCode {
    args.place.run(async |local| export(args, local).await)
}

async fn export(args: &Export, local: &Local) -> Result<(), Vec<Diagnostic>> {
    if args.no_schema && args.no_data {
        return Err(failed(
            "Cannot use --no-schema and --no-data together. At least one of schema or data must be included in the export. Remove one of \
             the flags.",
        ));
    }
    if args.output.is_dir() {
        return Err(failed("Please specify a file path for --output, not a directory."));
    }
    let decl = find(local, &args.name)?;
    let database = open(local, decl)?;
    announce(local, "Exporting", &args.name, decl);
    let output = args.output.display().to_string();
    local.say(&format!("🌀 Exporting SQL to {output}..."));
    let options = DumpOptions { no_schema: args.no_schema, no_data: args.no_data, tables: args.table.clone() };
    let sql = database.dump(options).await.map_err(|error| refused(&error))?;
    std::fs::write(&args.output, &sql).map_err(|error| vec![Diagnostic::error(format!("`{output}` cannot be written: {error}"))])?;
    local.say("Done!");
    if local.json {
        anstream::println!("{}", json!({ "ok": true, "database": decl.id, "output": output, "bytes": sql.len() }));
    }
    Ok(())
}
