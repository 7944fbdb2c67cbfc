//! `greenroom d1`: what it prints, what it stores, and that a running app sees it. The texts are wrangler's.

use greenroom_tests::{Finished, Project, Server, greenroom};
use serde_json::{Value, json};

const KEYS: &str = r#""d1_databases": [{ "binding": "DB", "database_name": "notes", "database_id": "d" }, { "binding": "OTHER" }]"#;

const CODE: &str = r"
    export default {
      async fetch(request, env) {
        const statement = env.DB.prepare(await request.text());
        return Response.json(await statement.all().then(({ results, meta }) => ({ results, size: meta.size_after }), (error) => error.message));
      },
    };";

fn project() -> Project {
    Project::configured(KEYS, CODE)
}

fn run(project: &Project, arguments: &[&str]) -> Finished {
    greenroom(project, &[&["d1"], arguments].concat())
}

/// The command, which has to succeed; what it printed.
fn d1(project: &Project, arguments: &[&str]) -> String {
    let done = run(project, arguments);
    assert_eq!(done.code, Some(0), "{arguments:?}: {done:?}");
    done.stdout
}

/// The command, which has to fail; what it said.
fn refused(project: &Project, arguments: &[&str]) -> String {
    let done = run(project, arguments);
    assert_eq!(done.code, Some(1), "{arguments:?}: {done:?}");
    done.stderr
}

/// The rows of each statement.
fn rows(project: &Project, sql: &str) -> Value {
    let said = d1(project, &["execute", "DB", "--json", "--command", sql]);
    let results: Value = serde_json::from_str(&said).unwrap_or_else(|error| panic!("no JSON ({error}): {said}"));
    results.as_array().into_iter().flatten().map(|result| result["results"].clone()).collect()
}

fn ask(server: &Server, sql: &str) -> Value {
    server.request("POST", "/", &[], sql.as_bytes()).json()
}

#[test]
fn commands_are_executed_as_one_transaction_and_answered_each() {
    let project = project();
    let said = d1(&project, &["execute", "notes", "--command", "SELECT 1 AS a; SELECT 'x' AS b, x'0102' AS c -- last"]);
    let (words, json) = said.split_at(said.find('[').expect("JSON follows"));
    assert_eq!(words, "🌀 Executing on local database notes (d) from .greenroom/state/d1:\n🚣 2 commands executed successfully.\n");
    let results: Value = serde_json::from_str(json).expect("it is JSON");
    assert_eq!(results[0]["results"], json!([{ "a": 1 }]));
    assert_eq!(results[1]["results"], json!([{ "b": "x", "c": "[1, 2]" }]));
    assert!(results[1]["success"] == true && results[1]["meta"]["duration"].is_number(), "{results}");
    let said = refused(&project, &["execute", "DB", "--command", "CREATE TABLE t (a); SELECT nope"]);
    assert!(said.contains("error: no such column: nope at offset 7: SQLITE_ERROR"), "{said}");
    assert_eq!(rows(&project, "SELECT name FROM sqlite_master"), json!([[]]));
}

#[test]
fn an_error_for_programs_has_wranglers_shape() {
    let done = run(&project(), &["execute", "DB", "--json", "--command", "SELECT nope"]);
    assert_eq!((done.code, done.stderr.as_str()), (Some(1), ""));
    assert_eq!(done.json(), json!({ "error": { "text": "no such column: nope at offset 7: SQLITE_ERROR" } }));
}

#[test]
fn a_file_with_a_wrong_statement_says_where_and_nothing_of_it_is_kept() {
    let project = project();
    project.write("bad.sql", "CREATE TABLE t (a);\nINSERT INTO t VALUES (1);\n  SELECT * FORM t;\n");
    let said = refused(&project, &["execute", "DB", "--file", "bad.sql"]);
    assert!(said.contains("error: near \"FORM\": syntax error at offset 9: SQLITE_ERROR\n  at bad.sql:3:12"), "{said}");
    assert!(said.contains("hint: nothing of the file was kept"), "{said}");
    assert_eq!(rows(&project, "SELECT name FROM sqlite_master"), json!([[]]));
    project.write("good.sql", "-- a dump\nBEGIN TRANSACTION;\nCREATE TABLE t (a);\nINSERT INTO t VALUES ('a;b');\nCOMMIT;\n");
    assert!(d1(&project, &["execute", "DB", "--file", "good.sql"]).contains("🚣 2 commands executed successfully."));
    assert_eq!(rows(&project, "SELECT * FROM t"), json!([[{ "a": "a;b" }]]));
}

#[test]
fn what_cannot_be_executed_is_told_in_wranglers_words() {
    let project = project();
    project.write("file.sqlite", b"SQLite format 3\0 and more");
    for (arguments, expected) in [
        (
            &["execute", "DB"][..],
            "error: Missing required option --command or --file. Provide a SQL command inline with --command=\"<SQL>\",",
        ),
        (&["execute", "DB", "--command", "SELECT 1", "--file", "x"], "error: Error: can't provide both --command and --file."),
        (
            &["execute", "DB", "--file", "nowhere.sql"],
            "error: Unable to read SQL text file \"nowhere.sql\". Please check the file path and try again.",
        ),
        (&["execute", "DB", "--file", "file.sqlite"], "error: Provided file is a binary SQLite database file instead of an SQL text file."),
        (&["execute", "DB", "--command", "SELECT 1", "--preview"], "error: Cannot use --preview without --remote."),
        (&["execute", "DB", "--command", "-- nothing"], "error: No SQL statements detected."),
        (&["execute", "DB", "--command", "ATTACH 'x' AS y"], "SQLITE_AUTH"),
        (&["execute", "DB", "--command", "BEGIN"], "To execute a transaction, please use"),
        (&["export", "DB", "--output", "."], "error: Please specify a file path for --output, not a directory."),
        (&["export", "DB", "--output", "x", "--no-data", "--no-schema"], "error: Cannot use --no-schema and --no-data together."),
    ] {
        let said = refused(&project, arguments);
        assert!(said.contains(expected), "{said}");
    }
    for command in [
        &["execute", "NONE", "--command", "SELECT 1"][..],
        &["info", "NONE"],
        &["export", "NONE", "--output", "x"],
        &["migrations", "list", "NONE"],
    ] {
        let said = refused(&project, command);
        assert!(said.contains("error: Couldn't find a D1 DB with the name or binding 'NONE' in your wrangler.jsonc file."), "{said}");
        assert!(said.contains("hint: the databases are: DB (notes), OTHER"), "{said}");
    }
}

#[test]
fn commands_and_a_running_app_see_what_the_other_writes() {
    let project = project();
    let server = Server::start(&project, &[]);
    assert_eq!(ask(&server, "SELECT * FROM t"), "D1_ERROR: no such table: t: SQLITE_ERROR");
    rows(&project, "CREATE TABLE t (a); INSERT INTO t VALUES ('by hand')");
    let before = ask(&server, "SELECT * FROM t");
    assert_eq!(before["results"], json!([{ "a": "by hand" }]));
    // The schema changes under statements that the app has compiled, and the size under what it has measured.
    rows(
        &project,
        "ALTER TABLE t ADD COLUMN b DEFAULT 2; INSERT INTO t VALUES (hex(zeroblob(50000)), 3); UPDATE t SET a = 'long' WHERE b = 3 AND length(a) < 9",
    );
    let after = ask(&server, "SELECT b FROM t");
    assert_eq!(after["results"], json!([{ "b": 2 }, { "b": 3 }]));
    assert!(after["size"].as_u64() > before["size"].as_u64().map(|size| size + 90_000), "{before} {after}");
    ask(&server, "DELETE FROM t WHERE b = 3");
    assert_eq!(rows(&project, "SELECT a, b FROM t"), json!([[{ "a": "by hand", "b": 2 }]]));
}

#[test]
fn migrations_are_created_listed_and_applied() {
    let project = project();
    let said = refused(&project, &["migrations", "list", "DB"]);
    assert!(
        said.contains("warning: No migrations folder found. Set `migrations_dir` in your wrangler.jsonc file to choose a different path."),
        "{said}"
    );
    assert!(said.contains("error: No migrations present at ") && said.contains("/migrations."), "{said}");
    let said = d1(&project, &["migrations", "create", "DB", "add users"]);
    assert!(
        said.contains("Ok to create ")
            && said.contains("✅ Successfully created Migration '0001_add_users.sql'!\n\nThe migration is available"),
        "{said}"
    );
    let text = std::fs::read_to_string(project.file("migrations/0001_add_users.sql")).expect("it was made");
    assert!(text.starts_with("-- Migration number: 0001 \t 2") && text.ends_with("Z\n"), "{text}");
    d1(&project, &["migrations", "create", "notes", "second"]);
    project.write("migrations/0001_add_users.sql", "CREATE TABLE user (name TEXT);");
    project.write("migrations/0002_second.sql", "INSERT INTO user VALUES ('Ann');");
    let table = "Migrations to be applied:\n┌────────────────────┐\n│ Name               │\n├────────────────────┤\n│ 0001_add_users.sql │\n├────────────────────┤\n│ 0002_second.sql    │\n└────────────────────┘\n";
    assert_eq!(d1(&project, &["migrations", "list", "DB"]), table);
    let said = d1(&project, &["migrations", "apply", "DB"]);
    assert!(
        said.contains("? About to apply 2 migration(s)\nYour database may not be available")
            && said.contains("│ 0002_second.sql    │ ✅     │"),
        "{said}"
    );
    assert_eq!(d1(&project, &["migrations", "list", "DB"]), "✅ No migrations to apply!\n");
    assert_eq!(d1(&project, &["migrations", "apply", "DB"]), "✅ No migrations to apply!\n");
    assert_eq!(
        rows(&project, "SELECT name FROM user; SELECT name FROM d1_migrations"),
        json!([[{ "name": "Ann" }], [{ "name": "0001_add_users.sql" }, { "name": "0002_second.sql" }]])
    );
    assert_eq!(Server::start(&project, &[]).ready()["notes"], json!([]));
}

#[test]
fn a_migration_that_fails_half_way_is_named_and_those_before_it_stay() {
    let project = project();
    project.write("migrations/0001_first.sql", "CREATE TABLE t (x);");
    project.write("migrations/0002_bad.sql", "INSERT INTO t VALUES (1);\nINSERT INTO nowhere VALUES (2);");
    project.write("migrations/0003_never.sql", "CREATE TABLE u (x);");
    let done = run(&project, &["migrations", "apply", "DB"]);
    assert_eq!(done.code, Some(1), "{done:?}");
    assert!(done.stderr.contains("error: migration `0002_bad.sql` failed: no such table: nowhere: SQLITE_ERROR"), "{done:?}");
    assert!(done.stderr.contains("at migrations/0002_bad.sql:2:1") && done.stderr.contains("hint: nothing of it was kept"), "{done:?}");
    for (name, mark) in [("0001_first.sql", "✅"), ("0002_bad.sql  ", "❌"), ("0003_never.sql", "🕒")] {
        assert!(done.stdout.contains(&format!("│ {name} │ {mark}     │")), "{done:?}");
    }
    assert_eq!(rows(&project, "SELECT * FROM t; SELECT name FROM d1_migrations"), json!([[], [{ "name": "0001_first.sql" }]]));
    let listed = run(&project, &["migrations", "list", "DB", "--json"]).json();
    assert_eq!(listed, json!(["0002_bad.sql", "0003_never.sql"]));
}

#[test]
fn migrations_that_would_not_be_found_are_not_created() {
    let keys = r#""d1_databases": [{ "binding": "DB", "database_id": "d", "migrations_dir": "drizzle", "migrations_pattern": "drizzle/*/migration.sql" }]"#;
    let project = Project::configured(keys, CODE);
    project.write("drizzle/0003_init/migration.sql", "CREATE TABLE t (a);");
    let said = refused(&project, &["migrations", "create", "DB", "more"]);
    assert!(said.contains("`0004_more.sql`, which `migrations_pattern` does not match: `*/migration.sql`"), "{said}");
    let said = refused(&project, &["migrations", "create", "DB", "a/b"]);
    assert!(
        said.contains("error: The migration name \"a/b\" contains a path separator (\"/\" or \"\\\"). Please remove this and try again."),
        "{said}"
    );
    assert!(d1(&project, &["migrations", "apply", "DB"]).contains("│ 0003_init/migration.sql │ ✅     │"));
}

#[test]
fn what_is_exported_can_be_executed_elsewhere() {
    let project = project();
    rows(
        &project,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, b BLOB); INSERT INTO t (b) VALUES (x'00ff'), (NULL); CREATE VIEW v AS SELECT id FROM t",
    );
    let said = d1(&project, &["export", "DB", "--output", "out.sql"]);
    assert_eq!(said, "🌀 Exporting local database DB (d) from .greenroom/state/d1:\n🌀 Exporting SQL to out.sql...\nDone!\n");
    d1(&project, &["execute", "OTHER", "--file", "out.sql"]);
    d1(&project, &["export", "OTHER", "--output", "again.sql"]);
    let read = |name: &str| std::fs::read_to_string(project.file(name)).expect("it was made");
    assert_eq!(read("again.sql"), read("out.sql"));
    d1(&project, &["export", "DB", "--output", "only.sql", "--no-schema", "--table", "t"]);
    assert_eq!(
        read("only.sql"),
        "PRAGMA defer_foreign_keys=TRUE;\nINSERT INTO \"t\" (\"id\",\"b\") VALUES(1,X'00ff');\nINSERT INTO \"t\" (\"id\",\"b\") VALUES(2,NULL);"
    );
    rows(&project, "CREATE VIRTUAL TABLE doc USING fts5(body)");
    let said = refused(&project, &["export", "DB", "--output", "none.sql"]);
    assert!(said.contains("error: D1 Export error: cannot export databases with Virtual Tables (fts5)"), "{said}");
    assert!(!project.file("none.sql").exists());
}

#[test]
fn databases_are_listed_and_described() {
    let project = project();
    rows(&project, "CREATE TABLE t (a); CREATE TABLE u (a)");
    let listed = run(&project, &["list", "--json"]).json();
    let shown =
        |uuid: &str, name: &str, binding: &str, stored: bool| json!({ "uuid": uuid, "name": name, "binding": binding, "stored": stored });
    assert_eq!(listed, json!([shown("d", "notes", "DB", true), shown("OTHER", "", "OTHER", false)]));
    assert!(d1(&project, &["list"]).contains("│ d     │ notes │ DB      │ true   │"));
    let info = run(&project, &["info", "notes", "--json"]).json();
    assert_eq!((&info["uuid"], &info["name"], &info["num_tables"]), (&json!("d"), &json!("notes"), &json!(2)));
    assert!(info["database_size"].as_u64().is_some_and(|size| size > 0), "{info}");
    assert!(d1(&project, &["info", "DB"]).contains("│ num_tables    │ 2"));
}
