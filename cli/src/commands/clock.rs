//! `greenroom clock …`: what time it is in a run, and moving it.

use std::ffi::OsString;
use std::fmt::Write;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args as ClapArgs, Subcommand};
use greenroom_host::Diagnostic;
use http::Method;
use serde_json::{Value, json};

use super::{array, print, text};
use crate::control::client::{Client, ControlArgs};

/// `greenroom clock`
#[derive(Debug, ClapArgs)]
pub(crate) struct Clock {
    #[command(flatten)]
    pub(crate) control: ControlArgs,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// What to do with it.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Say what time it is, and whether it stands still
    Now,
    /// Stop time
    Freeze {
        /// Where: ISO 8601, `2027-01-01T00:00:00Z`; without it, where time is. What is due by then runs at once
        #[arg(long, value_name = "TIME")]
        at: Option<String>,
    },
    /// Move a frozen clock on, and run what falls due on the way, in order
    Advance(Advance),
    /// List what waits for an instant, soonest first
    Pending,
    /// Let time run with the machine's again
    Resume,
}

/// `greenroom clock advance`
#[derive(Debug, ClapArgs)]
pub(crate) struct Advance {
    /// By how much: `90s`, `1h 30m`, `2days`
    #[arg(value_name = "DURATION", num_args = 0.., conflicts_with_all = ["to", "next"])]
    by: Vec<String>,
    /// To this instant
    #[arg(long, value_name = "TIME", conflicts_with = "next")]
    to: Option<String>,
    /// To the next due thing
    #[arg(long)]
    next: bool,
    /// Give up after so many due things, timers without delay among them. Without it: a million
    #[arg(long, value_name = "N")]
    max_count: Option<u64>,
    /// Give up after so much real time in all: `30s`, or a number of seconds. Without it: 2 minutes
    #[arg(long, value_name = "DURATION", value_parser = span)]
    max_wall: Option<Duration>,
    /// Give up when something has been in flight at one instant for so much real time. Without it: 30 seconds
    #[arg(long, value_name = "DURATION", value_parser = span)]
    max_settle: Option<Duration>,
    /// Let time go on when a server outside has not answered for that long
    #[arg(long)]
    despite_outside: bool,
}

/// `1m 30s`, or seconds.
fn span(text: &str) -> Result<Duration, humantime::DurationError> {
    text.parse().map_or_else(|_| humantime::parse_duration(text), |seconds| Ok(Duration::from_secs(seconds)))
}

/// Writes `-1h` behind `clock advance` so that it is read as a duration, which is then refused as one, and not as an option.
pub(crate) fn durations(arguments: Vec<OsString>) -> Vec<OsString> {
    let ours = arguments.iter().take_while(|argument| *argument != "--").count();
    let Some(verb) = arguments[..ours].windows(2).position(|pair| pair[0] == "clock" && pair[1] == "advance") else { return arguments };
    let is_duration = |text: &[u8]| text.first() == Some(&b'-') && text.get(1).is_some_and(u8::is_ascii_digit);
    let written = |(at, argument): (usize, OsString)| {
        if at <= verb || at >= ours || !is_duration(argument.as_encoded_bytes()) {
            return argument;
        }
        let mut value = OsString::from(" ");
        value.push(argument);
        value
    };
    arguments.into_iter().enumerate().map(written).collect()
}

pub(super) fn run(args: &Clock) -> ExitCode {
    super::ask_run(&args.control, async |client| {
        let (value, text) = verb(&client, &args.verb).await?;
        let stopped = value["stopped"].is_string();
        print(args.control.json, &value, &text);
        Ok(if stopped { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    })
}

async fn verb(client: &Client, verb: &Verb) -> Result<(Value, String), Diagnostic> {
    let now = |value: Value| {
        let text = format!("{}{}", text(&value, "now"), if value["frozen"] == true { "  frozen" } else { "" });
        (value, text)
    };
    match verb {
        Verb::Now => client.ask(Method::GET, "/v1/clock", None).await.map(now),
        Verb::Freeze { at } => {
            let body = at.as_ref().map_or_else(|| json!({}), |at| json!({ "at": at }));
            client.ask(Method::POST, "/v1/clock/freeze", Some(&body)).await.map(now)
        }
        Verb::Resume => client.ask(Method::POST, "/v1/clock/resume", None).await.map(now),
        Verb::Advance(advance) => {
            let report = client.ask(Method::POST, "/v1/clock/advance", Some(&advance.body())).await?;
            let shown = shown(&report);
            Ok((report, shown))
        }
        Verb::Pending => {
            let list = client.ask(Method::GET, "/v1/clock/pending", None).await?;
            let lines: Vec<_> =
                array(&list, "pending").iter().map(|thing| format!("{}  {}", text(thing, "due"), text(thing, "label"))).collect();
            let shown = if lines.is_empty() { "nothing waits for an instant".to_owned() } else { lines.join("\n") };
            Ok((list, shown))
        }
    }
}

impl Advance {
    fn body(&self) -> Value {
        let milliseconds = |span: Duration| u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        let mut body = json!({ "next": self.next, "despite_outside": self.despite_outside });
        if !self.by.is_empty() {
            body["by"] = self.by.join(" ").trim_start().into();
        }
        if let Some(to) = &self.to {
            body["to"] = to.as_str().into();
        }
        if let Some(count) = self.max_count {
            body["max_count"] = count.into();
        }
        if let Some(wall) = self.max_wall {
            body["max_wall_ms"] = milliseconds(wall).into();
        }
        if let Some(settle) = self.max_settle {
            body["max_settle_ms"] = milliseconds(settle).into();
        }
        body
    }
}

fn shown(report: &Value) -> String {
    let mut shown = format!("{} → {}", text(report, "from"), text(report, "to"));
    for ran in array(report, "ran") {
        let (count, first) = (ran["count"].as_u64().unwrap_or(0), text(ran, "first"));
        let times = if count == 1 { String::new() } else { format!(" × {count}, last {}", text(ran, "last")) };
        let _ = write!(shown, "\n  {first}  {}{times}", text(ran, "label"));
    }
    for left in array(report, "left") {
        let _ = write!(shown, "\nno answer from outside, left behind: {}", left.as_str().unwrap_or_default());
    }
    if report["stopped"].is_string() {
        let why = match report["stopped"].as_str() {
            Some("count") => "so many due things ran",
            Some("turned") => "the clock was frozen elsewhere or resumed meanwhile",
            _ => "it took too much real time",
        };
        let _ = write!(shown, "\nstopped early: {why}");
        for busy in array(report, "busy") {
            let _ = write!(shown, "\n  busy: {}", busy.as_str().unwrap_or_default());
        }
    }
    shown
}
