//! The test clients, each by tests in its own language: the Rust one here, the others by their runners.

use std::path::{Path, PathBuf};
use std::process::Command;

use greenroom_test::{Put, Room, Start, attach};
use greenroom_tests::{Project, binary, python, repository};
use serde_json::json;

/// pytest with the plugin of the client, which is not installed.
const PYTEST: &[&str] = &["-m", "pytest", "-q", "-p", "greenroom_test.pytest_plugin", "-p", "no:cacheprovider"];

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
    for (key, words) in [("", "cannot be empty"), (".", "\".\" is not allowed"), ("..", "\"..\" is not allowed")] {
        let refusals = [links.get(key).unwrap_err(), links.put(key, "").unwrap_err(), links.delete(key).unwrap_err()];
        assert!(refusals.iter().all(|refused| refused.code == "refused" && refused.message.contains(words)), "{key}: {refusals:?}");
    }
    links.put("../x", "dots").unwrap();
    assert_eq!(links.get("../x").unwrap().as_deref(), Some("dots"));
    assert_eq!(room.kv("LINK").keys().unwrap_err().hint.as_deref(), Some("of kind `kv_namespace` it has: `LINKS`"));
    let db = room.d1("DB");
    db.query("INSERT INTO visits VALUES (?, ?)", &[json!("a"), json!(1)]).unwrap();
    assert_eq!(db.query("SELECT * FROM visits", &[]).unwrap(), [json!({ "link": "a", "at": 1 })]);
    assert_eq!(db.run("DELETE FROM visits", &[]).unwrap()["meta"]["changes"], 1);
    links.put("here", "https://docs.example/").unwrap();
    let answer = room.get("/here").unwrap();
    assert_eq!((answer.status, answer.header("location")), (302, Some("https://docs.example/")));
    links.put("%C3%BC", "https://docs.example/").unwrap();
    assert!(["/ü", "/%C3%BC", "/ü?q=ä b"].iter().all(|path| room.get(path).unwrap().status == 302));
}

#[test]
fn rust_branches_leave_to_files_what_they_said() {
    let project = links();
    project.write("greenroom.toml", "outbound_default = \"deny\"\n");
    let room = start(&project);
    let outbound = || room.control().ask("GET", "/v1/outbound", serde_json::Value::Null).unwrap();
    let before = outbound();
    let branch = room.branch().unwrap();
    room.outbound().pass_others().unwrap();
    assert_eq!((&outbound()["default"], &outbound()["set_default"]), (&json!("pass"), &json!("pass")));
    drop(branch);
    assert_eq!((&outbound(), &before["set_default"]), (&before, &serde_json::Value::Null));
    let denied = room.request("PUT", "/x", &[], b"http://127.0.0.1:1/").unwrap().text();
    assert!(denied.contains("all else is denied"), "the file of the app says so: {denied}");
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

#[test]
fn rust_reloads_and_queues() {
    let project = links();
    let room = start(&project);
    assert!(!room.app("links").unwrap().reload().unwrap(), "nothing has changed");
    let code = std::fs::read_to_string(project.file("index.js")).expect("the code is there");
    project.write("index.js", format!("{code}\n// Another version.\n"));
    room.app("links").unwrap().reload().unwrap();
    let orders = room.queue("orders");
    let refusals =
        [orders.send("hello").unwrap_err(), orders.peek(1).unwrap_err(), orders.purge().unwrap_err(), orders.redrive().unwrap_err()];
    assert!(refusals.iter().all(|refused| refused.code == "not-found" && refused.message == "this run has no queues"), "{refusals:?}");
    assert_eq!((room.queues().unwrap(), orders.counts().unwrap_err().code.as_str()), (Vec::new(), "not-found"));
    room.get("/none").unwrap();
    let asked = room.expect_event(json!({ "kind": "http.request", "summary": "GET /none" })).unwrap();
    let trace = room.events().trace(asked["trace"].as_str().unwrap()).unwrap();
    assert_eq!(trace.iter().map(|event| &event["id"]).collect::<Vec<_>>(), [&asked["id"]]);
}

/// Runs a program that tests, with what it needs to find the program under test and the app of the examples.
fn passes(command: &mut Command, app: &Project) {
    let output = command.env("GREENROOM_BIN", binary()).env("GREENROOM_EXAMPLE_APP", app.path()).env_remove("GREENROOM_CONTROL");
    let output = output.env("PYTHONDONTWRITEBYTECODE", "1").output();
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

/// The example of a README, which has it word for word but for the folder of the app.
fn example(language: &str, name: &str) -> String {
    let folder = repository().join("harness").join(language);
    let read = |path: PathBuf| std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let (readme, example) = (read(folder.join("README.md")), read(folder.join("examples").join(name)));
    let told = example.replace("../harness/app", "../app");
    assert!(readme.contains(&format!("\n{}\n```\n", told.trim_end())), "harness/{language}/README.md has another example than {name}");
    example
}

/// `greenroom exec -- …` in the app's folder.
fn exec(app: &Project, command: &[&str]) -> Command {
    let mut exec = Command::new(binary());
    exec.args(["exec", "--"]).args(command).current_dir(app.path());
    exec
}

#[test]
fn example_in_javascript() {
    let app = links();
    app.write("links.test.mjs", example("javascript", "links.test.mjs"));
    app.link_client();
    passes(&mut exec(&app, &["node", "--test", "links.test.mjs"]), &app);
    // And with a run of its own.
    passes(Command::new("node").args(["--test", "links.test.mjs"]).current_dir(app.path()), &app);
}

#[test]
fn example_in_vitest_and_the_types() {
    const IMPORT: &str = r#"import { afterAll as after, afterEach, test } from "vitest";"#;
    let app = Project::copy_of(&repository().join("harness/javascript"));
    if !app.install_all() {
        return;
    }
    let readme = std::fs::read_to_string(app.file("README.md")).expect("there is a README");
    assert!(readme.contains(IMPORT), "README tells of another import: {IMPORT}");
    let example = example("javascript", "links.test.mjs");
    app.write("examples/links.test.mjs", example.replace(r#"import { after, afterEach, test } from "node:test";"#, IMPORT));
    app.link_client();
    let links = links();
    let folder = links.path().to_str().expect("a path of text");
    let mut vitest = Command::new(binary());
    vitest.args(["exec", folder, "--", "npx", "vitest", "run", "--no-file-parallelism", "examples"]).current_dir(app.path());
    passes(&mut vitest, &links);
    let options = ["--noEmit", "--strict", "--target", "es2024", "--module", "nodenext", "--lib", "es2024,esnext.disposable,dom"];
    passes(Command::new("npx").arg("tsc").args(options).arg("test/types.mts").current_dir(app.path()), &links);
}

#[test]
fn example_in_python() {
    let Some(python) = python() else { return };
    let app = links();
    app.write("test_links.py", example("python", "test_links.py"));
    let python = python.display().to_string();
    let pytest = [&[python.as_str()], PYTEST, &["test_links.py"]].concat();
    let path = repository().join("harness/python/src");
    passes(exec(&app, &pytest).env("PYTHONPATH", &path), &app);
    // And with a run of its own.
    passes(Command::new(&python).args(&pytest[1..]).current_dir(app.path()).env("PYTHONPATH", &path), &app);
}

/// It is compiled into this program, which runs it as `cargo test` would: once with a run of its own, which takes the program from
/// `GREENROOM_BIN`, and once with that of `greenroom exec`.
#[path = "../../harness/rust/examples/links.rs"]
mod rust_example;

#[test]
fn example_in_rust() {
    example("rust", "links.rs");
    let this = std::env::current_exe().expect("a test has a path");
    passes(&mut exec(&links(), &[this.to_str().expect("a path of text"), "--exact", "rust_example::links"]), &links());
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
    let mut pytest = Command::new(python);
    pytest.args(PYTEST).args(files(&folder.join("tests"), ".py")).env("PYTHONPATH", folder.join("src"));
    pytest.current_dir(&folder);
    passes(&mut pytest, &links());
}
