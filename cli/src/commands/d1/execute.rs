//! `greenroom d1 execute`

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use greenroom_d1::Answer;
use greenroom_host::Diagnostic;
use serde_json::{Map, Value, json};

use super::target::{announce, find, open};
use crate::commands::local::{Local, Place, failed, pretty};
use crate::print;

/// `greenroom d1 execute`
#[derive(Debug, Args)]
pub(crate) struct Execute {
    /// The name or binding of the DB
    database: String,
    /// The SQL query you wish to execute, or multiple queries separated by ';'
    #[arg(long, value_name = "SQL", allow_hyphen_values = true)]
    command: Option<String>,
    /// A .sql file to ingest
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Answer "yes" to any prompts; there are none
    #[arg(long, short)]
    yes: bool,
    #[arg(long, hide = true)]
    preview: bool,
    #[command(flatten)]
    place: Place,
}

pub(super) fn run(args: &Execute) -> ExitCode {
    let done = async |local: &Local| execute(args, local).await;
    if !args.place.json {
        return args.place.run(done);
    }
    // Programs that read wrangler's answer find an error in the same shape.
    match args.place.outcome(done) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problems) => {
            let text: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
            anstream::println!("{}", pretty(&json!({ "error": { "text": text.join("\n") } })));
            ExitCode::FAILURE
        }
    }
}

async fn execute(args: &Execute, local: &Local) -> Result<(), Vec<Diagnostic>> {
    let sql = sql(args)?;
    let decl = find(local, &args.database)?;
    let database = open(local, decl)?;
    announce(local, "Executing on", &args.database, decl);
    let answers = database.script(sql.clone()).await.map_err(|failure| {
        let diagnostic = Diagnostic::error(failure.error.to_string());
        vec![match &args.file {
            Some(file) => diagnostic.in_file(file).at(&sql, failure.offset).hint("nothing of the file was kept"),
            None => diagnostic,
        }]
    })?;
    let results: Vec<Value> = answers.iter().map(result).collect();
    let plural = if results.len() == 1 { "" } else { "s" };
    local.say(&format!("🚣 {} command{plural} executed successfully.", results.len()));
    if std::io::stdout().is_terminal() && !local.json {
        results.iter().filter_map(table).for_each(|table| anstream::println!("{table}"));
    } else {
        anstream::println!("{}", pretty(&results));
    }
    Ok(())
}

fn sql(args: &Execute) -> Result<String, Vec<Diagnostic>> {
    if args.preview {
        return Err(failed(
            "Cannot use --preview without --remote. The --preview flag targets a preview D1 database, which requires the --remote flag. \
             Remove --preview or add --remote.",
        ));
    }
    match (args.command.as_deref().filter(|sql| !sql.is_empty()), &args.file) {
        (Some(_), Some(_)) => Err(failed("Error: can't provide both --command and --file.")),
        (Some(sql), None) => Ok(sql.to_owned()),
        (None, Some(file)) => text_of(file),
        (None, None) => Err(failed(
            "Missing required option --command or --file. Provide a SQL command inline with --command=\"<SQL>\", or a path to a SQL file \
             with --file=<path>.",
        )),
    }
}

fn text_of(file: &Path) -> Result<String, Vec<Diagnostic>> {
    let bytes = std::fs::read(file).map_err(|error| {
        let text = format!("Unable to read SQL text file \"{}\". Please check the file path and try again.", file.display());
        vec![Diagnostic::error(text).hint(error.to_string())]
    })?;
    if bytes.starts_with(b"SQLite format 3") {
        return Err(failed(
            "Provided file is a binary SQLite database file instead of an SQL text file. The execute command can only process SQL text \
             files. Please export an SQL file from your SQLite database and try again.",
        ));
    }
    let text = String::from_utf8(bytes).map_err(|_| vec![Diagnostic::error("the file is not UTF-8 text").in_file(file)])?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// An answer in wrangler's shape: bytes as text, of the rest only how long it took.
fn result(answer: &Answer) -> Value {
    let rows: Vec<Map<String, Value>> = serde_json::from_slice(&answer.results).unwrap_or_default();
    let rows = rows.into_iter().map(|row| row.into_iter().map(|(name, value)| (name, bytes_as_text(value))).collect::<Map<_, _>>());
    json!({ "results": rows.collect::<Vec<_>>(), "success": true, "meta": { "duration": answer.meta.duration } })
}

fn bytes_as_text(value: Value) -> Value {
    match value {
        Value::Array(bytes) => Value::String(format!("[{}]", bytes.iter().map(Value::to_string).collect::<Vec<_>>().join(", "))),
        other => other,
    }
}

/// The rows of an answer for people; none if there are none.
fn table(result: &Value) -> Option<String> {
    let rows = result["results"].as_array()?;
    let columns: Vec<&str> = rows.first()?.as_object()?.keys().map(String::as_str).collect();
    let cell = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let rows = rows.iter().map(|row| columns.iter().map(|column| cell(&row[*column])).collect());
    Some(print::table(&columns, &rows.collect::<Vec<_>>()))
}
