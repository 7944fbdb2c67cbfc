//! The commands, one file each.

mod check;
pub(crate) mod clock;
pub(crate) mod cron;
pub(crate) mod d1;
mod dev;
mod doctor;
pub(crate) mod event_send;
mod event_sqs;
mod event_text;
pub(crate) mod events;
mod exec;
pub(crate) mod faults;
mod guest;
pub(crate) mod kv;
pub(crate) mod lambda;
mod lambda_logs;
pub(crate) mod local;
pub(crate) mod outbound;
pub(crate) mod sqs;
pub(crate) mod state;
pub(crate) mod trace;

use std::process::ExitCode;

use greenroom_host::{Diagnostic, Ids};
use serde_json::Value;

use crate::args::{Args, Command};
use crate::control::client::{Client, ControlArgs};

/// Runs the command and gives the program's exit code.
pub(crate) fn run(args: Args) -> ExitCode {
    match args.command {
        Command::Dev(args) => dev::run(args),
        Command::Exec(args) => exec::run(args),
        Command::Check(args) => check::run(&args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Clock(args) => clock::run(&args),
        Command::Cron(args) => cron::run(&args),
        Command::Events(args) => events::run(&args),
        Command::State(args) => state::run(&args),
        Command::Faults(args) => faults::run(&args),
        Command::Outbound(args) => outbound::run(&args),
        Command::Lambda(args) => lambda::run(&args),
        Command::Sqs(args) => sqs::run(&args),
        Command::Kv(command) => kv::run(&command),
        Command::D1(command) => d1::run(&command),
        Command::Trace(args) => trace::run(&args),
        Command::Guest(args) => guest::run(&args),
    }
}

/// A runtime on this thread: the front door and the channel live on one, so that a request changes threads only to reach a guest.
fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

/// Ids made from the seed that is given, else ids that nobody can foresee.
fn ids(seed: Option<u64>) -> std::io::Result<Ids> {
    seed.map_or_else(Ids::from_entropy, |seed| Ok(Ids::from_seed(seed)))
}

/// Lets `ask` talk to the run that is meant.
fn ask_run(args: &ControlArgs, ask: impl AsyncFnOnce(Client) -> Result<ExitCode, Diagnostic>) -> ExitCode {
    let dir = std::env::current_dir().unwrap_or_default();
    let asked = runtime()
        .map_err(|error| Diagnostic::error(error.to_string()))
        .and_then(|runtime| runtime.block_on(async { ask(Client::find(args)?).await }));
    asked.unwrap_or_else(|problem| fail(&[problem], &dir))
}

/// The text of a key of what a run answered.
fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// The array of a key of what a run answered.
fn array<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// A part of a path, with what may not stand there written in hexadecimal digits.
fn escaped(part: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    part.bytes().map(|byte| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// Prints what a run answered.
fn print(json: bool, value: &Value, text: &str) {
    if json {
        anstream::println!("{value}");
    } else {
        anstream::println!("{text}");
    }
}

/// Says what is wrong and fails.
fn fail(problems: &[greenroom_host::Diagnostic], dir: &std::path::Path) -> ExitCode {
    crate::print::diagnostics(problems, dir);
    ExitCode::FAILURE
}

/// Removes rules of a run: the one of that name, else all that were added, else (`all`) those of files too.
async fn clear_rules(client: &Client, base: &str, name: Option<&str>, all: bool) -> Result<(Value, String), Diagnostic> {
    let path = match (name, all) {
        (Some(name), _) => format!("{base}/{}", escaped(name)),
        (None, true) => format!("{base}?all=true"),
        (None, false) => base.to_owned(),
    };
    let removed = client.ask(http::Method::DELETE, &path, None).await?;
    let shown = format!("removed {}", removed["removed"]);
    Ok((removed, shown))
}

/// What is said of a rule that nothing of the run falls under.
fn for_nothing(rule: &str, why: &str) -> Diagnostic {
    Diagnostic::warning(format!("the rule `{rule}` is for nothing: {why}"))
}
