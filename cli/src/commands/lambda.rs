//! `greenroom lambda …`: the functions of a run.

use std::io::{Read as _, Write as _};
use std::process::ExitCode;

use clap::{Args as ClapArgs, Subcommand};
use greenroom_host::Diagnostic;
use http::Method;
use serde_json::{Value, json};

use super::lambda_logs::{Logs, logs};
use super::{array, print, text};
use crate::control::client::{Client, ControlArgs, query};

/// `greenroom lambda`
#[derive(Debug, ClapArgs)]
pub(crate) struct Lambda {
    #[command(flatten)]
    pub(crate) control: ControlArgs,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// What to do with them.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List them
    List {
        /// Those of this app alone
        #[arg(value_name = "APP")]
        app: Option<String>,
    },
    /// Call one: what it answers goes to standard output, the end of its log to standard error; exit code 1 where it fails
    Invoke(Invoke),
    /// Show what functions have logged, oldest first
    Logs(Logs),
    /// Let the next call begin a new instance, of one function or of all
    Reload {
        /// The function's name or ARN
        #[arg(value_name = "FUNCTION")]
        function: Option<String>,
        /// Only functions of this app
        #[arg(long)]
        app: Option<String>,
    },
}

/// `greenroom lambda invoke`
#[derive(Debug, ClapArgs)]
pub(crate) struct Invoke {
    /// The function's name or ARN
    #[arg(value_name = "FUNCTION")]
    function: String,
    /// What it is called with: JSON, `@file`, or `-` for standard input
    #[arg(long, short, value_name = "JSON|@FILE|-", default_value = "{}", allow_hyphen_values = true)]
    payload: String,
    /// Nobody waits: the event is queued, and tried again as AWS does
    #[arg(long)]
    event: bool,
    /// A version or an alias
    #[arg(long, short, value_name = "Q")]
    qualifier: Option<String>,
    /// Only a function of this app is meant
    #[arg(long)]
    app: Option<String>,
}

pub(super) fn run(args: &Lambda) -> ExitCode {
    let as_json = args.control.json;
    super::ask_run(&args.control, async |client| match &args.verb {
        Verb::List { app } => {
            let app = app.as_ref().map(|app| format!("?app={}", query(app))).unwrap_or_default();
            let list = client.ask(Method::GET, &format!("/v1/functions{app}"), None).await?;
            print(as_json, &list, &table(&list));
            Ok(ExitCode::SUCCESS)
        }
        Verb::Invoke(invoke) => called(&client, invoke, as_json).await,
        Verb::Logs(asked) => logs(&client, asked, as_json).await,
        Verb::Reload { function, app } => {
            let body = json!({ "function": function, "app": app });
            let reloaded = client.ask(Method::POST, "/v1/functions/reload", Some(&body)).await?;
            let names: Vec<_> = array(&reloaded, "reloaded").iter().filter_map(Value::as_str).collect();
            print(as_json, &reloaded, &format!("reloaded {}", names.join(", ")));
            Ok(ExitCode::SUCCESS)
        }
    })
}

fn table(list: &Value) -> String {
    let row = |function: &Value| {
        let versions = array(function, "versions").iter().filter_map(Value::as_str).map(str::to_owned);
        let aliases = function["aliases"].as_object().into_iter().flatten();
        let aliases = aliases.map(|(name, version)| format!("{name}={}", version.as_str().unwrap_or_default()));
        let versions = versions.chain(aliases).collect::<Vec<_>>().join(" ");
        let word = |key: &str| text(function, key).to_owned();
        vec![word("name"), word("app"), word("runtime"), word("handler"), versions, word("state")]
    };
    let rows: Vec<Vec<String>> = array(list, "functions").iter().map(row).collect();
    let head = ["function", "app", "runtime", "handler", "versions", "state"];
    if rows.is_empty() { "there are no functions".to_owned() } else { crate::print::table(&head, &rows) }
}

async fn called(client: &Client, args: &Invoke, as_json: bool) -> Result<ExitCode, Diagnostic> {
    let Invoke { function, payload, event, qualifier, app } = args;
    let payload = read(payload)?;
    let body = json!({ "function": function, "payload": payload, "async": event, "qualifier": qualifier, "app": app });
    let called = client.ask(Method::POST, "/v1/functions/invoke", Some(&body)).await?;
    let failed = called["error"].is_string();
    if as_json {
        anstream::println!("{called}");
    } else if *event {
        anstream::eprintln!("queued for {}", text(&called, "function"));
    } else {
        anstream::eprint!("{}", text(&called, "log"));
        let _ = writeln!(std::io::stdout(), "{}", called["payload"]);
    }
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// JSON that stands there, in a file, or on standard input.
fn read(payload: &str) -> Result<Value, Diagnostic> {
    let (content, place) = match payload.strip_prefix('@') {
        Some(path) => {
            let content = std::fs::read_to_string(path).map_err(|error| Diagnostic::error(format!("`{path}` cannot be read: {error}")))?;
            (content, format!("`{path}`"))
        }
        None if payload == "-" => {
            let mut content = String::new();
            std::io::stdin().read_to_string(&mut content).map_err(|error| Diagnostic::error(error.to_string()))?;
            (content, "standard input".to_owned())
        }
        None => (payload.to_owned(), "`--payload`".to_owned()),
    };
    serde_json::from_str(&content).map_err(|error| {
        Diagnostic::error(format!("{place} is no JSON: {error}"))
            .hint("write `--payload '{\"a\":1}'`, `--payload @event.json`, or `--payload -`")
    })
}
