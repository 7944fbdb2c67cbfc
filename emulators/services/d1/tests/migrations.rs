//! Migrations: order, once each, failures, and the table that wrangler reads too.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::path::Path;

use greenroom_d1::{D1Database, Format, Migrations, Query};
use greenroom_host::{Clock, Host, Ids, Position, Profile};
use tempfile::TempDir;

fn database() -> D1Database {
    D1Database::open(&Host::new(Clock::real(), Ids::from_seed(1), Profile::Relaxed, None), "test").unwrap()
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, sql) in files {
        write(folder.path(), name, sql);
    }
    folder
}

fn write(folder: &Path, name: &str, sql: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, sql).unwrap();
}

async fn rows(database: &D1Database, sql: &str) -> String {
    let query = Query { sql: sql.to_owned(), params: Vec::new() };
    String::from_utf8(database.query(query, Format::Objects).await.unwrap().results).unwrap()
}

#[tokio::test]
async fn migrations_are_applied_in_order_and_once() {
    let database = database();
    let files = folder(&[
        ("10_c.sql", "INSERT INTO item VALUES ('c')"),
        ("9_b.sql", "INSERT INTO item VALUES ('b;'); -- the second\nINSERT INTO item VALUES ('b2');\n-- end\n"),
        ("1_a.sql", "BEGIN TRANSACTION;\nCREATE TABLE item (name);\nCOMMIT;"),
        ("notes.txt", "not SQL"),
    ]);
    let migrations = Migrations::in_dir(files.path());
    let first = database.apply_migrations(&migrations).await;
    assert_eq!((first.applied, first.failed), (vec!["1_a.sql".to_owned(), "9_b.sql".to_owned(), "10_c.sql".to_owned()], None));
    assert_eq!(rows(&database, "SELECT group_concat(name) AS n FROM item").await, r#"[{"n":"b;,b2,c"}]"#);
    assert_eq!(database.apply_migrations(&migrations).await, greenroom_d1::Migrated::default());
    write(files.path(), "0011_d.sql", "DELETE FROM item");
    assert_eq!(database.apply_migrations(&migrations).await.applied, ["0011_d.sql"]);
    assert_eq!(rows(&database, "SELECT id, name FROM d1_migrations WHERE id = 4").await, r#"[{"id":4,"name":"0011_d.sql"}]"#);
}

#[tokio::test]
async fn what_wrangler_has_applied_is_not_applied_again() {
    let database = database();
    let lines = [
        r#"CREATE TABLE "my ""table"(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)"#,
        r#"INSERT INTO "my ""table" (name) values ('0001_a.sql')"#,
    ];
    database.exec(lines.map(str::to_owned).to_vec()).await.unwrap();
    let files = folder(&[("0001_a.sql", "this is not SQL"), ("0002_b.sql", "CREATE TABLE b (c)")]);
    let migrations = Migrations { table: "my \"table".to_owned(), ..Migrations::in_dir(files.path()) };
    let migrated = database.apply_migrations(&migrations).await;
    assert_eq!((migrated.applied, migrated.failed), (vec!["0002_b.sql".to_owned()], None));
}

#[tokio::test]
async fn a_migration_that_fails_is_named_and_undone_and_the_earlier_ones_stay() {
    let database = database();
    let files = folder(&[
        ("0001_a.sql", "CREATE TABLE item (name);"),
        ("0002_b.sql", "CREATE TABLE other (name);\n\nINSERT INTO item\n  VALUES (nope);\n"),
        ("0003_c.sql", "CREATE TABLE third (name);"),
    ]);
    let migrations = Migrations::in_dir(files.path());
    let migrated = database.apply_migrations(&migrations).await;
    assert_eq!(migrated.applied, ["0001_a.sql"]);
    let failed = migrated.failed.unwrap();
    assert_eq!(failed.message, "migration `0002_b.sql` failed: no such column: nope at offset 27: SQLITE_ERROR");
    assert_eq!(
        (failed.file.as_deref(), failed.position),
        (Some(files.path().join("0002_b.sql").as_path()), Some(Position { line: 4, column: 11 }))
    );
    assert_eq!(rows(&database, "SELECT name FROM sqlite_master WHERE name IN ('item', 'other', 'third')").await, r#"[{"name":"item"}]"#);
    write(files.path(), "0002_b.sql", "CREATE TABLE other (name);");
    assert_eq!(database.apply_migrations(&migrations).await.applied, ["0002_b.sql", "0003_c.sql"]);
}

#[tokio::test]
async fn a_failure_without_a_position_points_at_its_statement() {
    let database = database();
    let files = folder(&[("1.sql", "CREATE TABLE a (b UNIQUE);\nINSERT INTO a VALUES (1);\n  INSERT INTO a VALUES (1);")]);
    let failed = database.apply_migrations(&Migrations::in_dir(files.path())).await.failed.unwrap();
    assert_eq!(failed.position, Some(Position { line: 3, column: 3 }));
    assert!(failed.message.contains("UNIQUE constraint failed: a.b"), "{failed}");
    let files = folder(&[("1.sql", "CREATE TABLE a (b);\nPRAGMA journal_mode = DELETE;")]);
    let failed = database.apply_migrations(&Migrations::in_dir(files.path())).await.failed.unwrap();
    assert!(failed.message.ends_with("not authorized: SQLITE_AUTH"), "{failed}");
}

#[tokio::test]
async fn files_in_folders_follow_the_pattern() {
    let database = database();
    let files =
        folder(&[("0001_a/migration.sql", "CREATE TABLE a (b)"), ("0002_b/migration.sql", "CREATE TABLE c (d)"), ("0003.sql", "no")]);
    let migrations = Migrations { pattern: "*/migration.sql".to_owned(), ..Migrations::in_dir(files.path()) };
    assert_eq!(database.apply_migrations(&migrations).await.applied, ["0001_a/migration.sql", "0002_b/migration.sql"]);
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_an_error() {
    let failed = database().apply_migrations(&Migrations::in_dir("/not/there")).await.failed.unwrap();
    assert!(failed.message.contains("cannot be read") && failed.file.as_deref() == Some(Path::new("/not/there")), "{failed:?}");
}
