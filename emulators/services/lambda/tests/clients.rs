//! Real clients against a server of its own: `examples/server.rs`, driven by the scripts in `clients/`.

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "../../../aws-wire/tests/support/clients.rs"]
mod support;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use support::Server;

/// What the scripts need.
const PACKAGES: &[&str] = &["boto3==1.44.8"];

fn start(arguments: &[&str]) -> Server {
    Server::start("server", arguments)
}

/// The status of the answer to a request.
fn post(server: &Server, path: &str, headers: &str, body: &str) -> String {
    let address = server.origin.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(stream, "POST {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().to_owned()
}

fn run(script: &str, server: &Server) {
    support::run(
        PACKAGES,
        &Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo tells tests their folder")).join("tests/clients").join(script),
        server,
    );
}

#[test]
fn boto3_makes_and_invokes_functions() {
    run("boto3_basic.py", &start(&[]));
}

#[test]
fn boto3_uses_the_whole_api() {
    run("boto3_api.py", &start(&[]));
}

#[test]
fn boto3_invokes_functions_that_are_really_run() {
    run("boto3_real.py", &start(&["--real"]));
}

#[test]
fn boto3_signs_so_that_strict_takes_it() {
    run("boto3_strict.py", &start(&["--strict"]));
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
    let first = start(&["--data", data, "--at", "2027-01-01T00:00:00Z"]);
    let code = zipped();
    let function = format!(
        r#"{{"FunctionName":"kept","Runtime":"python3.13","Handler":"fails","Role":"arn:aws:iam::000000000000:role/r","Code":{{"ZipFile":"{code}"}}}}"#
    );
    assert_eq!(post(&first, "/2015-03-31/functions", "", &function), "201");
    let event = "x-amz-invocation-type: Event\r\n";
    assert_eq!(post(&first, "/2015-03-31/functions/kept/invocations", event, "{}"), "202");
    let invoked = first.lines.recv().unwrap();
    // Answered after the retry was written: the same thread writes them in order.
    assert_eq!(post(&first, "/2015-03-31/functions/kept/invocations", event, "{}"), "202");
    drop(first);
    let second = start(&["--data", data, "--at", "2027-01-01T00:01:01Z"]);
    let again: Vec<String> = (0..2).map(|_| second.lines.recv().unwrap()).collect();
    assert!(again.contains(&invoked), "{again:?} and before: {invoked}");
}
