//! The cases that LocalStack keeps of EventBridge's patterns. A name that ends in `_NEG` must not match, one in `_EXC` is no pattern.

use std::fs;
use std::path::{Path, PathBuf};

use greenroom_event_patterns::{EventPattern, PatternError};
use jsonc_parser::{ParseOptions, parse_to_serde_value};
use serde_json::Value;

/// What a case must come to.
#[derive(Debug, PartialEq)]
enum Verdict {
    Matches,
    Differs,
    Refused,
}

fn due(name: &str) -> Verdict {
    match name {
        _ if name.ends_with("_NEG") => Verdict::Differs,
        _ if name.ends_with("_EXC") => Verdict::Refused,
        _ => Verdict::Matches,
    }
}

fn verdict(case: &Value) -> Verdict {
    match EventPattern::parse(&case["EventPattern"].to_string()) {
        Err(PatternError { .. }) => Verdict::Refused,
        Ok(pattern) if pattern.matches(&case["Event"]) => Verdict::Matches,
        Ok(_) => Verdict::Differs,
    }
}

fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).expect("a case can be read");
    parse_to_serde_value(&text, &ParseOptions::default())
        .expect("a case is JSON")
        .unwrap_or_else(|| panic!("{} holds nothing", path.display()))
}

#[test]
fn the_cases_of_others_come_to_what_they_must() {
    let here = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo tells tests their folder"));
    let mut beside = here.ancestors().skip(1).map(|folder| folder.join("shared/data/event-patterns"));
    let Some(entries) = beside.find_map(|folder| fs::read_dir(folder).ok()) else {
        println!("skipped: the cases are not beside the project (../shared/data/event-patterns)");
        return;
    };
    let files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    let wrong: Vec<String> = files
        .iter()
        .filter_map(|file| {
            let (name, case) = (file.file_stem().unwrap().to_string_lossy(), read(file));
            let (due, verdict) = (due(&name), verdict(&case));
            (due != verdict).then(|| format!("{name}: {verdict:?}, not {due:?}: {}", case["EventPattern"]))
        })
        .collect();
    assert!(files.len() > 150, "only {} cases", files.len());
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), files.len(), wrong.join("\n"));
}
