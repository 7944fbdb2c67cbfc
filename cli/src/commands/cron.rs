//! `greenroom cron …`: the cron triggers of a run.

use std::process::ExitCode;

use clap::{Args as ClapArgs, Subcommand};
use greenroom_host::Diagnostic;
use http::Method;
use serde_json::{Value, json};

use super::{print, text};
use crate::control::client::{Client, ControlArgs, query};

/// `greenroom cron`
#[derive(Debug, ClapArgs)]
pub(crate) struct Cron {
    #[command(flatten)]
    pub(crate) control: ControlArgs,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// What to do with them.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List them, with the next instant of each
    List {
        /// Those of this app alone
        #[arg(value_name = "APP")]
        app: Option<String>,
    },
    /// Say when they are due next, soonest first
    Next {
        /// Those of this app alone
        #[arg(value_name = "APP")]
        app: Option<String>,
        /// How many instants
        #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=1000))]
        count: u16,
    },
    /// Run one now, and say what became of it
    Run {
        /// The app
        #[arg(value_name = "APP")]
        app: String,
        /// The expression that the handler is told; without it, the app's only one
        #[arg(value_name = "CRON")]
        cron: Option<String>,
        /// The instant for which it is due, as the handler is told: ISO 8601; without it, now
        #[arg(long, value_name = "TIME")]
        at: Option<String>,
    },
}

pub(super) fn run(args: &Cron) -> ExitCode {
    super::ask_run(&args.control, async |client| match &args.verb {
        Verb::List { app } => {
            let list = crons(&client, app.as_deref(), 1).await?;
            print(args.control.json, &list, &table(&list));
            Ok(ExitCode::SUCCESS)
        }
        Verb::Next { app, count } => {
            let list = crons(&client, app.as_deref(), *count).await?;
            let next = next(&list, usize::from(*count));
            print(args.control.json, &json!({ "next": next }), &lines(&next));
            Ok(ExitCode::SUCCESS)
        }
        Verb::Run { app, cron, at } => {
            let ended = client.ask(Method::POST, "/v1/cron/run", Some(&json!({ "app": app, "cron": cron, "at": at }))).await?;
            print(args.control.json, &ended, &told(&ended));
            Ok(if ended["outcome"]["type"] == "ok" { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
    })
}

async fn crons(client: &Client, app: Option<&str>, count: u16) -> Result<Value, Diagnostic> {
    let app = app.map(|app| format!("&app={}", query(app))).unwrap_or_default();
    client.ask(Method::GET, &format!("/v1/cron?count={count}{app}"), None).await
}

fn rows(list: &Value) -> impl Iterator<Item = (&str, &str, &[Value])> {
    let rows = list["crons"].as_array().map_or(&[][..], Vec::as_slice).iter();
    rows.map(|row| (text(row, "app"), text(row, "cron"), row["next"].as_array().map_or(&[][..], Vec::as_slice)))
}

fn table(list: &Value) -> String {
    let row = |(app, cron, next): (&str, &str, &[Value])| {
        let next = next.first().and_then(Value::as_str).unwrap_or("never");
        vec![app.to_owned(), cron.to_owned(), next.to_owned()]
    };
    let rows: Vec<Vec<String>> = rows(list).map(row).collect();
    if rows.is_empty() { "there are no cron triggers".to_owned() } else { crate::print::table(&["app", "cron", "next"], &rows) }
}

/// The next instants of all of them, soonest first.
fn next(list: &Value, count: usize) -> Vec<Value> {
    let mut all: Vec<(&str, &str, &str)> = Vec::new();
    for (app, cron, next) in rows(list) {
        all.extend(next.iter().filter_map(Value::as_str).map(|due| (due, app, cron)));
    }
    // Dates of four-digit years sort as texts; of one instant, in the order of the list.
    all.sort_by_key(|(due, _, _)| *due);
    all.into_iter().take(count).map(|(due, app, cron)| json!({ "due": due, "app": app, "cron": cron })).collect()
}

fn lines(next: &[Value]) -> String {
    if next.is_empty() {
        return "no cron trigger is due".to_owned();
    }
    let line = |tick: &Value| format!("{}  {}  {}", text(tick, "due"), text(tick, "app"), text(tick, "cron"));
    next.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// What became of an event, in a line or more.
pub(crate) fn told(ended: &Value) -> String {
    let outcome = &ended["outcome"];
    let mut told = format!("{} {} in {:.1} ms", text(ended, "app"), text(outcome, "type"), ended["ms"].as_f64().unwrap_or_default());
    if let Some(status) = ended["response"]["status"].as_u64() {
        told.push_str(&format!(", status {status}"));
    }
    if ended["result"]["noRetry"] == true {
        told.push_str(", noRetry");
    }
    for line in text(outcome, "message").lines() {
        told.push_str(&format!("\n  {line}"));
    }
    told
}
