//! `greenroom lambda logs`: what functions have logged, from the journal.

use std::process::ExitCode;

use clap::Args as ClapArgs;
use greenroom_host::Diagnostic;
use http::Method;
use serde_json::{Value, json};

use super::events::each_ended;
use super::{array, text};
use crate::control::client::{Client, query};

/// `greenroom lambda logs`
#[derive(Debug, ClapArgs)]
pub(crate) struct Logs {
    /// The function's name or ARN; without it, all
    #[arg(value_name = "FUNCTION")]
    function: Option<String>,
    /// Go on with calls as they end, until interrupted
    #[arg(long)]
    tail: bool,
    /// Of the last N calls
    #[arg(short = 'n', long, value_name = "N", default_value_t = 20)]
    limit: usize,
    /// Only functions of this app
    #[arg(long)]
    app: Option<String>,
}

/// Events of these kinds are calls of functions.
const KINDS: &str = "invoke,invoke.async";
/// How many are asked for at once.
const PAGE: usize = 100;

pub(super) async fn logs(client: &Client, args: &Logs, as_json: bool) -> Result<ExitCode, Diagnostic> {
    let (calls, position) = last(client, args).await?;
    for call in calls.iter().rev() {
        show(call, "lines", as_json);
    }
    if calls.is_empty() && !args.tail {
        known(client, args).await?;
        if !as_json {
            anstream::eprintln!("no such call is in the journal");
        }
    }
    if args.tail {
        let path = format!("/v1/events/tail?kind={KINDS}&after={position}{}", app(args));
        each_ended(client, &path, |event| {
            if is_meant(args, event) {
                show(event, "logs", as_json);
            }
        })
        .await?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A function that is asked for by name is there, though it has not been called.
async fn known(client: &Client, args: &Logs) -> Result<(), Diagnostic> {
    let Some(asked) = args.function.as_deref().filter(|asked| !asked.contains(':')) else { return Ok(()) };
    let list = client.ask(Method::GET, &format!("/v1/functions?{}", app(args).trim_start_matches('&')), None).await?;
    let names: Vec<_> = array(&list, "functions").iter().map(|function| text(function, "name")).collect();
    if names.contains(&asked) {
        return Ok(());
    }
    let there = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let missing = Diagnostic::error(format!("there is no function `{asked}`, and the journal has no call of it"));
    Err(if names.is_empty() { missing } else { missing.hint(format!("there are {there}")) })
}

/// The last calls, newest first, and the position of a tail that goes on from there.
async fn last(client: &Client, args: &Logs) -> Result<(Vec<Value>, u64), Diagnostic> {
    let (mut calls, mut before, mut position) = (Vec::new(), String::new(), None);
    while calls.len() < args.limit {
        let path = format!("/v1/events?kind={KINDS}&lines=true&limit={PAGE}{}{before}", app(args));
        let page = client.ask(Method::GET, &path, None).await?;
        position = position.or(page["position"].as_u64());
        // What still runs is shown by the tail when it ends.
        let over = |event: &&Value| !args.tail || text(event, "outcome") != "running";
        calls.extend(array(&page, "events").iter().filter(|event| is_meant(args, event)).filter(over).cloned());
        match page["next"].as_str() {
            Some(next) => before = format!("&before={next}"),
            None => break,
        }
    }
    calls.truncate(args.limit);
    Ok((calls, position.unwrap_or_default()))
}

fn app(args: &Logs) -> String {
    args.app.as_ref().map(|app| format!("&app={}", query(app))).unwrap_or_default()
}

/// Whether it is a call of the function that was asked for.
fn is_meant(args: &Logs, event: &Value) -> bool {
    let Some(function) = &args.function else { return true };
    let part = text(event, "part");
    let (_, after) = part.split_once(":function:").unwrap_or_default();
    part == function
        || part.strip_prefix(function.as_str()).is_some_and(|rest| rest.starts_with(':'))
        || after.split(':').next() == Some(function)
}

/// The lines of a call under `key`, as they were written.
fn show(event: &Value, key: &str, as_json: bool) {
    for line in array(event, key) {
        if as_json {
            let (id, function) = (text(event, "id"), text(event, "part"));
            anstream::println!("{}", json!({ "event": id, "function": function, "level": line["level"], "text": line["text"] }));
        } else {
            anstream::println!("{}", text(line, "text"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_known_by_name_and_by_arn() {
        let event = json!({ "part": "arn:aws:lambda:us-east-1:000000000000:function:greet:live" });
        let meant = |function: &str| is_meant(&Logs { function: Some(function.to_owned()), tail: false, limit: 1, app: None }, &event);
        let arn = "arn:aws:lambda:us-east-1:000000000000:function:greet";
        assert!(meant("greet") && meant(arn) && meant(&format!("{arn}:live")));
        assert!(!meant("gree") && !meant("live") && !meant(&arn[..arn.len() - 1]));
    }
}
