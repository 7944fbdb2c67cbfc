//! Workers that observe a service and print what they saw, held against what workerd printed. `tests/specs/record.mjs` records that again.

use std::path::Path;

use greenroom_tests::{Project, Server};
use serde_json::Value;

/// Runs the spec and compares observation by observation.
fn agrees(spec: &str, least: usize) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("specs").join(spec);
    let recorded = std::fs::read(folder.join("expected.json")).expect("the answers of workerd are recorded");
    let expected: serde_json::Map<String, Value> = serde_json::from_slice(&recorded).expect("they are JSON");
    assert!(expected.len() >= least, "only {} observations", expected.len());
    let server = Server::start(&Project::copy_of(&folder), &["--ephemeral"]);
    let seen = server.get("/").json();
    let differences: Vec<String> = expected
        .iter()
        .filter(|(name, value)| seen.get(name.as_str()) != Some(value))
        .map(|(name, value)| format!("{name}: workerd {value}, here {}", seen.get(name.as_str()).unwrap_or(&Value::Null)))
        .collect();
    assert!(differences.is_empty(), "{} of {} differ:\n{}", differences.len(), expected.len(), differences.join("\n"));
}

#[test]
fn kv_answers_as_workerd_does() {
    agrees("kv", 287);
}

#[test]
fn d1_answers_as_workerd_does() {
    agrees("d1", 427);
}

#[test]
fn streams_answer_as_workerd_does() {
    agrees("streams", 97);
}

#[test]
fn crypto_answers_as_workerd_does() {
    agrees("crypto", 256);
}
