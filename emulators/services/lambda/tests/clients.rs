//! Real clients against a server of its own: `examples/server.rs`, driven by the scripts in `clients/`.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// What the scripts need.
const PACKAGES: &[&str] = &["boto3==1.44.8"];

/// A server, until it is dropped.
struct Server {
    process: Child,
    origin: String,
}

impl Server {
    fn start(arguments: &[&str]) -> Self {
        // Cargo builds examples beside tests: `deps/clients-…` and `examples/server`.
        let here = std::env::current_exe().unwrap();
        let program = here.parent().and_then(|deps| deps.parent()).unwrap().join("examples/server");
        let mut process =
            Command::new(program).args(arguments).stdout(Stdio::piped()).spawn().expect("the example is built with the tests");
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        // What else it says is read, so that it is never kept waiting.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, origin: first.strip_prefix("listening on ").unwrap().to_owned() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A Python with the packages; none where they cannot be had.
fn python() -> Option<PathBuf> {
    static MADE: std::sync::OnceLock<Option<PathBuf>> = std::sync::OnceLock::new();
    MADE.get_or_init(|| {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("boto3");
        let python = folder.join("bin/python");
        let run = |command: &mut Command| command.stdout(Stdio::null()).status().is_ok_and(|status| status.success());
        let there = || run(Command::new(&python).args(["-c", "import boto3"]).stderr(Stdio::null()));
        let made = there()
            || (run(Command::new("python3").args(["-m", "venv"]).arg(&folder))
                && run(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(PACKAGES)));
        if !made {
            eprintln!("skipped: no Python with {PACKAGES:?}");
        }
        made.then_some(python)
    })
    .clone()
}

fn run(script: &str, server: &Server) {
    let Some(python) = python() else { return };
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(script);
    let output = Command::new(python).arg(path).arg(&server.origin).env("PYTHONDONTWRITEBYTECODE", "1").output().unwrap();
    let (said, wrong) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.trim_end().ends_with("ok"), "{said}{wrong}");
}

#[test]
fn boto3_makes_and_invokes_functions() {
    run("boto3_basic.py", &Server::start(&[]));
}

#[test]
fn boto3_uses_the_whole_api() {
    run("boto3_api.py", &Server::start(&[]));
}

#[test]
fn boto3_signs_so_that_strict_takes_it() {
    run("boto3_strict.py", &Server::start(&["--strict"]));
}
