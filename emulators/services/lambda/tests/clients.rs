//! Real clients against a server of its own: `examples/server.rs`, driven by the scripts in `clients/`.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::Receiver;

/// What the scripts need.
const PACKAGES: &[&str] = &["boto3==1.44.8"];

/// A server, until it is dropped; then it is killed, as `kill -9` does.
struct Server {
    process: Child,
    origin: String,
    /// What it says.
    lines: Receiver<String>,
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
        let (said, heard) = std::sync::mpsc::channel();
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| drop(said.send(line))));
        Self { process, origin: first.strip_prefix("listening on ").unwrap().to_owned(), lines: heard }
    }

    /// The status of the answer to a request.
    fn post(&self, path: &str, headers: &str, body: &str) -> String {
        let address = self.origin.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        let length = body.len();
        write!(stream, "POST {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}")
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split(' ').nth(1).unwrap().to_owned()
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
fn boto3_invokes_functions_that_are_really_run() {
    run("boto3_real.py", &Server::start(&["--real"]));
}

#[test]
fn boto3_signs_so_that_strict_takes_it() {
    run("boto3_strict.py", &Server::start(&["--strict"]));
}

/// A zip file with one empty file, as base64.
fn zipped() -> String {
    use base64::Engine;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("index.py", zip::write::SimpleFileOptions::default()).unwrap();
    base64::engine::general_purpose::STANDARD.encode(zip.finish().unwrap().into_inner())
}

#[test]
fn a_server_that_was_killed_goes_on_with_its_events() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let first = Server::start(&["--data", data, "--at", "2027-01-01T00:00:00Z"]);
    let code = zipped();
    let function = format!(
        r#"{{"FunctionName":"kept","Runtime":"python3.13","Handler":"fails","Role":"arn:aws:iam::000000000000:role/r","Code":{{"ZipFile":"{code}"}}}}"#
    );
    assert_eq!(first.post("/2015-03-31/functions", "", &function), "201");
    let event = "x-amz-invocation-type: Event\r\n";
    assert_eq!(first.post("/2015-03-31/functions/kept/invocations", event, "{}"), "202");
    let invoked = first.lines.recv().unwrap();
    // Answered after the retry was written: the same thread writes them in order.
    assert_eq!(first.post("/2015-03-31/functions/kept/invocations", event, "{}"), "202");
    drop(first);
    let second = Server::start(&["--data", data, "--at", "2027-01-01T00:01:01Z"]);
    let again: Vec<String> = (0..2).map(|_| second.lines.recv().unwrap()).collect();
    assert!(again.contains(&invoked), "{again:?} and before: {invoked}");
}
