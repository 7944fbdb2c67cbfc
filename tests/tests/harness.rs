//! The test clients, each by tests in its own language: the Rust one here, the others by their runners.

use std::path::{Path, PathBuf};
use std::process::Command;

use greenroom_test::{Put, Room, Start, attach};
use greenroom_tests::{Project, binary, python, repository};
use serde_json::json;

/// The app of the examples, in a folder of its own.
fn links() -> Project {
    Project::copy_of(&repository().join("harness/app"))
}

fn start(project: &Project) -> Room {
    Start::new(project.path()).program(binary()).frozen_at("2027-01-01T00:00:00Z").start().expect("it starts")
}

#[test]
fn rust_time() {
    let project = links();
    let room = start(&project);
    let clock = room.clock();
    assert_eq!((clock.now().unwrap().as_str(), clock.is_frozen().unwrap()), ("2027-01-01T00:00:00.000Z", true));
    let advanced = clock.advance("1h 30m").unwrap();
    assert_eq!((advanced.to.as_str(), advanced.count), ("2027-01-01T01:30:00.000Z", 0));
    clock.advance_to("2027-01-02").unwrap();
    assert_eq!(clock.advance_to("2027-01-01").unwrap_err().code, "backwards");
    assert_eq!(clock.pending().unwrap(), []);
    clock.resume().unwrap();
    let running = clock.next().unwrap_err();
    assert!(running.code == "not-frozen" && running.to_string().contains("\nhint: freeze it first"), "{running}");
    clock.freeze_now().unwrap();
    assert!(clock.is_frozen().unwrap());
    clock.freeze("2027-01-01").unwrap();
    assert_eq!(clock.now().unwrap(), "2027-01-01T00:00:00.000Z");
}

#[test]
fn rust_services() {
    let project = links();
    let room = start(&project);
    let links = room.kv("LINKS");
    assert_eq!(links.get("none").unwrap(), None);
    let put = Put { expiration_ttl: Some(60), metadata: Some(json!({ "who": "Zoë" })), ..Put::default() };
    links.put_with("a/b ü?&", "text", &put).unwrap();
    let entry = links.entry("a/b ü?&").unwrap().unwrap();
    assert_eq!((entry.value.as_slice(), &entry.metadata), (&b"text"[..], &json!({ "who": "Zoë" })));
    links.put("bytes", [0, 255]).unwrap();
    assert_eq!(links.keys().unwrap(), ["a/b ü?&", "bytes"]);
    room.clock().advance("60s").unwrap();
    assert_eq!(links.list("a", None).unwrap().keys, Vec::<serde_json::Value>::new());
    links.delete("bytes").unwrap();
    assert_eq!(links.keys().unwrap(), Vec::<String>::new());
    let refused = links.put_with("key", "", &Put { expiration_ttl: Some(1), ..Put::default() }).unwrap_err();
    assert_eq!((refused.code.as_str(), refused.status), ("refused", 422));
    assert_eq!(room.kv("LINK").keys().unwrap_err().hint.as_deref(), Some("of kind `kv_namespace` it has: `LINKS`"));
    let db = room.d1("DB");
    db.query("INSERT INTO visits VALUES (?, ?)", &[json!("a"), json!(1)]).unwrap();
    assert_eq!(db.query("SELECT * FROM visits", &[]).unwrap(), [json!({ "link": "a", "at": 1 })]);
    assert_eq!(db.run("DELETE FROM visits", &[]).unwrap()["meta"]["changes"], 1);
    links.put("here", "https://docs.example/").unwrap();
    let answer = room.get("/here").unwrap();
    assert_eq!((answer.status, answer.header("location")), (302, Some("https://docs.example/")));
}

#[test]
fn rust_runs() {
    let project = links();
    let room = start(&project);
    let joined = attach(room.control().url()).unwrap();
    assert_eq!((joined.url(), joined.apps().len()), (room.url(), 1));
    drop(joined);
    assert_eq!(room.app("links").unwrap().request("GET", "/none", &[], b"").unwrap().status, 404);
    assert_eq!(room.app("shop").unwrap_err().message, "no app of this run is named shop; there are: links");
    let url = room.control().url().to_owned();
    drop(room);
    assert_eq!(attach(&url).unwrap_err().code, "unreachable");
    let told = Start::new("/nowhere").program(binary()).start().unwrap_err();
    assert!(told.message.starts_with("the apps could not be started: error: the project folder `/nowhere` is not there"), "{told}");
    assert!(Start::new("/").program("/no/greenroom").start().unwrap_err().to_string().contains("GREENROOM_BIN"));
}

/// Runs a program that tests, with what it needs to find the program under test and the app of the examples.
fn passes(command: &mut Command, app: &Project) {
    let output = command.env("GREENROOM_BIN", binary()).env("GREENROOM_EXAMPLE_APP", app.path()).env_remove("GREENROOM_CONTROL").output();
    let output = output.expect("the program runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{command:?}\n{said}\n{}", String::from_utf8_lossy(&output.stderr));
}

/// The files in a folder whose names end so.
fn files(folder: &Path, end: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder is there").flatten().map(|entry| entry.path());
    let mut files: Vec<_> = entries.filter(|path| path.to_string_lossy().ends_with(end)).collect();
    files.sort();
    assert!(!files.is_empty(), "no tests in {}", folder.display());
    files
}

#[test]
fn javascript() {
    let tests = files(&repository().join("harness/javascript/test"), ".test.mjs");
    passes(Command::new("node").arg("--test").args(tests), &links());
}

#[test]
fn python_tests() {
    let Some(python) = python() else { return };
    let folder = repository().join("harness/python");
    let plugin = ["-m", "pytest", "-q", "-p", "greenroom_test.pytest_plugin", "-p", "no:cacheprovider"];
    let mut pytest = Command::new(python);
    pytest.args(plugin).args(files(&folder.join("tests"), ".py")).env("PYTHONPATH", folder.join("src"));
    pytest.env("PYTHONDONTWRITEBYTECODE", "1").current_dir(&folder);
    passes(&mut pytest, &links());
}
