//! `greenroom events …`: what happened in a run, making it happen again, and events that are made up.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args as ClapArgs, Subcommand};
use greenroom_host::{Diagnostic, EventId};
use http::Method;
use http_body_util::BodyExt;
use serde_json::{Value, json};

use crate::commands::event_send::{Generate, Sending, make, send};
use crate::commands::event_text::{brief, shown};
use crate::control::client::{Client, ControlArgs};

/// `greenroom events`
#[derive(Debug, ClapArgs)]
pub(crate) struct Events {
    #[command(flatten)]
    pub(crate) control: ControlArgs,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// What to do with them.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the newest events, oldest first
    List {
        #[command(flatten)]
        filters: Filters,
        /// How many
        #[arg(short = 'n', long, value_name = "N", default_value_t = 50)]
        limit: usize,
    },
    /// List events with a text anywhere in what is kept of them: URL, bodies, log lines, errors
    Grep {
        /// The text, as it stands
        text: String,
        #[command(flatten)]
        filters: Filters,
        /// How many
        #[arg(short = 'n', long, value_name = "N", default_value_t = 50)]
        limit: usize,
    },
    /// Show everything that is kept of an event
    Show {
        /// 32 hex digits, as `list` shows them
        id: String,
    },
    /// Print events as they end, until interrupted
    Tail {
        #[command(flatten)]
        filters: Filters,
        /// Begin with what ended after this position, as `list --json` gives it
        #[arg(long, value_name = "POSITION")]
        after: Option<u64>,
    },
    /// Write events as a fixture that can be replayed; secrets are left out
    Export {
        /// Ids of events
        #[arg(required = true)]
        ids: Vec<String>,
        /// Also everything that they caused
        #[arg(long)]
        chain: bool,
        /// Leave out what this regular expression matches, beside `authorization`, `cookie` and the like
        #[arg(long, value_name = "REGEX")]
        redact: Vec<String>,
        /// Write it to this file
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Make events up, and print them, one a line
    Generate(Generate),
    /// Deliver events to the apps of a run, and print what became of each; exit code 1 where one is not ok
    Send(Sending),
    /// Make an event, or those of a fixture, happen again, and say what differs; exit code 1 where something does
    Replay {
        /// An id, or a file that `export` wrote
        #[arg(value_name = "ID|FILE")]
        what: String,
        /// What came from outside happens again, and its consequences follow; the usual way
        #[arg(long, conflicts_with = "isolate")]
        chain: bool,
        /// Each recorded event goes to its app by itself
        #[arg(long)]
        isolate: bool,
        /// Again and again, at most N times, until it fails
        #[arg(long, value_name = "N")]
        until_fails: Option<u64>,
    },
}

/// Which events.
#[derive(Debug, ClapArgs)]
pub(crate) struct Filters {
    /// Of these apps, with commas between them
    #[arg(long)]
    app: Option<String>,
    /// Of these kinds: `http.request`, `service.call`, `cron.tick`
    #[arg(long)]
    kind: Option<String>,
    /// With these outcomes: `ok`, `error`, `exceeded`, `crashed`, `canceled`, …, or `running`
    #[arg(long)]
    outcome: Option<String>,
    /// At this instant of the clock or after it: `2027-01-01T00:00:00Z`
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Before this instant of the clock
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// Of this trace
    #[arg(long, value_name = "ID")]
    trace: Option<String>,
}

impl Filters {
    fn path(&self, at: &str, more: &[(&str, Option<String>)]) -> String {
        let own = [
            ("app", self.app.clone()),
            ("kind", self.kind.clone()),
            ("outcome", self.outcome.clone()),
            ("since", self.since.clone()),
            ("until", self.until.clone()),
            ("trace", self.trace.clone()),
        ];
        let mut path = at.to_owned();
        for (name, value) in own.iter().chain(more).filter_map(|(name, value)| Some((name, value.as_ref()?))) {
            path.push(if path.contains('?') { '&' } else { '?' });
            let _ = write!(path, "{name}={}", encoded(value));
        }
        path
    }
}

/// As a value in a URL.
pub(super) fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

pub(super) fn run(args: &Events) -> ExitCode {
    if let Verb::Generate(generate) = &args.verb {
        let dir = std::env::current_dir().unwrap_or_default();
        return make(generate).unwrap_or_else(|problem| super::fail(&[problem], &dir));
    }
    super::ask_run(&args.control, async |client| verb(&client, &args.verb, args.control.json).await)
}

async fn verb(client: &Client, verb: &Verb, json: bool) -> Result<ExitCode, Diagnostic> {
    match verb {
        Verb::List { filters, limit } => list(client, filters, None, *limit, json).await?,
        Verb::Grep { text, filters, limit } => list(client, filters, Some(text), *limit, json).await?,
        Verb::Show { id } => {
            let event = client.ask(Method::GET, &format!("/v1/events/{}", encoded(id)), None).await?;
            if json { anstream::println!("{event}") } else { anstream::print!("{}", shown(&event)) }
        }
        Verb::Tail { filters, after } => tail(client, filters, *after, json).await?,
        Verb::Export { ids, chain, redact, output } => {
            let body = json!({ "ids": ids, "chain": chain, "redact": redact });
            let fixture = client.ask(Method::POST, "/v1/events/export", Some(&body)).await?;
            write(&fixture, output.as_deref())?;
        }
        Verb::Generate(generate) => return make(generate),
        Verb::Send(events) => return send(client, events, json).await,
        Verb::Replay { what, chain, isolate, until_fails } => {
            let mode = if *isolate && !*chain { "isolate" } else { "chain" };
            return replay(client, what, mode, *until_fails, json).await;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The most that the API gives at once.
const PAGE: usize = 1000;

async fn list(client: &Client, filters: &Filters, text: Option<&String>, limit: usize, json: bool) -> Result<(), Diagnostic> {
    let (mut events, mut before) = (Vec::new(), None::<String>);
    while events.len() < limit {
        let most = (limit - events.len()).min(PAGE).to_string();
        let path = filters.path("/v1/events", &[("text", text.cloned()), ("limit", Some(most)), ("before", before.clone())]);
        let mut page = client.ask(Method::GET, &path, None).await?;
        if let Some(found) = page["events"].as_array_mut() {
            events.append(found);
        }
        before = page["next"].as_str().map(str::to_owned);
        if before.is_none() {
            break;
        }
    }
    for event in events.iter().rev() {
        if json { anstream::println!("{event}") } else { anstream::println!("{}", brief(event)) }
    }
    if events.is_empty() && !json {
        anstream::println!("no such event");
    }
    Ok(())
}

async fn tail(client: &Client, filters: &Filters, after: Option<u64>, json: bool) -> Result<(), Diagnostic> {
    let path = filters.path("/v1/events/tail", &[("after", after.map(|after| after.to_string()))]);
    each_ended(client, &path, |event| if json { anstream::println!("{event}") } else { anstream::println!("{}", brief(event)) }).await
}

/// Gives each event of a tail to `take`, until the run ends.
pub(super) async fn each_ended(client: &Client, path: &str, mut take: impl FnMut(&Value)) -> Result<(), Diagnostic> {
    let mut stream = client.stream(path).await?;
    let mut text = Vec::new();
    while let Some(frame) = stream.frame().await {
        let Ok(frame) = frame else { break };
        text.extend_from_slice(frame.data_ref().map_or(&[][..], |data| &data[..]));
        while let Some(end) = text.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = text.drain(..=end).collect();
            if let Some(event) = line.strip_prefix(b"data: ").and_then(|data| serde_json::from_slice::<Value>(data).ok()) {
                take(&event);
            }
        }
    }
    Err(Diagnostic::error("the run has ended"))
}

fn write(fixture: &Value, output: Option<&std::path::Path>) -> Result<(), Diagnostic> {
    let text = serde_json::to_string_pretty(fixture).unwrap_or_default() + "\n";
    match output {
        None => anstream::print!("{text}"),
        Some(path) => {
            std::fs::write(path, text)
                .map_err(|error| Diagnostic::error(format!("the fixture cannot be written: {error}")).in_file(path))?;
        }
    }
    Ok(())
}

async fn replay(client: &Client, what: &str, mode: &str, until_fails: Option<u64>, json: bool) -> Result<ExitCode, Diagnostic> {
    let mut body = json!({ "mode": mode });
    if let Some(most) = until_fails {
        body["until_fails"] = most.into();
    }
    if EventId::parse(what).is_some() {
        body["id"] = what.into();
    } else {
        let path = std::path::Path::new(what);
        let text = std::fs::read(path).map_err(|error| {
            Diagnostic::error(format!("the fixture cannot be read: {error}"))
                .in_file(path)
                .hint("name a file that `greenroom events export` wrote, or an event by its 32 hex digits")
        })?;
        body["fixture"] = serde_json::from_slice(&text).map_err(|error| {
            let what = if error.is_eof() { "the fixture is cut off" } else { "the fixture is no JSON" };
            Diagnostic::error(format!("{what}: {error}")).in_file(path).hint("export it anew: `greenroom events export ID --chain -o FILE`")
        })?;
    }
    let report = client.ask(Method::POST, "/v1/events/replay", Some(&body)).await?;
    let differences = report["differences"].as_array().map_or(&[][..], Vec::as_slice);
    if json {
        anstream::println!("{report}");
    } else {
        anstream::print!("{}", compared(&report, differences, until_fails.is_some()));
    }
    let failed = if until_fails.is_some() { report["failed"] == true } else { !differences.is_empty() };
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn compared(report: &Value, differences: &[Value], until_fails: bool) -> String {
    let mut out = String::new();
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    for note in report["notes"].as_array().into_iter().flatten() {
        let _ = writeln!(out, "note: {}", text(note));
    }
    if until_fails {
        let (runs, failed) = (&report["runs"], report["failed"] == true);
        let _ = writeln!(out, "{}", if failed { format!("failed in run {runs}") } else { format!("did not fail in {runs} runs") });
    }
    let mut last = "";
    for difference in differences {
        let event = difference["event"].as_str().unwrap_or_default();
        if event != last {
            let _ = writeln!(out, "{event}");
            last = event;
        }
        let _ = writeln!(out, "  {}", text(&difference["what"]));
        for (sign, side) in [('-', "before"), ('+', "after")] {
            if !difference[side].is_null() {
                let _ = writeln!(out, "    {sign} {}", text(&difference[side]));
            }
        }
    }
    let ids: Vec<_> = report["events"].as_array().into_iter().flatten().map(text).collect();
    let _ = writeln!(out, "{}: {}", if differences.is_empty() { "the same" } else { "differs" }, ids.join(" "));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_encoded() {
        assert_eq!(encoded("a b&c=ä/%"), "a%20b%26c%3D%C3%A4%2F%25");
    }

    #[test]
    fn what_differs_is_shown() {
        let report = json!({ "runs": 3, "failed": true, "events": ["1"], "notes": ["n"], "differences": [
            { "event": "e", "what": "status", "before": 200, "after": 500 }, { "event": "e", "what": "header a", "before": "x", "after": null }
        ] });
        let shown = compared(&report, report["differences"].as_array().unwrap(), true);
        assert_eq!(shown, "note: n\nfailed in run 3\ne\n  status\n    - 200\n    + 500\n  header a\n    - x\ndiffers: 1\n");
    }
}
