//! `Intl` and the methods that answer by locale, held against what workerd answered to the same cases (`specs/intl/record.mjs` records that
//! again). What is known to differ is in `specs/intl/known.json`, with its reasons; a case there that starts to agree fails the test, too.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use greenroom_tests::{Project, Server, binary, repository};
use serde::Deserialize;
use serde_json::{Map, Value};

/// Cases that are known to differ. A name is `class/locale/case`; a `*` in it stands for any text.
#[derive(Deserialize)]
struct Known {
    engines: Vec<String>,
    reason: String,
    cases: Vec<String>,
}

#[derive(Default)]
struct Score {
    passed: usize,
    total: usize,
}

#[test]
fn intl_answers_as_workerd_does() {
    let folder = repository().join("tests/specs/intl");
    let server = Server::start(&Project::copy_of(&folder), &["--ephemeral"]);
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    let mut differences = BTreeMap::new();
    for (class, locale, expected) in recorded(&folder) {
        let seen = server.get(&format!("/{class}/{locale}")).json();
        let score = scores.entry(class.clone()).or_default();
        for (case, answer) in &expected {
            let same = seen.get(case.as_str()) == Some(answer);
            score.passed += usize::from(same);
            score.total += 1;
            if !same {
                let here = seen.get(case.as_str()).unwrap_or(&Value::Null);
                differences.insert(format!("{class}/{locale}/{case}"), format!("workerd {answer}, here {here}"));
            }
        }
    }
    let total: usize = scores.values().map(|score| score.total).sum();
    assert!(total > 30_000, "only {total} answers");
    for (class, Score { passed, total }) in &scores {
        println!("{class}: {passed}/{total}");
    }
    let problems = against_known(&folder, &differences);
    assert!(problems.is_empty(), "{} of {total} answers:\n{}", problems.len(), problems.join("\n"));
}

#[test]
fn what_is_not_there_is_not_answered_with_something_else() {
    let worker = r#"
        const asked = (calendar) => {
          try {
            const format = new Intl.DateTimeFormat("en", { calendar, dateStyle: "long", timeZone: "UTC" });
            return `${format.resolvedOptions().calendar}: ${format.format(new Date(Date.UTC(2026, 1, 3)))}`;
          } catch (error) {
            return String(error);
          }
        };
        const usual = ["Collator", "DateTimeFormat", "NumberFormat", "PluralRules"].map((name) => new Intl[name]().resolvedOptions().locale);
        export default { fetch: () => Response.json([asked("islamic"), asked("islamic-rgsa"), asked("islamic-tbla"), usual.join()]) };"#;
    let server = Server::start(&Project::worker(worker), &["--ephemeral"]);
    let lacking = |calendar: &str| format!("RangeError: Intl.DateTimeFormat: the calendar {calendar} is not emulated");
    let of_the_moon = |calendar: &str| match engine().as_str() {
        "quickjs" => lacking(calendar),
        _ => format!("{calendar}: Shaʻban 16, 1447 AH"),
    };
    let usual = ["en-US"; 4].join(",");
    let expected = serde_json::json!([of_the_moon("islamic"), of_the_moon("islamic-rgsa"), "islamic-tbla: Shaʻban 16, 1447 AH", usual]);
    assert_eq!(server.get("/").json(), expected);
}

/// Class, locale and answers by case.
fn recorded(folder: &Path) -> Vec<(String, String, Map<String, Value>)> {
    let files = std::fs::read_dir(folder.join("expected")).expect("answers are recorded").flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = files.collect();
    files.sort();
    let mut all = Vec::new();
    for file in files {
        let class = file.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let text = std::fs::read(&file).expect("a file of answers can be read");
        let locales: BTreeMap<String, Map<String, Value>> = serde_json::from_slice(&text).expect("answers are JSON");
        all.extend(locales.into_iter().map(|(locale, answers)| (class.clone(), locale, answers)));
    }
    all
}

/// What differs and is not known to, and what is known to differ and does not.
fn against_known(folder: &Path, differences: &BTreeMap<String, String>) -> Vec<String> {
    let text = std::fs::read(folder.join("known.json")).expect("the list of known differences can be read");
    let known: Vec<Known> = serde_json::from_slice(&text).expect("the list of known differences is JSON");
    let engine = engine();
    let mut unexplained: BTreeSet<&String> = differences.keys().collect();
    let mut problems = Vec::new();
    for entry in known.iter().filter(|entry| entry.engines.contains(&engine)) {
        for pattern in &entry.cases {
            let before = unexplained.len();
            unexplained.retain(|name| !matches(pattern, name));
            if unexplained.len() == before {
                problems.push(format!("{pattern} agrees now; it is listed in known.json ({})", entry.reason));
            }
        }
    }
    problems.extend(unexplained.iter().map(|name| format!("{name}: {}", differences[*name])));
    problems
}

fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let mut parts = parts.peekable();
    let Some(_) = parts.peek() else { return rest.is_empty() };
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

/// The engine of the binary under test, as it names it itself.
fn engine() -> String {
    let output = std::process::Command::new(binary()).arg("--version").output().expect("the binary runs");
    let text = String::from_utf8_lossy(&output.stdout);
    if text.contains("quickjs") { "quickjs".to_owned() } else { "v8".to_owned() }
}
