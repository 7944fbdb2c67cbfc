//! `greenroom faults …`: what goes wrong in a run on purpose.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args as ClapArgs, Subcommand};
use greenroom_control::{FaultRule, Span};
use greenroom_host::Diagnostic;
use http::Method;
use serde_json::{Value, json};

use super::{array, for_nothing, print, text};
use crate::control::client::{Client, ControlArgs};
use crate::settings;

/// `greenroom faults`
#[derive(Debug, ClapArgs)]
pub(crate) struct Faults {
    #[command(flatten)]
    pub(crate) control: ControlArgs,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// What to do with them.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Add a rule; one of the same name makes way
    Add(Box<Add>),
    /// List the rules with how often they struck
    List,
    /// Remove the rules that were added, or the one named
    Clear {
        /// The rule
        name: Option<String>,
        /// Those of `greenroom.toml` too; they are back when the file changes
        #[arg(long, conflicts_with = "name")]
        all: bool,
    },
    /// Put the `[[faults]]` of a file in place of the rules that were added
    File {
        /// The file
        path: PathBuf,
    },
}

/// `greenroom faults add`
#[derive(Debug, ClapArgs)]
pub(crate) struct Add {
    /// What happens: error, throttle, drop, stale, crash, timeout, duplicate, or latency alone; without it what the options say
    action: Option<String>,
    /// What the rule is called
    #[arg(long)]
    name: Option<String>,
    /// For which apps; `*` and `?` are wildcards here and in the next three
    #[arg(long, value_name = "PATTERN")]
    app: Option<String>,
    /// For which services: kv, d1, service, fetch, lambda; request is what comes in, trigger what is delivered
    #[arg(long, value_name = "PATTERN")]
    service: Option<String>,
    /// For which operations: get, PUT, cron.tick, invoke
    #[arg(long, value_name = "PATTERN")]
    operation: Option<String>,
    /// For what: a binding's name or id, `NOTES/user:*` for keys, a URL or its host, a path, a function
    #[arg(long, value_name = "PATTERN")]
    resource: Option<String>,
    /// Only the first so many calls
    #[arg(long, value_name = "N")]
    first: Option<u64>,
    /// Only each so-manyth call
    #[arg(long, value_name = "N")]
    every: Option<u64>,
    /// Only with this probability, from 0 to 1
    #[arg(long, value_name = "P")]
    probability: Option<f64>,
    /// Where the rule's randomness begins
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Which of the service's errors by name: locked
    #[arg(long)]
    code: Option<String>,
    /// Which HTTP status, where the service speaks of such
    #[arg(long)]
    status: Option<u16>,
    /// Which text, in place of the vendor's
    #[arg(long, value_name = "TEXT")]
    message: Option<String>,
    /// How much later it happens: 250ms
    #[arg(long, value_name = "DURATION")]
    latency: Option<String>,
    /// Of stale reads: how long ago writes were that are not seen
    #[arg(long, value_name = "DURATION")]
    window: Option<String>,
}

pub(super) fn run(args: &Faults) -> ExitCode {
    if let Verb::File { path } = &args.verb {
        let rules = match settings::read_faults(path) {
            Ok(rules) => rules,
            Err(problems) => return super::fail(&problems, &std::env::current_dir().unwrap_or_default()),
        };
        return super::ask_run(&args.control, async |client| {
            let list = client.ask(Method::PUT, "/v1/faults", Some(&json!({ "faults": rules }))).await?;
            Ok(told(args, &list, &listed(&list)))
        });
    }
    super::ask_run(&args.control, async |client| {
        let (value, shown) = verb(&client, &args.verb).await?;
        Ok(told(args, &value, &shown))
    })
}

/// Prints, and says which rules are for nothing.
fn told(args: &Faults, value: &Value, shown: &str) -> ExitCode {
    print(args.control.json, value, shown);
    let rules = if value["faults"].is_array() { array(value, "faults") } else { std::slice::from_ref(value) };
    let warned = rules.iter().filter_map(|rule| Some((rule["name"].as_str()?, rule["warning"].as_str()?)));
    let warnings: Vec<_> = warned.map(|(name, why)| for_nothing(name, why)).collect();
    if !args.control.json {
        crate::print::diagnostics(&warnings, &std::env::current_dir().unwrap_or_default());
    }
    ExitCode::SUCCESS
}

async fn verb(client: &Client, verb: &Verb) -> Result<(Value, String), Diagnostic> {
    match verb {
        Verb::Add(add) => {
            let added = client.ask(Method::POST, "/v1/faults", Some(&json!(add.rule()))).await?;
            let shown = line(&added);
            Ok((added, shown))
        }
        Verb::List | Verb::File { .. } => {
            let list = client.ask(Method::GET, "/v1/faults", None).await?;
            let shown = listed(&list);
            Ok((list, shown))
        }
        Verb::Clear { name, all } => super::clear_rules(client, "/v1/faults", name.as_deref(), *all).await,
    }
}

impl Add {
    fn rule(&self) -> FaultRule {
        FaultRule {
            name: self.name.clone(),
            app: self.app.clone(),
            service: self.service.clone(),
            operation: self.operation.clone(),
            resource: self.resource.clone(),
            first: self.first,
            every: self.every,
            probability: self.probability,
            seed: self.seed,
            action: self.action.clone(),
            code: self.code.clone(),
            status: self.status,
            message: self.message.clone(),
            latency: self.latency.clone().map(Span::Text),
            window: self.window.clone().map(Span::Text),
        }
    }
}

fn listed(list: &Value) -> String {
    let lines: Vec<_> = array(list, "faults").iter().map(line).collect();
    if lines.is_empty() { "no rules: nothing goes wrong on purpose".to_owned() } else { lines.join("\n") }
}

/// `slow  kv get NOTES  latency 250ms, every 3  struck 2 of 6`
fn line(rule: &Value) -> String {
    let scope: Vec<_> = ["app", "service", "operation", "resource"].iter().filter_map(|key| rule[*key].as_str()).collect();
    let scope = if scope.is_empty() { "everything".to_owned() } else { scope.join(" ") };
    let mut does = vec![text(rule, "action").to_owned()];
    for key in ["code", "status", "message", "window", "latency", "first", "every", "probability"] {
        let value = &rule[key];
        if !value.is_null() {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            does.push(format!("{key} {value}"));
        }
    }
    format!("{}  {scope}  {}  struck {} of {}", text(rule, "name"), does.join(", "), rule["applied"], rule["matched"])
}
