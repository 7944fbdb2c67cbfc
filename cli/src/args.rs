//! The arguments.

use std::ffi::OsString;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use greenroom_host::{Profile, Timestamp};
use serde::Deserialize;

use crate::commands::clock::Clock;
use crate::commands::cron::Cron;
use crate::commands::d1::D1;
use crate::commands::events::Events;
use crate::commands::faults::Faults;
use crate::commands::kv::Kv;
use crate::commands::lambda::Lambda;
use crate::commands::outbound::Outbound;
use crate::commands::sqs::Sqs;
use crate::commands::state::State;
use crate::commands::trace::Trace;

/// Run serverless code on your own machine.
#[derive(Debug, Parser)]
#[command(name = "greenroom", version = version(), about, disable_help_subcommand = true, arg_required_else_help = true)]
pub(crate) struct Args {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The version with the engine, since that is part of what a report must say.
const fn version() -> &'static str {
    if matches!(greenroom_js::ENGINE.as_bytes(), b"v8") {
        concat!(env!("CARGO_PKG_VERSION"), " (engine v8)")
    } else {
        concat!(env!("CARGO_PKG_VERSION"), " (engine quickjs)")
    }
}

/// The commands; each is a file in `commands/`.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve an app and reload it when a file is saved
    Dev(Dev),
    /// Serve apps for as long as a test command runs, and give its exit code
    Exec(Exec),
    /// Read the configuration and bundle the code, without serving
    Check(Check),
    /// Say what this build is and whether this machine is ready for it
    Doctor(Doctor),
    /// Freeze and move the time of a run
    Clock(Clock),
    /// List the cron triggers of a run, and run them
    Cron(Cron),
    /// List, show and replay what happened in a run; make up events and send them
    Events(Events),
    /// Copy the state of a run, put it back, empty it, compare it
    State(State),
    /// Make things go wrong in a run on purpose
    Faults(Faults),
    /// Say what becomes of a run's requests to the outside
    Outbound(Outbound),
    /// List, call and reload the functions of a run, and show their logs
    Lambda(Lambda),
    /// List queues of Amazon SQS, look into them, send, purge, redrive
    Sqs(Sqs),
    /// Read and write the keys of KV namespaces
    #[command(subcommand, arg_required_else_help = true)]
    Kv(Kv),
    /// Query, migrate and export D1 databases
    #[command(subcommand, arg_required_else_help = true)]
    D1(D1),
    /// Show what one event led to, as a tree
    Trace(Trace),
    /// A guest process; started by the program itself
    #[command(hide = true, subcommand)]
    Guest(Guest),
}

/// `greenroom dev`
#[derive(Debug, ClapArgs)]
pub(crate) struct Dev {
    /// Project folders; each app gets a port of its own
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) dirs: Vec<PathBuf>,
    /// Port of the first app; 0 takes any free one. Without it: what the project's configuration says, else 8787 or the next free one
    #[arg(long)]
    pub(crate) port: Option<u16>,
    /// Address to listen on, or `localhost`
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1", value_parser = address)]
    pub(crate) host: IpAddr,
    /// Port of the control API; 0 takes any free one. Without it: 4560 or the next free one
    #[arg(long, value_name = "PORT")]
    pub(crate) control_port: Option<u16>,
    /// Keep all state in memory
    #[arg(long)]
    pub(crate) ephemeral: bool,
    /// How much of the journal is kept: `64MB`; the oldest events go first. Without it: 64 MB in `.greenroom/journal` of the first app, with
    /// `--ephemeral` 16 MB in memory
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(crate) journal_size: Option<u64>,
    /// How long events are kept: `12h`, `7days`. Without it: 7 days
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub(crate) journal_age: Option<Duration>,
    #[command(flatten)]
    pub(crate) serving: Serving,
    /// Print one JSON object per line
    #[arg(long)]
    pub(crate) json: bool,
}

/// How apps are served, whatever for.
#[expect(clippy::struct_excessive_bools, reason = "each is an option, independent of the others")]
#[derive(Debug, ClapArgs)]
pub(crate) struct Serving {
    /// Environment of the project's configuration
    #[arg(long, short, value_name = "NAME")]
    pub(crate) env: Option<String>,
    #[command(flatten)]
    pub(crate) given: Given,
    /// How strictly the vendor's limits are held
    #[arg(long, value_enum, default_value_t = ProfileArg::Relaxed)]
    pub(crate) profile: ProfileArg,
    /// Where requests come from: a country, `DE`, or fields of `request.cf`, `country=DE,city=Bonn,asn=3320`; a request's own header
    /// `greenroom-geo` counts before it
    #[arg(long, value_name = "PLACE")]
    pub(crate) geo: Option<String>,
    /// Send the place in headers too (`cf-ipcity`, `cf-timezone`, …), as production does where a zone asks for it
    #[arg(long)]
    pub(crate) location_headers: bool,
    /// Let a request for `/__scheduled?cron=…` run the `scheduled` handler, as wrangler's option does; `/cdn-cgi/local/scheduled` always does
    #[arg(long)]
    pub(crate) test_scheduled: bool,
    /// Port of the endpoint of AWS services; 0 takes any free one. Without it: 4566 or the next free one
    #[arg(long, value_name = "PORT")]
    pub(crate) aws_port: Option<u16>,
    /// Whether requests to AWS services have to be signed rightly: by the key `test` with the secret `test`, or by that of
    /// AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY
    #[arg(long, value_enum, default_value_t = AuthArg::Lenient)]
    pub(crate) auth: AuthArg,
    /// What runs functions of AWS Lambda: a process of their runtime, or an isolate for handlers of Node.js that need nothing of Node.js;
    /// `greenroom.toml` may say it for one function
    #[arg(long, value_enum)]
    pub(crate) engine: Option<EngineArg>,
    /// A parameter of the project's template, over its default and `samconfig.toml`; may be given several times
    #[arg(long, value_name = "NAME=VALUE", value_parser = parameter)]
    pub(crate) parameter: Vec<(String, String)>,
    /// A folder in which functions of Python find packages, before those of the project's virtual environment; may be given several times
    #[arg(long, value_name = "DIR")]
    pub(crate) python_path: Vec<PathBuf>,
    /// What is not emulated of a template is an error
    #[arg(long)]
    pub(crate) strict: bool,
    /// Leave D1 migrations alone
    #[arg(long)]
    pub(crate) no_migrate: bool,
    /// Make the ids of events, traces and rays from this number: with frozen time, the same requests give the same journal
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
}

/// Variables of a Worker, as wrangler takes them.
#[derive(Debug, Clone, ClapArgs)]
pub(crate) struct Given {
    /// A file of variables in place of `.dev.vars` and `.env*`, by its path from the project folder; may be given several times, and a later
    /// one overrides those before it. Counts for the first app
    #[arg(long, value_name = "FILE")]
    pub(crate) env_file: Vec<PathBuf>,
    /// A variable for the code, over configuration and files; may be given several times. Counts for the first app
    #[arg(long, value_name = "NAME:VALUE", value_parser = variable)]
    pub(crate) var: Vec<(String, String)>,
}

/// `NAME:VALUE`; without a value it is an empty text, as with wrangler.
fn variable(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').unwrap_or((text, ""));
    if name.is_empty() || (name.contains('=') && value.is_empty()) {
        return Err("write `NAME:VALUE`".to_owned());
    }
    Ok((name.to_owned(), value.to_owned()))
}

/// `NAME=VALUE`.
fn parameter(text: &str) -> Result<(String, String), String> {
    text.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())).ok_or_else(|| "write `NAME=VALUE`".to_owned())
}

/// What runs functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum EngineArg {
    /// A process of the function's runtime
    Process,
    /// An isolate, where the function is for Node.js
    Isolate,
}

/// How signatures of requests to AWS services are taken.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum AuthArg {
    /// Read for account and region, not checked
    Lenient,
    /// Checked
    Strict,
}

/// `greenroom exec`
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
The command finds the apps by GREENROOM_URL (the first one's), GREENROOM_URL_<APP> (the name in capitals, `_` for what is no letter or \
digit) and GREENROOM_CONTROL (the control API). The exit code is the command's, 128 + N where signal N ended it; 125: an app could not be \
started, 126: the command cannot be run, 127: there is no such command.")]
pub(crate) struct Exec {
    /// Project folders; each app gets a free port of its own
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) dirs: Vec<PathBuf>,
    /// Read and write the state that `dev` keeps, not an empty one in memory
    #[arg(long)]
    pub(crate) keep_state: bool,
    /// Stop time before the apps start: at an instant, `--freeze=2027-01-01T00:00:00Z`, or where it is
    #[arg(long, value_name = "TIME", num_args = 0..=1, require_equals = true, value_parser = instant)]
    #[expect(clippy::option_option, reason = "what an option with an optional value is to clap")]
    pub(crate) freeze: Option<Option<Timestamp>>,
    /// Show on standard error what `dev` shows: requests, and what the code logs
    #[arg(long, short)]
    pub(crate) verbose: bool,
    #[command(flatten)]
    pub(crate) serving: Serving,
    /// The command that tests, with its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    pub(crate) command: Vec<OsString>,
}

/// A number of bytes: `500KB`, `64MB`, `2GB`, or without a unit.
fn size(text: &str) -> Result<u64, String> {
    let wrong = || "write it as `64MB`".to_owned();
    let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let factor = match unit.trim().to_ascii_uppercase().trim_end_matches('B').trim_end_matches('I') {
        "" => 1,
        "K" => 1 << 10,
        "M" => 1 << 20,
        "G" => 1 << 30,
        _ => return Err(wrong()),
    };
    let size = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(factor)).ok_or_else(wrong)?;
    if size < SMALLEST { Err(format!("{text} is too little: give {} KB at least", SMALLEST >> 10)) } else { Ok(size) }
}

/// The least that a journal may have, so that a few events fit.
const SMALLEST: u64 = 64 * 1024;

/// An instant, as people write it.
fn instant(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).ok_or_else(|| "write ISO 8601, `2027-01-01T00:00:00Z`, from 1970 on".to_owned())
}

/// An address of this machine. `localhost` is the loopback, whatever the machine's own files say of it.
fn address(text: &str) -> Result<IpAddr, String> {
    match text {
        "localhost" => Ok(IpAddr::from([127, 0, 0, 1])),
        // As wrangler's `--ip`.
        "*" => Ok(IpAddr::from([0, 0, 0, 0])),
        _ => text.trim_start_matches('[').trim_end_matches(']').parse().map_err(|_| "give an IP address, or `localhost`".to_owned()),
    }
}

/// `greenroom check`
#[derive(Debug, ClapArgs)]
pub(crate) struct Check {
    /// Project folder
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
    /// Environment of the project's configuration
    #[arg(long, short, value_name = "NAME")]
    pub(crate) env: Option<String>,
    #[command(flatten)]
    pub(crate) given: Given,
    /// A parameter of the project's template, over its default and `samconfig.toml`; may be given several times
    #[arg(long, value_name = "NAME=VALUE", value_parser = parameter)]
    pub(crate) parameter: Vec<(String, String)>,
    /// What is not emulated of a template is an error
    #[arg(long)]
    pub(crate) strict: bool,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// `greenroom doctor`
#[derive(Debug, ClapArgs)]
pub(crate) struct Doctor {
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// `greenroom guest …`
#[derive(Debug, Subcommand)]
pub(crate) enum Guest {
    /// An isolate
    Js {
        /// The most that its heap may hold, in bytes
        #[arg(long)]
        heap_bytes: usize,
    },
}

/// `--profile`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProfileArg {
    /// The vendor's numbers and answers
    Production,
    /// Warn, and stop only what would never end
    Relaxed,
    /// No limits but those that protect the machine
    Off,
}

impl From<ProfileArg> for Profile {
    fn from(argument: ProfileArg) -> Self {
        match argument {
            ProfileArg::Production => Self::Production,
            ProfileArg::Relaxed => Self::Relaxed,
            ProfileArg::Off => Self::Off,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn sizes() {
        let sizes = ["64MB", "64 mib", "1g", "65536"].map(|text| size(text).ok());
        assert_eq!(sizes, [Some(64 << 20), Some(64 << 20), Some(1 << 30), Some(1 << 16)]);
        assert!(["", "MB", "1TB", "-1", "64 K B", "1KB", "99999999999999999999"].iter().all(|text| size(text).is_err()));
    }

    #[test]
    fn addresses() {
        assert_eq!(address("localhost"), Ok(IpAddr::from([127, 0, 0, 1])));
        assert_eq!(address("[::1]").map(|address| address.is_loopback()), Ok(true));
        assert!(address("nowhere").is_err());
    }
}
