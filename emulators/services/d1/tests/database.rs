//! A database through its handle.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::path::Path;

use greenroom_d1::{Answer, D1Database, D1Error, Format, Param, Query};
use greenroom_host::{Clock, Host, Ids, Profile, Timestamp};

fn host(folder: Option<&Path>) -> Host {
    Host::new(Clock::frozen(Timestamp(1_700_000_000_000)), Ids::from_seed(1), Profile::Relaxed, folder.map(Path::to_owned))
}

fn database() -> D1Database {
    D1Database::open(&host(None), "test").unwrap()
}

fn query(sql: &str) -> Query {
    with(sql, Vec::new())
}

fn with(sql: &str, params: Vec<Param>) -> Query {
    Query { sql: sql.to_owned(), params }
}

async fn run(database: &D1Database, sql: &str) -> Result<Answer, D1Error> {
    database.query(query(sql), Format::Objects).await
}

async fn objects(database: &D1Database, sql: &str) -> String {
    String::from_utf8(run(database, sql).await.unwrap().results).unwrap()
}

async fn error(database: &D1Database, sql: &str) -> String {
    run(database, sql).await.unwrap_err().to_string()
}

async fn table(database: &D1Database) {
    run(database, "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT UNIQUE)").await.unwrap();
}

#[tokio::test]
async fn results_come_in_three_shapes() {
    let database = database();
    let sql = "SELECT 1 AS a, 'x' AS b, 2.5 AS a UNION ALL SELECT NULL, x'0a', 7";
    let shapes = [
        (Format::Objects, r#"[{"a":1,"b":"x","a":2.5},{"a":null,"b":[10],"a":7}]"#),
        (Format::Rows, r#"{"columns":["a","b","a"],"rows":[[1,"x",2.5],[null,[10],7]]}"#),
        (Format::First, r#"{"a":1,"b":"x","a":2.5}"#),
    ];
    for (format, expected) in shapes {
        let answer = database.query(query(sql), format).await.unwrap();
        assert_eq!(String::from_utf8(answer.results).unwrap(), expected);
    }
    let none = [(Format::Objects, "[]"), (Format::Rows, r#"{"columns":["a"],"rows":[]}"#), (Format::First, "null")];
    for (format, expected) in none {
        let answer = database.query(query("SELECT 1 AS a WHERE 0"), format).await.unwrap();
        assert_eq!(String::from_utf8(answer.results).unwrap(), expected);
    }
}

#[tokio::test]
async fn meta_tells_what_a_write_changed() {
    let database = database();
    let made = run(&database, "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT UNIQUE)").await.unwrap().meta;
    assert!(made.changed_db && made.changes == 0 && made.size_after > 0);
    let insert = with("INSERT INTO item (name) VALUES (?), (?) RETURNING id", vec![Param::Text(b"a".to_vec()), Param::Text(b"b".to_vec())]);
    let wrote = database.query(insert, Format::Objects).await.unwrap();
    assert_eq!((wrote.meta.changes, wrote.meta.last_row_id, wrote.meta.changed_db), (2, 2, true));
    assert_eq!(wrote.results, br#"[{"id":1},{"id":2}]"#);
    let read = run(&database, "SELECT * FROM item").await.unwrap().meta;
    assert_eq!((read.changes, read.changed_db, read.rows_read, read.rows_written), (0, false, 2, 0));
    assert_eq!(read.size_after, wrote.meta.size_after);
}

#[tokio::test]
async fn rows_survive_on_disk_and_not_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    for data_dir in [Some(folder.path()), None] {
        table(&D1Database::open(&host(data_dir), "kept").unwrap()).await;
        let again = D1Database::open(&host(data_dir), "kept").unwrap();
        assert_eq!(run(&again, "SELECT * FROM item").await.is_ok(), data_dir.is_some());
    }
    assert!(folder.path().join("state/d1/kept.sqlite").exists());
}

#[tokio::test]
async fn a_batch_is_one_transaction() {
    let database = database();
    table(&database).await;
    let insert = |name: &str| with("INSERT INTO item (name) VALUES (?)", vec![Param::Text(name.into())]);
    let answers = database.batch(vec![insert("a"), query("  "), query("SELECT name FROM item")], Format::Objects).await.unwrap();
    assert_eq!(answers.len(), 2, "blank queries have no answer");
    assert_eq!(answers[1].results, br#"[{"name":"a"}]"#);
    let failed = database.batch(vec![insert("b"), insert("a"), insert("c")], Format::Objects).await.unwrap_err();
    let text = "UNIQUE constraint failed: item.name: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE)";
    assert_eq!(failed.to_string(), text);
    assert_eq!(objects(&database, "SELECT name FROM item").await, r#"[{"name":"a"}]"#);
    let empty = database.batch(Vec::new(), Format::Objects).await.unwrap_err();
    assert_eq!(empty.to_string(), "No SQL statements detected.");
}

#[tokio::test]
async fn a_statement_that_fails_half_way_leaves_nothing() {
    let database = database();
    table(&database).await;
    for conflict in ["", "OR FAIL", "OR ROLLBACK"] {
        let sql = format!("INSERT {conflict} INTO item (name) VALUES ('a'), ('b'), ('a')");
        assert!(error(&database, &sql).await.starts_with("UNIQUE constraint failed"));
        assert_eq!(objects(&database, "SELECT * FROM item").await, "[]", "{conflict}");
    }
}

#[tokio::test]
async fn a_deferred_foreign_key_is_checked_when_the_batch_ends() {
    let database = database();
    table(&database).await;
    run(&database, "CREATE TABLE part (item INTEGER REFERENCES item(id))").await.unwrap();
    assert!(error(&database, "INSERT INTO part VALUES (1)").await.starts_with("FOREIGN KEY constraint failed: SQLITE_CONSTRAINT"));
    let defer = || vec![query("PRAGMA defer_foreign_keys = on"), query("INSERT INTO part VALUES (1)")];
    let failed = database.batch(defer(), Format::Objects).await.unwrap_err().to_string();
    assert_eq!(failed, "FOREIGN KEY constraint failed: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_FOREIGNKEY)");
    assert_eq!(objects(&database, "SELECT * FROM part").await, "[]");
    let mut whole = defer();
    whole.push(query("INSERT INTO item (id) VALUES (1)"));
    database.batch(whole, Format::Objects).await.unwrap();
    run(&database, "PRAGMA foreign_keys = off").await.unwrap();
    assert_eq!(objects(&database, "PRAGMA foreign_keys").await, r#"[{"foreign_keys":1}]"#);
}

#[tokio::test]
async fn several_statements_in_one_answer_with_the_last() {
    let database = database();
    table(&database).await;
    let sql = "INSERT INTO item (name) VALUES ('a'); INSERT INTO item (name) VALUES ('b;c'); SELECT name FROM item WHERE id = ?";
    let answer = database.query(with(sql, vec![Param::Number(2.0)]), Format::Objects).await.unwrap();
    assert_eq!((answer.results, answer.meta.changes), (br#"[{"name":"b;c"}]"#.to_vec(), 2));
    let text = "When executing multiple SQL statements in a single call, only the last statement can have parameters.";
    let early = with("SELECT ?; SELECT 1", vec![Param::Null]);
    assert_eq!(database.query(early, Format::Objects).await.unwrap_err().to_string(), text);
    assert_eq!(error(&database, "DELETE FROM item; SELECT nope FROM item").await, "no such column: nope at offset 7: SQLITE_ERROR");
    assert_eq!(objects(&database, "SELECT count(*) AS n FROM item").await, r#"[{"n":2}]"#);
    assert_eq!(error(&database, "SELECT 1; -- done").await, "SQL code did not contain a statement.");
}

#[tokio::test]
async fn exec_runs_lines_and_undoes_them_together() {
    let database = database();
    let lines = |text: &str| text.split('\n').map(str::to_owned).collect::<Vec<_>>();
    let done =
        database.exec(lines("CREATE TABLE a (b)\n\n   -- comment\nINSERT INTO a VALUES (1); INSERT INTO a VALUES (2);")).await.unwrap();
    assert_eq!(done.count, 2);
    let failed = database.exec(lines("INSERT INTO a VALUES (3)\nSELECT\n1")).await.unwrap_err();
    assert_eq!(failed.to_string(), "incomplete input: SQLITE_ERROR");
    assert_eq!(objects(&database, "SELECT count(*) AS n FROM a").await, r#"[{"n":2}]"#);
}

#[tokio::test]
async fn parameters_are_counted_and_numbers_are_reals() {
    let database = database();
    let text = "Wrong number of parameter bindings for SQL query.";
    assert_eq!(error(&database, "SELECT ?").await, text);
    let answer = database.query(with("SELECT ? AS a, typeof(?1) AS b", vec![Param::Number(5.0)]), Format::Objects).await.unwrap();
    assert_eq!(answer.results, br#"[{"a":5,"b":"real"}]"#);
    let gap = database.query(with("SELECT ?3", vec![Param::Null]), Format::Objects).await.unwrap_err();
    assert_eq!(gap.to_string(), text);
}

#[tokio::test]
async fn errors_have_position_and_code() {
    let database = database();
    table(&database).await;
    let cases = [
        ("SELEC 1", "near \"SELEC\": syntax error at offset 0: SQLITE_ERROR"),
        ("  \n SELECT nope FROM item", "no such column: nope at offset 11: SQLITE_ERROR"),
        ("SELECT * FROM nowhere", "no such table: nowhere: SQLITE_ERROR"),
        ("INSERT INTO item (id) VALUES ('x')", "datatype mismatch: SQLITE_MISMATCH"),
        ("", "No SQL statements detected."),
        ("-- nothing", "SQL code did not contain a statement."),
        (";", "SQL code did not contain a statement."),
    ];
    for (sql, expected) in cases {
        assert_eq!(error(&database, sql).await, expected, "{sql}");
    }
}

#[tokio::test]
async fn limits_are_those_of_the_vendor() {
    let database = database();
    let columns = |count: usize| (0..count).map(|n| format!("c{n}")).collect::<Vec<_>>().join(", ");
    run(&database, &format!("CREATE TABLE wide ({})", columns(100))).await.unwrap();
    let long = |length: usize| format!("SELECT 1{}", " ".repeat(length - 8));
    run(&database, &long(100_000)).await.unwrap();
    let cases = [
        (long(100_001), "statement too long: SQLITE_TOOBIG"),
        (format!("CREATE TABLE wider ({})", columns(101)), "too many columns on wider: SQLITE_ERROR"),
        (format!("SELECT {}", ["?"; 101].join(",")), "too many SQL variables at offset 207: SQLITE_ERROR"),
        (format!("SELECT 'a' LIKE '{}'", "a".repeat(51)), "LIKE or GLOB pattern too complex: SQLITE_ERROR"),
        (["SELECT 1"; 6].join(" UNION "), "too many terms in compound SELECT: SQLITE_ERROR"),
        ("SELECT zeroblob(5000000)".to_owned(), "string or blob too big: SQLITE_TOOBIG"),
    ];
    for (sql, expected) in cases {
        assert_eq!(error(&database, &sql).await, expected);
    }
}

#[tokio::test]
async fn what_d1_forbids_is_refused() {
    let database = database();
    table(&database).await;
    for sql in ["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT a", "RELEASE a", "SELECT 1; BEGIN"] {
        assert!(error(&database, sql).await.starts_with("To execute a transaction, please use the state.storage.transaction()"), "{sql}");
    }
    let unauthorized = [
        "ATTACH DATABASE ':memory:' AS other",
        "DETACH DATABASE main",
        "CREATE TEMP TABLE t (a)",
        "CREATE TABLE _cf_t (a)",
        "CREATE VIRTUAL TABLE t USING dbstat",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA user_version = 5",
        "PRAGMA writable_schema = ON",
        "PRAGMA integrity_check",
    ];
    for sql in unauthorized {
        assert_eq!(error(&database, sql).await, "not authorized: SQLITE_AUTH", "{sql}");
    }
    assert_eq!(
        error(&database, "SELECT sqlite_version()").await,
        "not authorized to use function: sqlite_version at offset 7: SQLITE_ERROR"
    );
    assert_eq!(error(&database, "VACUUM").await, "cannot VACUUM from within a transaction: SQLITE_ERROR");
    assert_eq!(error(&database, "DELETE FROM sqlite_master").await, "table sqlite_master may not be modified: SQLITE_ERROR");
    // A refusal of one kind does not colour the next.
    assert!(error(&database, "BEGIN").await.starts_with("To execute"));
    assert_eq!(error(&database, "PRAGMA page_count").await, "not authorized: SQLITE_AUTH");
}

#[tokio::test]
async fn what_d1_allows_works() {
    let database = database();
    table(&database).await;
    let allowed = [
        "PRAGMA table_info(item)",
        "PRAGMA table_list",
        "PRAGMA index_list(item)",
        "PRAGMA quick_check",
        "PRAGMA optimize",
        "ANALYZE",
        "REINDEX",
        "CREATE VIRTUAL TABLE doc USING fts5(body)",
        "INSERT INTO doc VALUES ('the quick fox')",
        "SELECT highlight(doc, 0, '<', '>') FROM doc WHERE doc MATCH 'quick'",
        "ALTER TABLE item RENAME COLUMN name TO title",
        "ALTER TABLE item ADD COLUMN more",
        "ALTER TABLE item DROP COLUMN more",
        "CREATE TRIGGER t AFTER INSERT ON item BEGIN INSERT INTO doc VALUES (new.title); DELETE FROM doc WHERE rowid < 0; END",
        "EXPLAIN QUERY PLAN SELECT * FROM item",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4) SELECT i FROM n",
        "SELECT json_group_array(value ->> 'a') FROM json_each('[{\"a\":1}]')",
    ];
    for sql in allowed {
        run(&database, sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}

#[tokio::test]
async fn bookmarks_grow_with_writes_and_with_restarts() {
    let host = host(None);
    let database = D1Database::open(&host, "test").unwrap();
    let before = database.bookmark();
    table(&database).await;
    let after = database.bookmark();
    run(&database, "SELECT 1").await.unwrap();
    assert!(before < after && after == database.bookmark(), "{before} {after}");
    host.clock.freeze(Some(host.clock.now() + std::time::Duration::from_secs(1)));
    assert!(D1Database::open(&host, "test").unwrap().bookmark() > after);
}

#[test]
fn a_damaged_file_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state/d1/bad.sqlite");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, vec![7; 4096]).unwrap();
    let error = D1Database::open(&host(Some(folder.path())), "bad").err().unwrap();
    assert_eq!(error.file.as_deref(), Some(path.as_path()));
}

#[tokio::test]
async fn production_holds_the_numbers_of_its_page_of_limits() {
    let open = |profile| D1Database::open(&Host::new(Clock::frozen(Timestamp(0)), Ids::from_seed(1), profile, None), "test").unwrap();
    let arguments = |count: usize| format!("SELECT max({}) AS a", vec!["1"; count].join(","));
    for (profile, bytes, most) in [(Profile::Production, 2_000_000, 32), (Profile::Relaxed, 4 * 1024 * 1024, 127)] {
        let database = open(profile);
        assert_eq!(objects(&database, &format!("SELECT length(zeroblob({bytes})) AS a")).await, format!("[{{\"a\":{bytes}}}]"));
        assert_eq!(
            error(&database, &format!("SELECT length(zeroblob({})) AS a", bytes + 1)).await,
            "string or blob too big: SQLITE_TOOBIG"
        );
        assert_eq!(objects(&database, &arguments(most)).await, "[{\"a\":1}]");
        assert!(error(&database, &arguments(most + 1)).await.starts_with("too many arguments on function max"));
    }
}
