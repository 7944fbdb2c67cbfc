//! Every folder of `specs/` with a `wrangler.jsonc` and a `spec.json` is served, asked what the file lists, and held against its answers.
//!
//! `spec.json`: `{ "requests": [{ "path", "method"?, "headers"?, "body"?, "expect": { "status"?, "headers"?, "json"? | "text"? | "contains"? } }] }`.
//! `body` is text, or JSON that is sent as such; `contains` is a text or a list of texts. Where there is a `package-lock.json`, its packages
//! are installed first.

use std::path::{Path, PathBuf};

use greenroom_tests::{Project, Reply, Server, repository};
use serde_json::Value;

#[test]
fn every_spec_is_answered_as_it_says() {
    let specs = specs();
    assert!(!specs.is_empty(), "no specs");
    let mut wrong = Vec::new();
    for folder in &specs {
        wrong.extend(run(folder).into_iter().map(|what| format!("{}: {what}", folder.display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn specs() -> Vec<PathBuf> {
    let root = repository().join("tests/specs");
    let folders = std::fs::read_dir(root).expect("the specs can be listed").flatten().map(|entry| entry.path());
    let mut folders: Vec<_> =
        folders.filter(|folder| folder.join("wrangler.jsonc").is_file() && folder.join("spec.json").is_file()).collect();
    folders.sort();
    folders
}

/// What is not as the spec says.
fn run(folder: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join("spec.json")).expect("the spec can be read");
    let spec: Value = match serde_json::from_str(&text) {
        Ok(spec) => spec,
        Err(error) => return vec![format!("spec.json: {error}")],
    };
    let project = Project::copy_of(folder);
    if folder.join("package-lock.json").is_file() && !project.install() {
        return Vec::new();
    }
    let server = match Server::try_start(&project, &[]) {
        Ok(server) => server,
        Err(errors) => return vec![errors],
    };
    let requests = spec["requests"].as_array().cloned().unwrap_or_default();
    if requests.is_empty() {
        return vec!["spec.json lists no requests".to_owned()];
    }
    requests.iter().flat_map(|request| ask(&server, request)).collect()
}

fn ask(server: &Server, request: &Value) -> Vec<String> {
    let (method, path) = (request["method"].as_str().unwrap_or("GET"), request["path"].as_str().unwrap_or("/"));
    let headers: Vec<_> = pairs(&request["headers"]);
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let body = match &request["body"] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        json => json.to_string(),
    };
    match server.try_request(method, path, &headers, body.as_bytes()) {
        Ok(reply) => differences(&reply, &request["expect"]).into_iter().map(|what| format!("{method} {path}: {what}")).collect(),
        Err(error) => vec![format!("{method} {path}: {error}")],
    }
}

fn differences(reply: &Reply, expected: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let status = expected["status"].as_u64().unwrap_or(200);
    if u64::from(reply.status) != status {
        wrong.push(format!("status {} where {status} is expected: {}", reply.status, reply.text()));
    }
    for (name, value) in pairs(&expected["headers"]) {
        if reply.header(&name) != Some(&value) {
            wrong.push(format!("header {name} is {:?} where {value:?} is expected", reply.header(&name)));
        }
    }
    if let Some(json) = expected.get("json") {
        let got = serde_json::from_slice::<Value>(&reply.body).ok();
        if got.as_ref() != Some(json) {
            wrong.push(format!("{} where {json} is expected", reply.text()));
        }
    }
    if expected["text"].as_str().is_some_and(|text| text != reply.text()) {
        wrong.push(format!("{:?} where {} is expected", reply.text(), expected["text"]));
    }
    let parts = match &expected["contains"] {
        Value::String(part) => vec![part.clone()],
        Value::Array(parts) => parts.iter().filter_map(|part| part.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    };
    wrong.extend(parts.iter().filter(|part| !reply.text().contains(*part)).map(|part| format!("no {part:?} in {:?}", reply.text())));
    wrong
}

fn pairs(object: &Value) -> Vec<(String, String)> {
    let entries = object.as_object().into_iter().flatten();
    entries.map(|(name, value)| (name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned))).collect()
}
