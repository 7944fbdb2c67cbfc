//! Servers of their own and real clients that use them. Tests of other crates take this file by its path.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::Receiver;

/// A server, until it is dropped; then it is killed, as `kill -9` does.
pub(crate) struct Server {
    process: Child,
    pub(crate) origin: String,
    /// What it says.
    #[allow(dead_code, reason = "not every test asks")]
    pub(crate) lines: Receiver<String>,
}

impl Server {
    /// Starts the example of that name, whose first line is `listening on <origin>`.
    pub(crate) fn start(example: &str, arguments: &[&str]) -> Self {
        // Cargo builds examples beside tests: `deps/clients-…` and `examples/server`.
        let here = std::env::current_exe().unwrap();
        let program = here.parent().and_then(|deps| deps.parent()).unwrap().join("examples").join(example);
        let mut process =
            Command::new(program).args(arguments).stdout(Stdio::piped()).spawn().expect("the example is built with the tests");
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        // What else it says is read, so that it is never kept waiting.
        let (said, heard) = std::sync::mpsc::channel();
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| drop(said.send(line))));
        Self { process, origin: first.strip_prefix("listening on ").unwrap().to_owned(), lines: heard }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A Python with these packages; none where they cannot be had.
fn python(packages: &[&str]) -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(packages.join("-").replace('=', ""));
    let python = folder.join("bin/python");
    let run = |command: &mut Command| command.stdout(Stdio::null()).status().is_ok_and(|status| status.success());
    let there = || run(Command::new(&python).args(["-c", "import boto3"]).stderr(Stdio::null()));
    let made = there()
        || (run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))
            && run(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(packages)));
    if !made {
        eprintln!("skipped: no Python with {packages:?}");
    }
    made.then_some(python)
}

/// Runs `script`, which is told the server's origin and says `ok` at its end.
pub(crate) fn run(packages: &[&str], script: &Path, server: &Server) {
    static MAKING: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let made = MAKING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let Some(python) = python(packages) else { return };
    drop(made);
    let output = Command::new(python).arg(script).arg(&server.origin).env("PYTHONDONTWRITEBYTECODE", "1").output().unwrap();
    let (said, wrong) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.trim_end().ends_with("ok"), "{said}{wrong}");
}
