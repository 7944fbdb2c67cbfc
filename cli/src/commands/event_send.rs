//! `greenroom events generate` and `send`: makes events up, and delivers them.

use std::io::Read as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args as ClapArgs;
use greenroom_host::{Diagnostic, Ids};
use greenroom_triggers::catalogue::{CATALOGUE, Change, Draw, GenerateError, Kind, find, generate_by};
use http::Method;
use serde_json::{Value, json};

use crate::commands::cron::told;
use crate::commands::event_sqs::{self, Messages};
use crate::control::client::Client;

/// `greenroom events generate`
#[derive(Debug, ClapArgs)]
#[command(after_help = kinds())]
pub(crate) struct Generate {
    /// Whose events: `workers`, `lambda`, `aws`
    #[arg(value_name = "PLATFORM")]
    platform: String,
    /// Which kind
    #[arg(value_name = "KIND")]
    kind: String,
    /// Set a value of what comes with it: `cron=0 0 * * *`, `headers.accept=text/html`, `body.text={"a":1}`. JSON where it is JSON, else text
    #[arg(long = "set", value_name = "PATH=VALUE")]
    changes: Vec<String>,
    /// How many
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    count: u32,
    /// The same seed makes the same events; without it, others each time
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Print only what the code is called with, for `greenroom lambda invoke NAME --payload -` and others
    #[arg(long)]
    payload: bool,
    #[command(flatten)]
    messages: Messages,
}

/// `greenroom events send`
#[derive(Debug, ClapArgs)]
pub(crate) struct Sending {
    /// A file of events as `generate` and `export` write them; without it, or as `-`, standard input
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// The app that takes all of them; without it, the one that each names, else the only one
    #[arg(long)]
    app: Option<String>,
    /// The function that takes those that are calls of one: its name or ARN; without it, the one that each names, else the only one
    #[arg(long, value_name = "FUNCTION")]
    to: Option<String>,
}

/// Every kind.
fn all() -> Vec<&'static Kind> {
    CATALOGUE.iter().chain([&event_sqs::KIND]).collect()
}

fn kinds() -> String {
    let line = |kind: &&Kind| format!("  {:10} {:20} {}", kind.platform, kind.name, kind.what);
    format!("Kinds:\n{}", all().iter().map(line).collect::<Vec<_>>().join("\n"))
}

/// Prints events, one a line.
pub(super) fn make(args: &Generate) -> Result<ExitCode, Diagnostic> {
    let wrong = |error: GenerateError| Diagnostic::error(error.to_string());
    let kind = find(&all(), &args.platform, &args.kind).map_err(wrong)?;
    let changes: Vec<Change> = args.changes.iter().map(|change| Change::parse(change)).collect::<Result<_, _>>().map_err(wrong)?;
    let seed = match args.seed {
        Some(seed) => seed,
        None => Ids::from_entropy().map_err(|error| Diagnostic::error(error.to_string()))?.random(),
    };
    let is_queue = (kind.platform, kind.name) == (event_sqs::KIND.platform, event_sqs::KIND.name);
    let plan = match args.messages.plan()? {
        Some(_) if !is_queue => {
            return Err(Diagnostic::error(format!("what messages say is for `aws sqs`, not for `{} {}`", kind.platform, kind.name)));
        }
        plan => plan.filter(|_| is_queue),
    };
    let make = |draw: &Draw| plan.as_ref().map_or_else(|| Ok((kind.make)(draw)), |plan| plan.event(draw));
    for event in generate_by(kind, &make, args.count as usize, seed, &changes).map_err(wrong)? {
        let payload = &event["payload"][if kind.is_request { "request" } else { "data" }];
        anstream::println!("{}", if args.payload { payload } else { &event });
    }
    Ok(ExitCode::SUCCESS)
}

/// Delivers what is in the file, and prints what became of each.
pub(super) async fn send(client: &Client, args: &Sending, json: bool) -> Result<ExitCode, Diagnostic> {
    let events = read(args)?;
    let answer =
        client.ask(Method::POST, "/v1/events/send", Some(&json!({ "app": args.app, "function": args.to, "events": events }))).await?;
    let sent = answer["sent"].as_array().map_or(&[][..], Vec::as_slice);
    for ended in sent {
        if json {
            anstream::println!("{ended}");
        } else {
            anstream::println!("{}", told(ended));
        }
    }
    let all_went_well = sent.iter().all(|ended| ended["outcome"]["type"] == "ok");
    Ok(if all_went_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn read(args: &Sending) -> Result<Vec<Value>, Diagnostic> {
    let file = args.file.as_ref().filter(|file| file.as_os_str() != "-");
    let (text, name) = match file {
        Some(file) => {
            let text = std::fs::read_to_string(file)
                .map_err(|error| Diagnostic::error(format!("`{}` cannot be read: {error}", file.display())))?;
            (text, format!("`{}`", file.display()))
        }
        None => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).map_err(|error| Diagnostic::error(error.to_string()))?;
            (text, "standard input".to_owned())
        }
    };
    let events = events(&text).map_err(|error| {
        Diagnostic::error(format!("{name} has no events: {error}"))
            .hint("write them with `greenroom events generate` or `greenroom events export`")
    })?;
    if events.is_empty() { Err(Diagnostic::error(format!("{name} has no events: it is empty"))) } else { Ok(events) }
}

/// One event after the other, a list of them, or what `export` writes.
fn events(text: &str) -> Result<Vec<Value>, serde_json::Error> {
    let mut events = Vec::new();
    for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        match value? {
            Value::Array(list) => events.extend(list),
            Value::Object(mut fixture) if fixture.contains_key("greenroom") => {
                events.extend(fixture.get_mut("events").and_then(Value::as_array_mut).map(std::mem::take).unwrap_or_default());
            }
            event => events.push(event),
        }
    }
    Ok(events)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_read_in_every_form_that_they_are_written_in() {
        let count = |text: &str| events(text).map(|events| events.len()).ok();
        assert_eq!(count("{\"kind\":1}\n{\"kind\":2}\n"), Some(2));
        assert_eq!(count("[{}, {}, {}]"), Some(3));
        assert_eq!(count(r#"{ "greenroom": "events", "version": 1, "events": [{}] }"#), Some(1));
        assert_eq!((count(""), count("{ \"cut")), (Some(0), None));
    }
}
