//! A database as SQL text, and back.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use greenroom_d1::{D1Database, DumpOptions, Format, Query};
use greenroom_host::{Clock, Host, Ids, Profile, Timestamp};

const SCHEMA: &str = r#"
    CREATE TABLE note (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, body BLOB, score REAL, anything);
    CREATE TABLE "odd name" ("a b" TEXT, doubled INTEGER GENERATED ALWAYS AS (length("a b") * 2) STORED, twice AS (doubled * 2));
    CREATE TABLE link (note INTEGER REFERENCES note(id) ON DELETE CASCADE, tag TEXT, PRIMARY KEY (note, tag)) WITHOUT ROWID;
    CREATE TABLE strictly (i INTEGER, a ANY) STRICT;
    CREATE UNIQUE INDEX note_title ON note (title COLLATE NOCASE) WHERE score > 0;
    CREATE VIEW titles AS SELECT id, title FROM note;
    CREATE TABLE log (what TEXT);
    INSERT INTO note (title, body, score, anything) VALUES ('it''s
two lines' || char(13) || 'three', x'00ff10', 1.0, 1.0), ('', x'', 1e300, 9223372036854775807), ('zero' || char(0) || 'inside', NULL, 9e999, -9e999),
        (CAST(x'61ff62' AS TEXT), NULL, 0.1, 'text'), ('last', NULL, -1.5e-9, x'01');
    DELETE FROM note WHERE title = 'last';
    INSERT INTO "odd name" ("a b") VALUES ('x'), ('äöü🙈');
    INSERT INTO link VALUES (1, 'b'), (1, 'a'), (2, 'a');
    INSERT INTO strictly VALUES (1, 1.0), (2, 'x');
    CREATE TRIGGER note_log AFTER INSERT ON note BEGIN INSERT INTO log VALUES ('added; ' || new.title); SELECT 1; END;
    CREATE TRIGGER titles_insert INSTEAD OF INSERT ON titles BEGIN INSERT INTO note (title) VALUES (new.title); END;"#;

fn database() -> D1Database {
    let host = Host::new(Clock::frozen(Timestamp(1_700_000_000_000)), Ids::from_seed(1), Profile::Relaxed, None);
    D1Database::open(&host, "test").unwrap()
}

async fn all(database: &D1Database, sql: &str) -> String {
    let answer = database.query(Query { sql: sql.to_owned(), params: Vec::new() }, Format::Rows).await.unwrap();
    String::from_utf8(answer.results).unwrap()
}

async fn dump(database: &D1Database, options: DumpOptions) -> String {
    database.dump(options).await.unwrap()
}

/// Everything that a database holds, with the types of its values.
async fn contents(database: &D1Database) -> Vec<String> {
    let mut seen =
        vec![all(database, "SELECT type, name, tbl_name, replace(sql, 'IF NOT EXISTS ', '') FROM sqlite_schema ORDER BY name").await];
    for (table, columns) in [
        ("note", "quote(id), hex(title), quote(body), typeof(score), score, typeof(anything), quote(anything)"),
        ("\"odd name\"", "*"),
        ("link", "*"),
        ("strictly", "i, typeof(a), a"),
        ("log", "*"),
        ("sqlite_sequence", "*"),
        ("titles", "count(*)"),
    ] {
        seen.push(all(database, &format!("SELECT {columns} FROM {table} ORDER BY 1")).await);
    }
    seen
}

#[tokio::test]
async fn what_is_exported_and_imported_is_the_same() {
    let from = database();
    from.script(SCHEMA.to_owned()).await.unwrap();
    let text = dump(&from, DumpOptions::default()).await;
    let to = database();
    to.script(text.clone()).await.unwrap();
    assert_eq!(contents(&to).await, contents(&from).await);
    assert_eq!(dump(&to, DumpOptions::default()).await, text);
}

#[tokio::test]
async fn the_text_is_that_of_wrangler() {
    let database = database();
    database
        .script(
            "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT, b BLOB, r REAL);
        INSERT INTO t (a, b, r) VALUES ('it''s
two', x'00ff', 1.0), (NULL, NULL, 1e21);
        CREATE TABLE \"Quoted\" (a INTEGER, g AS (a + 1));
        INSERT INTO \"Quoted\" (a) VALUES (5);
        CREATE INDEX ti ON t (a);
        CREATE VIEW v AS SELECT a FROM t;
        CREATE TRIGGER tg AFTER INSERT ON t BEGIN UPDATE t SET r = 2; END;"
                .to_owned(),
        )
        .await
        .unwrap();
    let schema = [
        "PRAGMA defer_foreign_keys=TRUE;",
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT, b BLOB, r REAL);",
        "CREATE TABLE IF NOT EXISTS \"Quoted\" (a INTEGER, g AS (a + 1));",
        "DELETE FROM sqlite_sequence;",
        "CREATE INDEX ti ON t (a);",
        "CREATE TRIGGER tg AFTER INSERT ON t BEGIN UPDATE t SET r = 2; END;",
        "CREATE VIEW v AS SELECT a FROM t;",
    ];
    let rows = [
        "INSERT INTO \"t\" (\"id\",\"a\",\"b\",\"r\") VALUES(1,replace('it''s\\ntwo','\\n',char(10)),X'00ff',1);",
        "INSERT INTO \"t\" (\"id\",\"a\",\"b\",\"r\") VALUES(2,NULL,NULL,1e+21);",
        "INSERT INTO \"Quoted\" (\"a\") VALUES(5);",
        "INSERT INTO \"sqlite_sequence\" (\"name\",\"seq\") VALUES('t',2);",
    ];
    let whole = [schema[0], schema[1], rows[0], rows[1], schema[2], rows[2], schema[3], rows[3], schema[4], schema[5], schema[6]];
    assert_eq!(dump(&database, DumpOptions::default()).await, whole.join("\n"));
    let no_data = DumpOptions { no_data: true, ..DumpOptions::default() };
    assert_eq!(dump(&database, no_data).await, schema.join("\n"));
    let no_schema = DumpOptions { no_schema: true, ..DumpOptions::default() };
    assert_eq!(dump(&database, no_schema).await, [&[schema[0]][..], &rows[..]].concat().join("\n"));
    let only = DumpOptions { tables: vec!["Quoted".to_owned(), "v".to_owned()], ..DumpOptions::default() };
    assert_eq!(dump(&database, only).await, [schema[0], schema[2], rows[2], schema[6]].join("\n"));
}

#[tokio::test]
async fn virtual_tables_cannot_be_exported() {
    let database = database();
    database.script("CREATE TABLE t (a); CREATE VIRTUAL TABLE doc USING fts5(body)".to_owned()).await.unwrap();
    let error = database.dump(DumpOptions::default()).await.unwrap_err();
    assert_eq!(error.to_string(), "D1 Export error: cannot export databases with Virtual Tables (fts5)");
    let only = DumpOptions { tables: vec!["t".to_owned()], ..DumpOptions::default() };
    assert_eq!(dump(&database, only).await, "PRAGMA defer_foreign_keys=TRUE;\nCREATE TABLE t (a);");
}

#[tokio::test]
async fn a_text_that_fails_says_where_and_leaves_nothing() {
    let database = database();
    let sql = "CREATE TABLE t (a);\n-- and\nINSERT INTO t VALUES (1);\nINSERT INTO nowhere VALUES (2);\nSELECT 1";
    let failure = database.script(sql.to_owned()).await.unwrap_err();
    assert_eq!((failure.to_string().as_str(), &sql[failure.offset..][..11]), ("no such table: nowhere: SQLITE_ERROR", "INSERT INTO"));
    let sql = "SELECT 1;\nSELECT * FORM t;";
    let failure = database.script(sql.to_owned()).await.unwrap_err();
    assert_eq!(failure.to_string(), "near \"FORM\": syntax error at offset 9: SQLITE_ERROR");
    assert_eq!(&sql[failure.offset..], "FORM t;");
    assert_eq!(all(&database, "SELECT count(*) FROM sqlite_schema").await, r#"{"columns":["count(*)"],"rows":[[0]]}"#);
    for (sql, expected) in [
        ("-- nothing\n/* at all */;", "No SQL statements detected."),
        (
            "BEGIN TRANSACTION; COMMIT; BEGIN TRANSACTION; COMMIT;",
            "Wrangler could not process the provided SQL file, as it contains several",
        ),
        ("SELECT 1; BEGIN", "To execute a transaction, please use the state.storage.transaction()"),
    ] {
        let said = database.script(sql.to_owned()).await.unwrap_err().to_string();
        assert!(said.starts_with(expected), "{said}");
    }
    let answers = database.script("BEGIN TRANSACTION;\nCREATE TABLE t (a);\nCOMMIT;".to_owned()).await.unwrap();
    assert_eq!(answers.len(), 1);
}
