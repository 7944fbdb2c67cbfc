//! `greenroom exec`: apps that are served for as long as a test command runs.

use std::ffi::OsString;
use std::net::IpAddr;
use std::process::{ExitCode, ExitStatus};

use greenroom_control::{AppInfo, Run};
use greenroom_host::{Clock, Diagnostic, Host, Journal};
use greenroom_supervisor::command::{Running, exit_code, has_the_terminal};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::app::launch::Launch;
use crate::app::settings::Settings;
use crate::args::Exec;
use crate::aws::{Aws, AwsSettings};
use crate::control::apps::Apps;
use crate::control::server::Offered;
use crate::print;
use crate::terminal::{Shows, Terminal};

/// What `env`, `timeout` and `docker run` give when it is they who failed:
/// <https://www.gnu.org/software/coreutils/manual/html_node/env-invocation.html>
const FAILED: u8 = 125;
const CANNOT_BE_RUN: u8 = 126;
const NO_SUCH_COMMAND: u8 = 127;

pub(super) fn run(args: Exec) -> ExitCode {
    let code = match super::runtime() {
        Ok(runtime) => runtime.block_on(exec(args)),
        Err(error) => Err((FAILED, vec![Diagnostic::error(error.to_string())])),
    };
    let code = code.unwrap_or_else(|(code, problems)| {
        print::diagnostics(&problems, &std::env::current_dir().unwrap_or_default());
        code
    });
    // At once: guests end when they see that their host is gone.
    std::process::exit(code.into())
}

/// An exit code of this program's own, and why.
type Failed = (u8, Vec<Diagnostic>);

fn failed(error: &std::io::Error) -> Failed {
    (FAILED, vec![Diagnostic::error(error.to_string())])
}

async fn exec(args: Exec) -> Result<u8, Failed> {
    // Before anything else starts, so that no signal finds the program half way.
    let mut signals = Signals::new().map_err(|error| failed(&error))?;
    let clock = match args.freeze {
        None => Clock::real(),
        Some(at) => Clock::frozen(at.unwrap_or_else(Clock::wall)),
    };
    let ids = super::ids(args.serving.seed).map_err(|error| failed(&error))?;
    let journal = Journal::in_memory(None).map_err(|problem| (FAILED, vec![problem]))?;
    let host = Host::new(clock.clone(), ids, args.serving.profile.into(), None).with_journal(journal);
    let terminal = Terminal::new(if args.verbose { Shows::Aside } else { Shows::Nothing }, clock).map_err(|error| failed(&error))?;
    let apps = Apps::default();
    let data_dir = args.dirs.first().filter(|_| args.keep_state).map(|dir| dir.join(".greenroom"));
    let mut aws = AwsSettings::of(&args.serving, IpAddr::from([127, 0, 0, 1]), data_dir);
    aws.port = aws.port.or(Some(0));
    let settings = Settings { ephemeral: !args.keep_state, ..Settings::of(&args.serving, apps.clone(), aws) };
    let control = Offered::start(&host, apps.clone(), settings.address, Some(0)).await.map_err(|problem| (FAILED, vec![problem]))?;
    let aws = settings.aws.clone();
    let launch = Launch { dirs: args.dirs, environment: args.serving.env, settings, host, terminal: terminal.clone(), patient: false };
    let running = tokio::select! {
        started = launch.start() => started.map_err(|problems| (FAILED, problems))?,
        signal = signals.next() => return Ok(exit_code(ended_by(signal))),
    };
    let mut environment = environment(&apps.apps(), &control.url).map_err(|problem| (FAILED, vec![problem]))?;
    environment.extend(aws.started().iter().flat_map(|aws| aws_environment(aws)));
    for app in running {
        tokio::spawn(app.keep(apps.clone()));
    }
    let code = command(&args.command, environment, &mut signals).await;
    terminal.flush();
    code
}

/// Runs the test command, and ends what it leaves behind.
async fn command(command: &[OsString], environment: Vec<(String, String)>, signals: &mut Signals) -> Result<u8, Failed> {
    let mut running = Running::start(command, environment).map_err(|error| not_run(&command[0], &error))?;
    let status = loop {
        tokio::select! {
            status = running.wait() => break status.map_err(|error| failed(&error))?,
            // What a key of the terminal means, the command has been told already.
            signal = signals.next() => if signal != libc::SIGINT || !has_the_terminal() { running.signal(signal) },
        }
    };
    let left = running.end_the_rest().await;
    if !left.is_empty() {
        let warning = Diagnostic::warning(format!("the command has left processes that cannot be ended: {}", left.join(", ")));
        print::diagnostics(&[warning], &std::env::current_dir().unwrap_or_default());
    }
    Ok(exit_code(status))
}

fn not_run(command: &OsString, error: &std::io::Error) -> Failed {
    let name = command.to_string_lossy();
    if error.kind() == std::io::ErrorKind::NotFound {
        let problem = Diagnostic::error(format!("there is no command `{name}`"));
        let hint = if name.contains('/') {
            "its path is taken from the folder where `greenroom exec` was started"
        } else {
            "is it on the PATH? Scripts of a package are run by `npx`, of a shell by `sh -c '…'`"
        };
        return (NO_SUCH_COMMAND, vec![problem.hint(hint)]);
    }
    let problem = Diagnostic::error(format!("the command `{name}` cannot be run: {error}"));
    (CANNOT_BE_RUN, vec![problem.hint("make the file executable, or name the program that runs it: `node file.js`")])
}

/// How the command finds the apps.
fn environment(apps: &[AppInfo], control: &str) -> Result<Vec<(String, String)>, Diagnostic> {
    let mut environment = vec![("GREENROOM_CONTROL".to_owned(), control.to_owned())];
    environment.extend(apps.first().map(|app| ("GREENROOM_URL".to_owned(), app.url.clone())));
    for app in apps {
        let name = variable(&app.name);
        if let Some(other) = apps.iter().find(|other| other.url != app.url && variable(&other.name) == name) {
            let message = format!("the apps `{}` and `{}` would both be told of by {name}", app.name, other.name);
            return Err(Diagnostic::error(message).hint("give one of them another name in its configuration"));
        }
        environment.push((name, app.url.clone()));
    }
    Ok(environment)
}

/// How the SDKs in the command find the services of the run; what is set already stays. Which of the two names of the region is read differs
/// from SDK to SDK: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html>
fn aws_environment(aws: &Aws) -> Vec<(String, String)> {
    let set = |name: &str| std::env::var(name).ok();
    let region = set("AWS_REGION").or_else(|| set("AWS_DEFAULT_REGION")).unwrap_or_else(|| "us-east-1".to_owned());
    let usual =
        [("AWS_REGION", &*region), ("AWS_DEFAULT_REGION", &*region), ("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")];
    let missing = usual.into_iter().filter(|(name, _)| std::env::var_os(name).is_none());
    let endpoint = ("AWS_ENDPOINT_URL".to_owned(), aws.url());
    std::iter::once(endpoint).chain(missing.map(|(name, value)| (name.to_owned(), value.to_owned()))).collect()
}

/// The variable that has an app's address.
fn variable(app: &str) -> String {
    let name = app.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' });
    format!("GREENROOM_URL_{}", name.collect::<String>())
}

/// The signals that ask a program to end.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
}

impl Signals {
    fn new() -> std::io::Result<Self> {
        let of = |kind| signal(kind);
        Ok(Self { interrupt: of(SignalKind::interrupt())?, terminate: of(SignalKind::terminate())?, hangup: of(SignalKind::hangup())? })
    }

    /// The number of the next.
    async fn next(&mut self) -> i32 {
        tokio::select! {
            _ = self.interrupt.recv() => libc::SIGINT,
            _ = self.terminate.recv() => libc::SIGTERM,
            _ = self.hangup.recv() => libc::SIGHUP,
        }
    }
}

fn ended_by(signal: i32) -> ExitStatus {
    std::os::unix::process::ExitStatusExt::from_raw(signal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app(name: &str) -> AppInfo {
        AppInfo { name: name.to_owned(), url: format!("http://{name}"), serving: true }
    }

    #[test]
    fn each_app_has_a_variable_of_its_own() {
        let set = environment(&[app("shop"), app("auth-edge.v2")], "http://c").unwrap();
        let set: Vec<_> = set.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let expected = [
            "GREENROOM_CONTROL=http://c",
            "GREENROOM_URL=http://shop",
            "GREENROOM_URL_SHOP=http://shop",
            "GREENROOM_URL_AUTH_EDGE_V2=http://auth-edge.v2",
        ];
        assert_eq!(set, expected);
        let twice = environment(&[app("a-b"), app("a.b")], "http://c").unwrap_err();
        assert_eq!(twice.message, "the apps `a-b` and `a.b` would both be told of by GREENROOM_URL_A_B");
    }
}
