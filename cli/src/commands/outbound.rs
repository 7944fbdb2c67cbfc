//! `greenroom outbound …`: what becomes of requests to the outside.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use greenroom_control::OutboundRule;
use greenroom_host::Diagnostic;
use http::Method;
use serde_json::{Value, json};

use super::{array, for_nothing, print, text};
use crate::control::client::{Client, ControlArgs};

/// `greenroom outbound`
#[derive(Debug, ClapArgs)]
pub(crate) struct Outbound {
    #[command(flatten)]
    pub(crate) control: ControlArgs,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// What to do with the rules.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Add a rule; one of the same name makes way
    Add(Box<Add>),
    /// List the rules with how often they were asked for
    List,
    /// Say what becomes of requests that no rule is for
    Default {
        /// They go out, or they fail; without it: what `greenroom.toml` says
        policy: Option<Policy>,
    },
    /// Remove the rules that were added, or the one named
    Clear {
        /// The rule
        name: Option<String>,
        /// Those of `greenroom.toml` too; they are back when the file changes
        #[arg(long, conflicts_with = "name")]
        all: bool,
    },
}

/// What becomes of requests that no rule is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Policy {
    /// They go out
    Pass,
    /// They fail
    Deny,
}

/// `greenroom outbound add`
#[derive(Debug, ClapArgs)]
pub(crate) struct Add {
    /// What becomes of the requests: reply, pass, deny, record (and play back what is recorded), replay (and nothing else)
    action: Option<String>,
    /// What the rule is called
    #[arg(long)]
    name: Option<String>,
    /// Of which apps; `*` and `?` are wildcards here, in `--host` and in `--path`
    #[arg(long, value_name = "PATTERN")]
    app: Option<String>,
    /// To which hosts: `api.example.com`, `*.example.com`, `localhost:3000`
    #[arg(long, value_name = "PATTERN")]
    host: Option<String>,
    /// With which methods
    #[arg(long = "method", value_name = "METHOD")]
    methods: Vec<String>,
    /// To which paths: `/users/*`
    #[arg(long, value_name = "PATTERN")]
    path: Option<String>,
    /// For how many requests
    #[arg(long, value_name = "N")]
    times: Option<u64>,
    /// Status of the reply; 200 without it
    #[arg(long)]
    status: Option<u16>,
    /// A header of the reply: `name: value`
    #[arg(long = "header", value_name = "HEADER", value_parser = header)]
    headers: Vec<(String, String)>,
    /// Body of the reply
    #[arg(long, value_name = "TEXT")]
    body: Option<String>,
    /// Body of the reply as JSON
    #[arg(long = "body-json", value_name = "JSON", value_parser = json_of)]
    body_json: Option<Value>,
    /// File with the body of the reply
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Folder of the recordings; without it `.greenroom/recordings`
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
}

fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or("write `name: value`")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

fn json_of(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

pub(super) fn run(args: &Outbound) -> ExitCode {
    super::ask_run(&args.control, async |client| {
        let (value, shown) = verb(&client, &args.verb).await?;
        print(args.control.json, &value, &shown);
        if let (Some(warning), false) = (value["warning"].as_str(), args.control.json) {
            let warning = for_nothing(text(&value, "name"), warning);
            crate::print::diagnostics(&[warning], &std::env::current_dir().unwrap_or_default());
        }
        Ok(ExitCode::SUCCESS)
    })
}

async fn verb(client: &Client, verb: &Verb) -> Result<(Value, String), Diagnostic> {
    match verb {
        Verb::Add(add) => {
            let added = client.ask(Method::POST, "/v1/outbound", Some(&json!(add.rule()))).await?;
            let shown = line(&added);
            Ok((added, shown))
        }
        Verb::List => client.ask(Method::GET, "/v1/outbound", None).await.map(shown),
        Verb::Default { policy } => {
            let word = policy.map(|policy| if policy == Policy::Pass { "pass" } else { "deny" });
            client.ask(Method::PUT, "/v1/outbound/default", Some(&json!({ "default": word }))).await.map(shown)
        }
        Verb::Clear { name, all } => super::clear_rules(client, "/v1/outbound", name.as_deref(), *all).await,
    }
}

impl Add {
    fn rule(&self) -> OutboundRule {
        // The run may have been started elsewhere.
        let path = |path: &PathBuf| std::path::absolute(path).unwrap_or_else(|_| path.clone()).display().to_string();
        OutboundRule {
            name: self.name.clone(),
            app: self.app.clone(),
            host: self.host.clone(),
            methods: self.methods.clone(),
            path: self.path.clone(),
            times: self.times,
            action: self.action.clone(),
            status: self.status,
            headers: self.headers.iter().cloned().collect(),
            body: self.body.clone(),
            json: self.body_json.clone(),
            file: self.file.as_ref().map(path),
            to: self.to.as_ref().map(path),
        }
    }
}

fn shown(list: Value) -> (Value, String) {
    let mut lines: Vec<_> = array(&list, "rules").iter().map(line).collect();
    let all_else = if list["default"] == "deny" { "fails" } else { "goes out" };
    lines.push(format!("all else {all_else}"));
    (list, lines.join("\n"))
}

/// `users  GET api.example.com/users/*  reply 200  for 3`
fn line(rule: &Value) -> String {
    let methods: Vec<_> = array(rule, "methods").iter().filter_map(Value::as_str).collect();
    let methods = if methods.is_empty() { "any method".to_owned() } else { methods.join(", ") };
    let place = format!("{}{}", rule["host"].as_str().unwrap_or("any host"), rule["path"].as_str().unwrap_or_default());
    let what = match text(rule, "action") {
        "reply" => format!("reply {}", rule["status"]),
        "record" | "replay" => format!("{} in {}", text(rule, "action"), text(rule, "to")),
        other => other.to_owned(),
    };
    let app = rule["app"].as_str().map_or_else(String::new, |app| format!("{app}  "));
    format!("{}  {app}{methods} {place}  {what}  was for {}", text(rule, "name"), rule["matched"])
}
