//! The events of others' fixtures, held field by field against those that the doors make of equivalent requests.
//!
//! A fixture says what the request was; the door gets that request and a configuration like the one behind the fixture. Then every field of
//! either event has to be in the other, with the same type; what differs has a line in [`REASONS`] that says why.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod common;
#[path = "fixtures/reasons.rs"]
mod reasons;
#[path = "fixtures/setup.rs"]
mod setup;
#[path = "common/socket.rs"]
mod socket;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use greenroom_host::glob::matches;
use reasons::{NOT_HELD, REASONS};
use serde_json::Value;
use setup::CASES;

/// Where the fixtures are, if they are: beside the project, not in it.
fn folder() -> Option<PathBuf> {
    let here = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo tells tests their folder"));
    let project = here.ancestors().nth(3)?;
    let beside = project.ancestors().skip(1).map(|folder| folder.join("shared/data/lambda-event-fixtures"));
    beside.into_iter().find(|folder| folder.is_dir())
}

fn read(folder: &Path, file: &str) -> Value {
    let text = std::fs::read_to_string(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Every field with its type. Texts stand for dates, numbers for counts; null fits everything.
fn fields(value: &Value, path: &str, found: &mut BTreeMap<String, &'static str>) {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    };
    found.insert(path.to_owned(), kind);
    if let Value::Object(object) = value {
        for (name, value) in object {
            // Names of headers are spelled as clients did, and clients may do it as they like.
            let name = if matches!(path, "headers" | "multiValueHeaders") { name.to_lowercase() } else { name.clone() };
            let path = if path.is_empty() { name } else { format!("{path}.{name}") };
            fields(value, &path, found);
        }
    }
}

/// What differs: `-field` is in the fixture alone, `+field` in ours alone, `~field` has another type.
fn differences(fixture: &Value, ours: &Value) -> BTreeSet<String> {
    let (mut wanted, mut made) = (BTreeMap::new(), BTreeMap::new());
    fields(fixture, "", &mut wanted);
    fields(ours, "", &mut made);
    let parents_are_there = |field: &str, other: &BTreeMap<String, &str>| match field.rsplit_once('.') {
        Some((parent, _)) => other.get(parent).is_some_and(|kind| *kind == "object"),
        None => true,
    };
    let missing =
        wanted.keys().filter(|field| !made.contains_key(*field) && parents_are_there(field, &made)).map(|field| format!("-{field}"));
    let more =
        made.keys().filter(|field| !wanted.contains_key(*field) && parents_are_there(field, &wanted)).map(|field| format!("+{field}"));
    let other = wanted.iter().filter_map(|(field, kind)| {
        let ours = made.get(field)?;
        (ours != kind && *ours != "null" && *kind != "null").then(|| format!("~{field}"))
    });
    missing.chain(more).chain(other).collect()
}

#[tokio::test]
async fn every_event_of_the_fixtures_is_made_or_has_its_reason() {
    let Some(folder) = folder() else {
        println!("skipped: the fixtures are not beside the project (../shared/data/lambda-event-fixtures)");
        return;
    };
    let mut unexplained = Vec::new();
    let mut used = BTreeSet::new();
    for case in CASES {
        let fixture = read(&folder, case.file);
        let ours = (case.make)(&fixture).await;
        for difference in differences(&fixture, &ours) {
            let reason = REASONS.iter().position(|(file, what, _)| matches(file, case.file) && matches(what, &difference));
            match reason {
                Some(at) => drop(used.insert(at)),
                None => unexplained.push(format!("{}: {difference}", case.file)),
            }
        }
    }
    assert!(unexplained.is_empty(), "without a reason:\n{}", unexplained.join("\n"));
    let idle: Vec<_> = REASONS.iter().enumerate().filter(|(at, _)| !used.contains(at)).map(|(_, reason)| reason).collect();
    assert!(idle.is_empty(), "reasons for what does not differ any more: {idle:?}");
    println!("{} fixtures held, {} reasons for differences", CASES.len(), REASONS.len());
}

/// What the fixtures say that functions answer is taken as an answer.
#[tokio::test]
async fn answers_in_the_fixtures_are_taken() {
    let Some(folder) = folder() else { return };
    for (file, status) in setup::ANSWERS {
        let answer = setup::answered(file, &read(&folder, file)).await;
        assert_eq!(answer.status, *status, "{file}: {answer:?}");
    }
}

/// Fixtures of these doors are all in one of the lists.
#[test]
fn no_fixture_is_forgotten() {
    let Some(folder) = folder() else { return };
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let of_doors = names.filter(|name| name.starts_with("example-apigw") || name.starts_with("example-alb"));
    let known = |name: &String| CASES.iter().any(|case| case.file == name) || NOT_HELD.iter().any(|(file, _)| matches(file, name));
    let forgotten: Vec<String> = of_doors.filter(|name| !known(name)).collect();
    assert!(forgotten.is_empty(), "{forgotten:?}");
}
