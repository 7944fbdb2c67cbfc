//! What is stored: where it is, how long it lasts, and what happens when it cannot be used.

use std::path::PathBuf;

use greenroom_tests::{Project, Server};
use serde_json::json;

const KEYS: &str = r#""kv_namespaces": [{ "binding": "KV", "id": "k" }], "d1_databases": [{ "binding": "DB", "database_name": "notes", "database_id": "d" }]"#;

const CODE: &str = r#"
    export default {
      async fetch(request, env) {
        const sql = await request.text();
        if (sql !== "") return Response.json(await env.DB.prepare(sql).all().then((all) => all.results, (error) => error.message));
        const before = await env.KV.get("key");
        await env.KV.put("key", `${Number(before ?? 0) + 1}`);
        return new Response(before);
      },
    };"#;

fn project() -> Project {
    Project::configured(KEYS, CODE)
}

fn query(server: &Server, sql: &str) -> serde_json::Value {
    server.request("POST", "/", &[], sql.as_bytes()).json()
}

/// The file in which the server says that it keeps the binding's state.
fn place(project: &Project, server: &Server, binding: &str) -> PathBuf {
    let bindings = server.ready()["bindings"].as_array().expect("bindings").clone();
    let found = bindings.iter().find(|known| known["name"] == binding).expect("the binding is in the banner");
    project.file(found["place"].as_str().expect("it has a place"))
}

#[test]
fn what_was_stored_is_there_after_a_restart_even_after_a_kill() {
    let project = project();
    for (round, signal) in ["INT", "KILL", "TERM"].into_iter().enumerate() {
        let mut server = Server::start(&project, &[]);
        let before = if round == 0 { String::new() } else { round.to_string() };
        assert_eq!(server.get("/").text(), before);
        if round == 0 {
            query(&server, "CREATE TABLE t (x)");
        }
        query(&server, &format!("INSERT INTO t VALUES ({round})"));
        assert_eq!(query(&server, "SELECT count(*) AS n FROM t"), json!([{ "n": round + 1 }]));
        for binding in ["KV", "DB"] {
            let place = place(&project, &server, binding);
            assert!(place.starts_with(project.file(".greenroom/state")) && place.is_file(), "{}", place.display());
        }
        server.signal(signal);
        server.wait();
    }
}

#[test]
fn an_ephemeral_run_leaves_nothing_and_sees_nothing_of_the_disk() {
    let project = project();
    assert_eq!(Server::start(&project, &[]).get("/").text(), "");
    for _ in 0..2 {
        let server = Server::start(&project, &["--ephemeral"]);
        assert_eq!(server.get("/").text(), "");
        assert!(
            server.ready()["bindings"].as_array().is_some_and(|all| all.iter().all(|binding| binding["place"] == "memory")),
            "{}",
            server.ready()
        );
    }
    assert_eq!(Server::start(&project, &[]).get("/").text(), "1");
    let fresh = self::project();
    let mut server = Server::start(&fresh, &["--ephemeral"]);
    assert_eq!(server.get("/").text(), "");
    server.signal("INT");
    server.wait();
    assert!(!fresh.file(".greenroom").exists());
}

#[test]
fn migrations_are_applied_once_in_order_and_said() {
    let project = project();
    project.write("migrations/0002_more.sql", "ALTER TABLE t ADD COLUMN y DEFAULT 2;");
    project.write("migrations/0001_first.sql", "CREATE TABLE t (x);\nINSERT INTO t VALUES (1);");
    let server = Server::start(&project, &[]);
    assert!(server.ready()["notes"].to_string().contains("applied 0001_first.sql, 0002_more.sql"), "{}", server.ready());
    assert_eq!(query(&server, "SELECT * FROM t"), json!([{ "x": 1, "y": 2 }]));
    drop(server);
    project.write("migrations/0003_last.sql", "INSERT INTO t VALUES (3, 4);");
    let server = Server::start(&project, &[]);
    let notes = server.ready()["notes"].to_string();
    assert!(notes.contains("applied 0003_last.sql") && !notes.contains("0001"), "{notes}");
    assert_eq!(query(&server, "SELECT * FROM t"), json!([{ "x": 1, "y": 2 }, { "x": 3, "y": 4 }]));
    assert_eq!(query(&server, "SELECT name FROM d1_migrations ORDER BY id").as_array().map(Vec::len), Some(3));
    drop(server);
    assert_eq!(Server::start(&project, &[]).ready()["notes"], json!([]));
}

#[test]
fn migrations_are_left_alone_where_that_is_asked_for() {
    let project = project();
    project.write("migrations/0001_first.sql", "CREATE TABLE t (x);");
    let server = Server::start(&project, &["--no-migrate"]);
    assert_eq!(server.ready()["notes"], json!([]));
    assert_eq!(query(&server, "SELECT * FROM t"), "D1_ERROR: no such table: t: SQLITE_ERROR");
}

#[test]
fn a_migration_that_fails_is_named_and_those_before_it_stay() {
    let project = project();
    project.write("migrations/0001_first.sql", "CREATE TABLE t (x);");
    project.write("migrations/0002_bad.sql", "INSERT INTO t VALUES (1);\nINSERT INTO nowhere VALUES (2);");
    project.write("migrations/0003_never.sql", "CREATE TABLE u (x);");
    let said = Server::try_start(&project, &[]).err().expect("it is refused");
    assert!(said.contains("error: migration `0002_bad.sql` failed: ") && said.contains("no such table: nowhere"), "{said}");
    assert!(said.contains("at migrations/0002_bad.sql:2:"), "{said}");
    assert!(said.contains("hint: nothing of it was kept") && said.contains("--no-migrate"), "{said}");
    let server = Server::start(&project, &["--no-migrate"]);
    assert_eq!(query(&server, "SELECT count(*) AS n FROM t"), json!([{ "n": 0 }]));
    assert_eq!(query(&server, "SELECT name FROM d1_migrations"), json!([{ "name": "0001_first.sql" }]));
    drop(server);
    project.write("migrations/0002_bad.sql", "INSERT INTO t VALUES (1);");
    let server = Server::start(&project, &[]);
    assert!(server.ready()["notes"].to_string().contains("applied 0002_bad.sql, 0003_never.sql"), "{}", server.ready());
    assert_eq!(query(&server, "SELECT count(*) AS n FROM t"), json!([{ "n": 1 }]));
}

#[test]
fn a_folder_of_migrations_that_is_not_there_is_told_where_it_is_configured() {
    let keys = r#""d1_databases": [{ "binding": "DB", "database_id": "d", "migrations_dir": "nowhere" }]"#;
    let server = Server::start(&Project::configured(keys, CODE), &[]);
    server.wait_errors(&["warning: ", "`nowhere`", "at wrangler.jsonc:1:", "hint: "]);
}

#[test]
fn a_data_folder_that_cannot_be_made_is_refused_by_name() {
    let project = project();
    project.write(".greenroom", "a file where the folder should be");
    let said = Server::try_start(&project, &[]).err().expect("it is refused");
    assert!(said.contains("error: the data folder cannot be made: ") && said.contains("at .greenroom/state/"), "{said}");
    assert!(said.contains("hint: make it writable, or keep nothing on disk with `--ephemeral`"), "{said}");
    assert_eq!(Server::start(&project, &["--ephemeral"]).get("/").text(), "");
}

#[test]
fn a_state_file_that_is_damaged_is_refused_by_name_and_left_as_it_is() {
    for binding in ["KV", "DB"] {
        let project = project();
        let file = file_of(&project, binding);
        std::fs::write(&file, [7; 8192]).expect("the file can be written");
        let said = Server::try_start(&project, &[]).err().expect("it is refused");
        let name = file.strip_prefix(project.path()).expect("it is in the project").display().to_string();
        assert!(said.contains("error: this state file cannot be used: ") && said.contains(&format!("at {name}")), "{said}");
        assert!(said.contains("hint: the file is damaged; move it away to start empty"), "{said}");
        assert_eq!(std::fs::read(&file).expect("it is still there"), [7; 8192]);
    }
}

#[test]
fn a_state_file_of_a_newer_version_is_refused_by_name() {
    let project = project();
    let file = file_of(&project, "KV");
    std::fs::write(&file, empty_database(99)).expect("the file can be written");
    let said = Server::try_start(&project, &[]).err().expect("it is refused");
    assert!(said.contains("error: this state file has version 99, newer than this program knows: "), "{said}");
    assert!(said.contains("at .greenroom/state/kv/") && said.contains("hint: use the version of greenroom that wrote it"), "{said}");
    assert_eq!(&std::fs::read(&file).expect("it is still there")[60..64], 99_u32.to_be_bytes());
}

/// Where the binding's state will be: a run makes the file, which is then taken away.
fn file_of(project: &Project, binding: &str) -> PathBuf {
    let mut server = Server::start(project, &[]);
    let file = place(project, &server, binding);
    server.signal("INT");
    server.wait();
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{ending}", file.display()));
    }
    file
}

/// An SQLite database without tables whose `user_version` is `version`: <https://www.sqlite.org/fileformat2.html#the_database_header>.
fn empty_database(version: u32) -> Vec<u8> {
    let mut page = vec![0; 4096];
    page[..16].copy_from_slice(b"SQLite format 3\0");
    // Page size, format versions, reserved bytes and fractions of the payload.
    page[16..24].copy_from_slice(&[0x10, 0, 1, 1, 0, 64, 32, 32]);
    for (offset, number) in [(24, 1), (28, 1), (44, 4), (56, 1), (60, version), (92, 1), (96, 3_050_000)] {
        page[offset..offset + 4].copy_from_slice(&number.to_be_bytes());
    }
    // The root of the schema: a leaf without cells, whose cells would begin at the end of the page.
    page[100] = 13;
    page[105..107].copy_from_slice(&[0x10, 0]);
    page
}
