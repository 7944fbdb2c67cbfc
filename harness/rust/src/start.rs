//! Starts a run that lasts as long as this process wants it.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::error::{Error, Result};
use crate::room::Room;
use crate::wire::Control;

/// What `greenroom exec` runs: it tells where the control API is and ends when its standard input does, which also happens when this
/// process is killed.
const WAIT: [&str; 3] = ["sh", "-c", "echo \"$GREENROOM_CONTROL\"; cat >/dev/null"];

/// How a run of its own is started.
#[derive(Debug, Clone, Default)]
pub struct Start {
    dirs: Vec<PathBuf>,
    options: Vec<String>,
    program: Option<PathBuf>,
    verbose: bool,
}

impl Start {
    /// With the app in this folder.
    #[must_use]
    pub fn new(dir: impl AsRef<Path>) -> Self {
        Self::default().and(dir)
    }

    /// And with the one in this folder too.
    #[must_use]
    pub fn and(mut self, dir: impl AsRef<Path>) -> Self {
        self.dirs.push(dir.as_ref().to_owned());
        self
    }

    /// Time stands at this instant before the apps start.
    #[must_use]
    pub fn frozen_at(self, at: &str) -> Self {
        self.option(&format!("--freeze={at}"))
    }

    /// Ids are made from this number: with frozen time, the same requests give the same journal.
    #[must_use]
    pub fn seeded(self, seed: u64) -> Self {
        self.option(&format!("--seed={seed}"))
    }

    /// With the state that `greenroom dev` keeps, not an empty one in memory.
    #[must_use]
    pub fn keeping_state(self) -> Self {
        self.option("--keep-state")
    }

    /// With one more option of `greenroom exec`.
    #[must_use]
    pub fn option(mut self, option: &str) -> Self {
        self.options.push(option.to_owned());
        self
    }

    /// With this program, not that of `GREENROOM_BIN` or of the PATH.
    #[must_use]
    pub fn program(mut self, program: impl AsRef<Path>) -> Self {
        self.program = Some(program.as_ref().to_owned());
        self
    }

    /// Requests, and what the code logs, are shown on standard error.
    #[must_use]
    pub fn verbose(mut self) -> Self {
        self.verbose = true;
        self.option("--verbose")
    }

    /// Starts it, and waits until the apps answer.
    ///
    /// # Errors
    /// When they cannot be started: what the program says.
    pub fn start(self) -> Result<Room> {
        let program = self.program.or_else(|| std::env::var_os("GREENROOM_BIN").map(PathBuf::from)).unwrap_or_else(|| "greenroom".into());
        let mut command = Command::new(&program);
        command.arg("exec").args(&self.options).args(&self.dirs).arg("--").args(WAIT);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        command.stderr(if self.verbose { Stdio::inherit() } else { Stdio::piped() });
        let mut child = command.spawn().map_err(|error| {
            Error::new("not-started", format!("{} cannot be started: {error}", program.display()))
                .hint("is greenroom on the PATH? Name the program in GREENROOM_BIN")
        })?;
        let input = child.stdin.take();
        let errors = child.stderr.take();
        let mut url = String::new();
        if let Some(output) = child.stdout.take() {
            let _ = BufReader::new(output).read_line(&mut url);
        }
        if url.trim().is_empty() {
            let mut said = String::new();
            let _ = errors.map(|mut errors| errors.read_to_string(&mut said));
            let ended = child.wait().map_or_else(|error| error.to_string(), |status| format!("it ended with {status}"));
            let why = if said.trim().is_empty() { ended } else { said.trim().to_owned() };
            return Err(Error::new("not-started", format!("the apps could not be started: {why}")));
        }
        if let Some(mut errors) = errors {
            // A pipe that nobody reads would fill up and stop it.
            std::thread::spawn(move || std::io::copy(&mut errors, &mut std::io::sink()));
        }
        Room::join(Control::new(url.trim(), None), Some(Started { child, input }))
    }
}

/// A run that ends with whoever holds this.
#[derive(Debug)]
pub(crate) struct Started {
    child: Child,
    input: Option<ChildStdin>,
}

impl Drop for Started {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}
