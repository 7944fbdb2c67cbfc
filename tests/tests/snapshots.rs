//! The state of a run copied, put back and emptied, over the wire and by the command line.

use std::sync::atomic::{AtomicBool, Ordering};

use greenroom_tests::{Client, Project, Server, binary, greenroom, resident, wait_for};
use serde_json::{Value, json};

const BINDINGS: &str = r#""kv_namespaces": [{ "binding": "KV", "id": "k" }], "d1_databases": [{ "binding": "DB", "database_name": "notes", "database_id": "d" }]"#;

const MIGRATION: &str = "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT);";

/// Keeps a number in both services; `/read` reads them one after the other.
const CODE: &str = r#"
    let requests = 0;
    export default { async fetch(request, env) {
        const { pathname, searchParams } = new URL(request.url);
        const note = () => env.DB.prepare("SELECT max(id) AS n FROM note").first("n");
        if (pathname === "/requests") return Response.json(++requests);
        if (pathname === "/write") {
            const n = Number(searchParams.get("n"));
            await env.KV.put("n", String(n));
            await env.DB.prepare("INSERT INTO note VALUES (?, ?)").bind(n, "x".repeat(Number(searchParams.get("length") ?? 1))).run();
            return new Response("written");
        }
        if (pathname === "/temporary") {
            await env.KV.put("temporary", "here", { expirationTtl: 60 });
            return new Response("written");
        }
        if (pathname === "/temporary/read") return new Response(await env.KV.get("temporary"));
        const read = async () => Number(await env.KV.get("n"));
        return Response.json([await read(), await note(), await read(), await note()]);
    } };
"#;

fn project() -> Project {
    let project = Project::configured(BINDINGS, CODE);
    project.write("migrations/0001_notes.sql", MIGRATION);
    project
}

/// A server that keeps files, and one that keeps nothing.
fn both() -> impl Iterator<Item = (Project, Server)> {
    [&[][..], &["--ephemeral"]].into_iter().map(|arguments| {
        let project = project();
        let server = Server::start(&project, arguments);
        (project, server)
    })
}

fn write(server: &Server, n: u32) {
    assert_eq!(server.get(&format!("/write?n={n}")).text(), "written");
}

fn read(server: &Server) -> Value {
    server.get("/read").json()
}

fn snapshot(server: &Server, name: &str) -> Value {
    server.control().post("/v1/state/snapshots", json!({ "name": name }))
}

fn restore(server: &Server, name: &str) -> Value {
    server.control().post("/v1/state/restore", json!({ "name": name }))
}

#[test]
fn what_was_there_comes_back() {
    for (_project, server) in both() {
        write(&server, 1);
        let taken = snapshot(&server, "one");
        let resources: Vec<_> =
            taken["apps"][0]["resources"].as_array().unwrap().iter().map(|one| (&one["service"], &one["resource"])).collect();
        assert_eq!(resources, [(&json!("d1"), &json!("d")), (&json!("kv"), &json!("k"))], "{taken}");
        for n in 2..5 {
            write(&server, n);
            assert_eq!(read(&server), json!([n, n, n, n]));
            assert_eq!(restore(&server, "one")["snapshot"]["name"], "one");
            assert_eq!(read(&server), json!([1, 1, 1, 1]));
        }
        let list = server.control().get("/v1/state/snapshots");
        assert_eq!(list["snapshots"], json!([taken]));
    }
}

#[test]
fn under_load_nothing_is_lost_and_no_request_sees_half() {
    for (_project, server) in both() {
        // Restored in rising order, what is read can only rise: a service that is swapped before the other shows as a fall.
        let last = 20;
        for n in 1..=last {
            write(&server, n);
            snapshot(&server, &n.to_string());
        }
        restore(&server, "1");
        let over = AtomicBool::new(false);
        let read = |client: Client| {
            let mut count = 0;
            while !over.load(Ordering::Relaxed) {
                let reply = client.get("/read");
                assert_eq!(reply.status, 200, "{}", reply.text());
                let seen: Vec<u64> = reply.json().as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).collect();
                assert!(seen.is_sorted(), "{seen:?}");
                count += 1;
            }
            count
        };
        let counts = std::thread::scope(|scope| {
            let readers: Vec<_> = (0..4).map(|_| scope.spawn(|| read(server.client()))).collect();
            for n in 2..=last {
                restore(&server, &n.to_string());
            }
            over.store(true, Ordering::Relaxed);
            readers.into_iter().map(|reader| reader.join().unwrap()).collect::<Vec<u32>>()
        });
        assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
    }
}

#[test]
fn guests_go_on_unless_they_are_to_be_restarted() {
    for (_project, server) in both() {
        snapshot(&server, "empty");
        assert_eq!([server.get("/requests").json(), server.get("/requests").json()], [1, 2]);
        restore(&server, "empty");
        assert_eq!(server.get("/requests").json(), 3);
        server.control().post("/v1/state/restore", json!({ "name": "empty", "restart": true }));
        assert_eq!(server.get("/requests").json(), 1);
        server.control().post("/v1/state/reset", json!({ "restart": true }));
        assert_eq!(server.get("/requests").json(), 1);
    }
}

#[test]
fn a_reset_leaves_migrated_databases() {
    for (_project, server) in both() {
        write(&server, 7);
        assert_eq!(server.control().post("/v1/state/reset", json!({})), json!({ "apps": ["app"] }));
        assert_eq!(read(&server), json!([0, null, 0, null]));
        write(&server, 7);
    }
}

#[test]
fn a_clock_that_stood_still_stands_there_again() {
    for (_project, server) in both() {
        let control = server.control();
        control.freeze("2027-01-01T00:00:00Z");
        assert_eq!(server.get("/temporary").text(), "written");
        assert_eq!(snapshot(&server, "soon")["at"], "2027-01-01T00:00:00.000Z");
        control.advance("1h");
        assert_eq!(server.get("/temporary/read").text(), "");
        control.post("/v1/state/restore", json!({ "name": "soon", "keep_clock": true }));
        assert_eq!(server.get("/temporary/read").text(), "");
        restore(&server, "soon");
        assert_eq!(control.get("/v1/clock")["now"], "2027-01-01T00:00:00.000Z");
        assert_eq!(server.get("/temporary/read").text(), "here");
    }
}

#[test]
fn the_position_in_the_journal_is_kept() {
    let (_project, server) = both().next().unwrap();
    assert_eq!(snapshot(&server, "before")["event"], Value::Null);
    write(&server, 1);
    let event = snapshot(&server, "after")["event"].clone();
    assert!(event.as_str().is_some_and(|id| !id.is_empty()), "{event}");
}

#[test]
fn what_cannot_be_done_is_told() {
    for (_project, server) in both() {
        let control = server.control();
        write(&server, 1);
        snapshot(&server, "before login");
        let long = "x".repeat(101);
        let cases = [
            ("POST", "/v1/state/snapshots", json!({ "name": "../x" }), 400, "a snapshot cannot be named `../x`: it starts with a `.`"),
            ("POST", "/v1/state/snapshots", json!({ "name": "a/b" }), 400, "a snapshot cannot be named `a/b`: it has a character"),
            ("POST", "/v1/state/snapshots", json!({ "name": "" }), 400, "a snapshot cannot be named ``: it is empty"),
            ("POST", "/v1/state/snapshots", json!({ "name": long }), 400, "a snapshot cannot be named `xxx"),
            ("POST", "/v1/state/snapshots", json!({}), 400, "the body is not as it should be: missing field `name`"),
            ("POST", "/v1/state/snapshots", json!({ "name": "before login" }), 409, "there is a snapshot `before login` already"),
            ("POST", "/v1/state/restore", json!({ "name": "before logn" }), 404, "there is no snapshot `before logn`"),
            ("POST", "/v1/state/restore", json!({ "name": ".." }), 400, "a snapshot cannot be named `..`"),
            ("DELETE", "/v1/state/snapshots/..%2f..%2fstate", Value::Null, 400, "a snapshot cannot be named `../../state`"),
            ("DELETE", "/v1/state/snapshots/other", Value::Null, 404, "there is no snapshot `other`"),
            ("GET", "/v1/state/diff?from=x", Value::Null, 404, "there is no snapshot `x`"),
            ("GET", "/v1/state/diff", Value::Null, 400, "Failed to deserialize query string: missing field `from`"),
            ("POST", "/v1/state/export", json!({ "file": "x" }), 400, "`file`: `x` is no path from the root"),
            ("POST", "/v1/state/import", json!({ "file": "/no/such" }), 400, "/no/such: there is no such file"),
        ];
        for (method, path, body, status, message) in cases {
            let reply = control.ask(method, path, &body);
            let said = reply.json()["error"]["message"].as_str().unwrap_or_default().to_owned();
            assert!(reply.status == status && said.starts_with(message), "{method} {path} {body}: {} {said}", reply.status);
        }
        let reply = control.ask("POST", "/v1/state/restore", &json!({ "name": "before logn" }));
        assert_eq!(reply.json()["error"]["hint"], "did you mean `before login`?");
        assert_eq!(read(&server), json!([1, 1, 1, 1]));
    }
}

#[test]
fn the_command_line_does_all_of_it_with_a_run_and_without() {
    let project = project();
    let server = Server::start(&project, &[]);
    let run = |arguments: &[&str]| {
        let output = greenroom(&project, &[&["state"], arguments].concat());
        assert_eq!(output.code, Some(0), "{arguments:?}: {}", output.stderr);
        output.stdout.trim().to_owned()
    };
    assert_eq!(run(&["list"]), "there are no snapshots; `greenroom state snapshot NAME` makes one");
    write(&server, 1);
    assert!(run(&["snapshot", "one"]).starts_with("kept `one`: 2 databases, "));
    write(&server, 2);
    let differs = "app: d1 d changed\n  note: 1 → 2\n    + 2\napp: kv k changed\n  keys: 1 → 1\n    ~ n";
    assert_eq!(run(&["diff", "one"]), differs);
    run(&["snapshot", "two words"]);
    assert_eq!(run(&["diff", "one", "two words"]), differs);
    assert!(run(&["restore", "one"]).starts_with("restored `one`"));
    assert_eq!((run(&["diff", "one"]), read(&server)), ("nothing differs".to_owned(), json!([1, 1, 1, 1])));
    run(&["export", "carried", "--snapshot", "two words"]);
    assert_eq!(run(&["reset"]), "emptied the state of `app`");
    let refused = greenroom(&project, &["state", "snapshot", "one"]);
    assert!(refused.code == Some(1) && refused.stderr.contains("write over it with `--force`"), "{}", refused.stderr);
    drop(server);

    assert!(run(&["list", "--json"]).contains(r#""name":"two words""#));
    assert!(run(&["restore", "one"]).starts_with("restored `one`"));
    run(&["snapshot", "three"]);
    assert_eq!(run(&["diff", "one", "three"]), "nothing differs");
    assert_eq!(run(&["delete", "three"]), "deleted `three`");
    assert!(run(&["import", "carried", "--name", "three"]).contains("`greenroom state restore three` puts it in place"));
    assert!(run(&["diff", "one", "three"]).contains("note: 1 → 2"));
    let refused = greenroom(&project, &["state", "reset", "--restart"]);
    assert!(refused.code == Some(1) && refused.stderr.contains("nothing runs in this folder"), "{}", refused.stderr);
    let unknown = greenroom(&project, &["state", "restore", "thre"]);
    assert!(unknown.code == Some(1) && unknown.stderr.contains("did you mean `three`?"), "{}", unknown.stderr);
    assert_eq!(read(&Server::start(&project, &[])), json!([1, 1, 1, 1]));
    assert_eq!(run(&["reset"]), "emptied the state of `app`");
    assert_eq!(read(&Server::start(&project, &[])), json!([0, null, 0, null]));
}

#[test]
fn a_snapshot_is_carried_from_files_into_memory() {
    let project = project();
    let server = Server::start(&project, &[]);
    write(&server, 5);
    let file = project.file("carried");
    server.control().post("/v1/state/export", json!({ "file": file }));
    drop(server);
    let elsewhere = Server::start(&project, &["--ephemeral"]);
    assert_eq!(elsewhere.control().post("/v1/state/import", json!({ "file": file }))["name"], "exported");
    restore(&elsewhere, "exported");
    assert_eq!(read(&elsewhere), json!([5, 5, 5, 5]));
    write(&elsewhere, 6);
}

#[test]
fn a_run_of_several_apps_is_one_state() {
    let project = Project::empty();
    for name in ["one", "two"] {
        let configuration = format!(r#"{{ "name": "{name}", "main": "index.js", "compatibility_date": "2026-08-01", {BINDINGS} }}"#);
        project.write(&format!("{name}/wrangler.jsonc"), configuration).write(&format!("{name}/index.js"), CODE);
        project.write(&format!("{name}/migrations/0001_notes.sql"), MIGRATION);
    }
    for more in [&[][..], &["--ephemeral"]] {
        let server = Server::start(&project, &[&["one", "two"], more].concat());
        let clients = ["one", "two"].map(|name| server.app(name));
        let numbers = |clients: &[Client; 2]| clients.map(|client| client.get("/read").json()[0].clone());
        assert_eq!(clients[0].get("/write?n=1").text() + &clients[1].get("/write?n=2").text(), "writtenwritten");
        let taken = snapshot(&server, "both");
        assert_eq!((&taken["apps"][0]["app"], &taken["apps"][1]["app"]), (&json!("one"), &json!("two")));
        server.control().post("/v1/state/reset", json!({}));
        assert_eq!(numbers(&clients), [0, 0]);
        restore(&server, "both");
        assert_eq!(numbers(&clients), [1, 2]);
        assert_eq!(server.control().post("/v1/state/reset", json!({}))["apps"], json!(["one", "two"]));
        assert_eq!(server.control().ask("DELETE", "/v1/state/snapshots/both", &Value::Null).status, 200);
    }
}

/// How often to restore: `GREENROOM_RESTORES` for more than a quick look.
fn rounds() -> usize {
    std::env::var("GREENROOM_RESTORES").ok().and_then(|text| text.parse().ok()).unwrap_or(60)
}

#[test]
fn restores_leak_nothing() {
    for (project, server) in both() {
        for n in 0..10 {
            assert_eq!(server.get(&format!("/write?n={n}&length=100000")).text(), "written");
        }
        snapshot(&server, "full");
        let descriptors = || std::fs::read_dir(format!("/proc/{}/fd", server.pid())).unwrap().count();
        let memory = || resident(server.pid());
        let round = || {
            assert_eq!(server.get("/write?n=100&length=100000").text(), "written");
            restore(&server, "full");
        };
        (0..20).for_each(|_| round());
        let (open, before) = (descriptors(), memory());
        (0..rounds()).for_each(|_| round());
        assert_eq!(read(&server), json!([9, 9, 9, 9]));
        // Connections may be closed a moment after their last answer.
        wait_for("descriptors to be closed", || (descriptors() <= open + 2).then_some(()));
        // A leak of the state itself would be a megabyte each time.
        assert!(memory() <= before + 15_000_000, "{} bytes, {before} before", memory());
        let left = |folder: &str| {
            let entries = std::fs::read_dir(project.file(folder)).into_iter().flatten().flatten();
            entries
                .map(|entry| entry.file_name().into_string().unwrap())
                .filter(|name| name.contains("new") || name.contains("old"))
                .count()
        };
        assert_eq!(left(".greenroom") + left(".greenroom/snapshots"), 0);
    }
}

#[test]
fn a_full_disk_leaves_no_half_of_a_snapshot() {
    let project = project();
    let server = Server::start(&project, &[]);
    for n in 1..=10 {
        assert_eq!(server.get(&format!("/write?n={n}&length=100000")).text(), "written");
    }
    drop(server);
    // A disk of its own for snapshots, smaller than the state.
    std::fs::create_dir(project.file(".greenroom/snapshots")).unwrap();
    let script = r#"mount -t tmpfs -o size=400k tmpfs .greenroom/snapshots || exit 77
        "$0" state snapshot first; echo "code $?"; ls -A .greenroom/snapshots"#;
    let mut command = std::process::Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", script]).arg(binary()).current_dir(project.path());
    let Ok(output) = command.output() else { return eprintln!("skipped: there is no unshare") };
    let [said, errors] = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    if output.status.code() == Some(77) || errors.starts_with("unshare:") {
        return eprintln!("skipped: no disk of its own can be had here: {errors}");
    }
    assert_eq!(said, "code 1\n", "{errors}");
    assert!(errors.contains("full") && errors.contains("make room on the disk; the state is as it was"), "{errors}");
    assert_eq!(read(&Server::start(&project, &[])), json!([10, 10, 10, 10]));
}
