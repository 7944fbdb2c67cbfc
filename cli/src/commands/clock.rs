//! `greenroom clock …`: what time it is in a run, and moving it.

use std::fmt::Write;
use std::process::ExitCode;

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
    /// Give up after so many due things
    #[arg(long, value_name = "N")]
    max_count: Option<u64>,
    /// Give up after so many seconds of real time
    #[arg(long, value_name = "SECONDS")]
    max_wall: Option<u64>,
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
        let mut body = json!({ "next": self.next });
        if !self.by.is_empty() {
            body["by"] = self.by.join(" ").into();
        }
        if let Some(to) = &self.to {
            body["to"] = to.as_str().into();
        }
        if let Some(count) = self.max_count {
            body["max_count"] = count.into();
        }
        if let Some(seconds) = self.max_wall {
            body["max_wall_ms"] = seconds.saturating_mul(1000).into();
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
