//! Workers that observe a service and print what they saw, held against what workerd printed. `tests/specs/record.mjs` records that again.
//! All but one share `tests/specs/observe.ts`, which is put beside their sources before they run.

use std::path::PathBuf;

use greenroom_tests::{Project, Server, asked_site, repository};
use serde_json::{Map, Value, json};

/// Runs the spec and compares observation by observation. Those that `known.json` lists with a reason must differ, all others agree.
fn agrees(spec: &str, least: usize) {
    let folder = repository().join("tests/specs").join(spec);
    let expected = read(&folder.join("expected.json")).expect("the answers of workerd are recorded");
    assert!(expected.len() >= least, "only {} observations", expected.len());
    let known = read(&folder.join("known.json")).unwrap_or_default();
    let project = Project::copy_of(&folder);
    if !project.file("src/observe.ts").exists() {
        project.write("src/observe.ts", std::fs::read(folder.with_file_name("observe.ts")).expect("what specs share is there"));
    }
    project.write(".dev.vars", format!("SITE={}\n", asked_site()));
    let server = Server::start(&project, &["--ephemeral"]);
    let seen = server.request("GET", "/", &[("x-observed", "yes"), ("accept-encoding", "gzip")], b"").json();
    let engine = server.ready()["engine"].as_str().expect("the engine has a name");
    let mut wrong = Vec::new();
    for (name, value) in &expected {
        let (here, reason) = (seen.get(name.as_str()).unwrap_or(&Value::Null), known.get(name).and_then(|entry| reason(entry, engine)));
        match (here == value, reason) {
            (true, Some(reason)) => wrong.push(format!("{name}: agrees, though it is known to differ: {reason}")),
            (false, None) => wrong.push(format!("{name}: workerd {value}, here {here}")),
            _ => {}
        }
    }
    wrong.extend(known.keys().filter(|name| !expected.contains_key(*name)).map(|name| format!("{name}: known, but not observed")));
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), expected.len(), wrong.join("\n"));
}

/// Runs the spec and compares what the console wrote, case by case, as `agrees` does.
fn writes(spec: &str, least: usize) {
    let folder = repository().join("tests/specs").join(spec);
    let expected = read(&folder.join("logs.json")).expect("what workerd writes is recorded");
    assert!(expected.len() >= least, "only {} cases", expected.len());
    let known = read(&folder.join("known.json")).unwrap_or_default();
    let server = Server::start(&Project::copy_of(&folder), &["--ephemeral"]);
    assert_eq!(server.get("/").status, 200);
    server.wait_message("== end");
    let engine = server.ready()["engine"].as_str().expect("the engine has a name").to_owned();
    let seen = written(&server);
    let mut wrong = Vec::new();
    for (name, lines) in &expected {
        let (here, reason) = (seen.get(name).cloned().unwrap_or(Value::Null), known.get(name).and_then(|entry| reason(entry, &engine)));
        match (&here == lines, reason) {
            (true, Some(reason)) => wrong.push(format!("{name}: agrees, though it is known to differ: {reason}")),
            (false, None) => wrong.push(format!("{name}: workerd {lines}, here {here}")),
            _ => {}
        }
    }
    wrong.extend(known.keys().filter(|name| !expected.contains_key(*name)).map(|name| format!("{name}: known, but not recorded")));
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), expected.len(), wrong.join("\n"));
}

/// The lines of the log between those that name a case, by that name; each with its level, where `log` is the same as `info`.
fn written(server: &Server) -> Map<String, Value> {
    let mut cases: Vec<(String, Vec<Value>)> = Vec::new();
    for line in server.transcript().lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        let Some(message) = line["message"].as_str().filter(|_| line["type"] == "log") else { continue };
        match (message.strip_prefix("== "), cases.last_mut()) {
            (Some(name), _) => cases.push((name.to_owned(), Vec::new())),
            (None, Some((_, lines))) => lines.push(json!([line["level"], message])),
            (None, None) => {}
        }
    }
    cases.into_iter().map(|(name, lines)| (name, Value::Array(lines))).collect()
}

/// Why an observation differs on this engine: an entry is a reason, or has one for each engine on which it differs.
fn reason<'a>(entry: &'a Value, engine: &str) -> Option<&'a str> {
    entry.as_str().or_else(|| entry[engine].as_str())
}

fn read(file: &PathBuf) -> Option<Map<String, Value>> {
    let text = std::fs::read(file).ok()?;
    Some(serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display())))
}

#[test]
fn kv_answers_as_workerd_does() {
    agrees("kv", 287);
}

#[test]
fn wasm_answers_as_workerd_does() {
    agrees("wasm", 103);
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

#[test]
fn everything_else_answers_as_workerd_does() {
    agrees("observations", 729);
}

#[test]
fn the_console_writes_what_workerd_does() {
    writes("console", 105);
}

#[test]
fn bodies_answer_as_workerd_does() {
    agrees("bodies", 96);
}

#[test]
fn texts_go_through_bytes_as_in_workerd() {
    agrees("texts", 95);
}

#[test]
fn async_hooks_answer_as_workerd_does() {
    agrees("als", 43);
}

#[test]
fn the_global_object_is_that_of_workerd() {
    agrees("globals", 42);
}

#[test]
fn events_and_sockets_answer_as_workerd_does() {
    agrees("events", 90);
}
