// Observations of a D1 database: each runs in order and is recorded as its value or its error. `expected.json` beside the folder of
// sources holds what workerd answers. Left out of `meta`: what depends on the machine and on how rows are counted.

import { observe } from "./observe";
import { bounds } from "./bounds";
import { conversions } from "./conversions";
import { statements } from "./statements";

interface Env {
  DB: any;
  SAME: any;
  OTHER: any;
}

const VOLATILE = ["served_by", "served_by_primary", "total_attempts", "timings", "duration", "size_after", "rows_read", "rows_written"];
const plain = (result: any) => {
  const meta = Object.fromEntries(Object.entries(result.meta).filter(([key]) => !VOLATILE.includes(key)));
  return { ...result, meta };
};
const all = async (db: any, sql: string, ...params: unknown[]) => (await db.prepare(sql).bind(...params).all()).results;
const messageOf = (error: Error) => error.message.replace(/\d{9,}/g, "N");
const repeated = (count: number, item: string, glue: string) => Array.from({ length: count }, () => item).join(glue);

const observations: Record<string, (env: Env) => unknown> = {
  // The objects themselves.
  "class of the database": ({ DB }) => DB.constructor.name,
  "class of a statement": ({ DB }) => DB.prepare("SELECT 1").constructor.name,
  "class of a session": ({ DB }) => DB.withSession().constructor.name,
  "tag": ({ DB }) => Object.prototype.toString.call(DB),
  "methods": ({ DB }) => ["prepare", "batch", "exec", "withSession", "dump", "query"].map((name) => typeof DB[name]),
  "methods of a statement": ({ DB }) => ["bind", "first", "run", "all", "raw"].map((name) => typeof DB.prepare("")[name]),
  "methods of a session": ({ DB }) => ["prepare", "batch", "getBookmark", "exec"].map((name) => typeof DB.withSession()[name]),
  "statement and parameters": ({ DB }) => [DB.prepare("SELECT ?").bind(true).statement, DB.prepare("SELECT ?").bind(true).params],
  "bind makes a new statement": ({ DB }) => {
    const statement = DB.prepare("SELECT ?");
    return [statement.bind(1) !== statement, statement.params];
  },
  "a promise": ({ DB }) => DB.prepare("SELECT 1").all() instanceof Promise,

  // exec.
  "exec create": async ({ DB }) => (await DB.exec("CREATE TABLE user (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, age REAL, data BLOB)")).count,
  "exec keys": async ({ DB }) => Object.keys(await DB.exec("SELECT 1")),
  "exec lines": async ({ DB }) => (await DB.exec("SELECT 1;\nSELECT 2;\n  SELECT 3  ")).count,
  "exec several on one line": async ({ DB }) => (await DB.exec("SELECT 1; SELECT 2;")).count,
  "exec a statement over two lines": ({ DB }) => DB.exec("SELECT\n1"),
  "exec error": ({ DB }) => DB.exec("SELECT 1;\nSELECT nothing FROM nowhere;"),
  "exec error undoes all lines": async ({ DB }) => {
    await DB.exec("CREATE TABLE undone (a);\nSELECT * FROM nowhere").catch(() => {});
    return all(DB, "SELECT name FROM sqlite_master WHERE name = 'undone'");
  },
  "exec empty": ({ DB }) => DB.exec(""),
  "exec blank lines": ({ DB }) => DB.exec("SELECT 1;\n\nSELECT 2;").then((result: any) => result.count),
  "exec comment": ({ DB }) => DB.exec("-- nothing"),
  "exec indented comment": ({ DB }) => DB.exec("SELECT 1;\n  -- nothing\nSELECT 2").then((result: any) => result.count),
  "exec without a string": ({ DB }) => DB.exec().catch((error: Error) => error.name),

  // run, all, first, raw.
  "insert": async ({ DB }) => plain(await DB.prepare("INSERT INTO user (name, age) VALUES (?, ?)").bind("Ann", 1.5).run()),
  "keys of a result": async ({ DB }) => Object.keys(await DB.prepare("SELECT 1").all()),
  "keys of meta": async ({ DB }) => Object.keys((await DB.prepare("SELECT 1").all()).meta),
  "keys of meta of run": async ({ DB }) => Object.keys((await DB.prepare("SELECT 1").run()).meta),
  "insert returning by run": async ({ DB }) =>
    plain(await DB.prepare("INSERT INTO user (name, age) VALUES (?1, ?2), ('Cid', NULL) RETURNING id, name").bind("Bob", 7).run()),
  "insert by all": async ({ DB }) => plain(await DB.prepare("INSERT INTO user (name) VALUES ('Dan')").all()),
  "insert by first": ({ DB }) => DB.prepare("INSERT INTO user (name) VALUES ('Eve') RETURNING name").first(),
  "insert by raw": ({ DB }) => DB.prepare("INSERT INTO user (name) VALUES ('Fay'), ('Gus') RETURNING id, name").raw(),
  "select": async ({ DB }) => plain(await DB.prepare("SELECT * FROM user ORDER BY id").all()),
  "select by run": async ({ DB }) => (await DB.prepare("SELECT id FROM user ORDER BY id").run()).results,
  "select nothing": async ({ DB }) => plain(await DB.prepare("SELECT * FROM user WHERE id = 99").all()),
  "select nothing raw": ({ DB }) => DB.prepare("SELECT * FROM user WHERE id = 99").raw(),
  "select nothing raw with names": ({ DB }) => DB.prepare("SELECT * FROM user WHERE id = 99").raw({ columnNames: true }),
  "raw": ({ DB }) => DB.prepare("SELECT id, name FROM user WHERE id < 3").raw(),
  "raw with names": ({ DB }) => DB.prepare("SELECT id, name FROM user WHERE id < 3").raw({ columnNames: true }),
  "raw with names off": ({ DB }) => DB.prepare("SELECT id FROM user WHERE id < 3").raw({ columnNames: false }),
  "first": ({ DB }) => DB.prepare("SELECT id, name FROM user ORDER BY id DESC").first(),
  "first of nothing": ({ DB }) => DB.prepare("SELECT * FROM user WHERE id = 99").first(),
  "first column": ({ DB }) => DB.prepare("SELECT id, name FROM user").first("name"),
  "first column of nothing": ({ DB }) => DB.prepare("SELECT id FROM user WHERE id = 99").first("name"),
  "first column null": ({ DB }) => DB.prepare("SELECT NULL AS a").first("a"),
  "first column that is not there": ({ DB }) => DB.prepare("SELECT id FROM user").first("nope"),
  "first with undefined": ({ DB }) => DB.prepare("SELECT 1 AS a").first(undefined),
  "first with null": ({ DB }) => DB.prepare("SELECT 1 AS a").first(null),
  "update": async ({ DB }) => plain(await DB.prepare("UPDATE user SET age = 3 WHERE id IN (1, 2)").run()),
  "delete": async ({ DB }) => plain(await DB.prepare("DELETE FROM user WHERE id > 5").run()),
  "delete all": async ({ DB }) => {
    await DB.exec("CREATE TABLE gone (a); INSERT INTO gone VALUES (1), (2), (3)");
    return plain(await DB.prepare("DELETE FROM gone").run());
  },
  "create table": async ({ DB }) => {
    const { changes, changed_db } = (await DB.prepare("CREATE TABLE made (a)").run()).meta;
    return { changes, changed_db };
  },
  "duplicate columns": async ({ DB }) => [
    await all(DB, "SELECT 1 AS a, 2 AS b, 3 AS a"),
    await DB.prepare("SELECT 1 AS a, 2 AS b, 3 AS a").raw({ columnNames: true }),
    await DB.prepare("SELECT 1 AS a, 2 AS b, 3 AS a").first("a"),
  ],
  "columns with odd names": ({ DB }) => all(DB, `SELECT 1 AS "b", 2 AS "1", 3 AS "with ""quotes""", 4, count(*) FROM user`),
  "column __proto__": async ({ DB }) => Object.keys((await all(DB, `SELECT 1 AS "__proto__"`))[0]),
  "numbered parameters": ({ DB }) => all(DB, "SELECT ?3 AS a, ?1 AS b, ?2 AS c, ?1 AS d", "x", "y", "z"),
  "named parameters": ({ DB }) => all(DB, "SELECT :a AS a, @b AS b, $c AS c", 1, 2, 3),
  "statement used again": async ({ DB }) => {
    const statement = DB.prepare("SELECT ? AS a");
    return [await statement.bind(1).first("a"), await statement.bind("x").first("a"), await statement.bind(null).first("a")];
  },
  "trailing semicolon and blanks": ({ DB }) => all(DB, "  SELECT 1 AS a ;  \n\t "),
  "two bindings of one id": ({ SAME }) => all(SAME, "SELECT name FROM user WHERE id = 1"),
  "another id": ({ OTHER }) => all(OTHER, "SELECT name FROM user"),

  // Values.
  "number": ({ DB }) => all(DB, "SELECT ? AS a, typeof(?1) AS t", 42),
  "fraction": ({ DB }) => all(DB, "SELECT ? AS a, typeof(?1) AS t", 0.1),
  "large number": ({ DB }) => all(DB, "SELECT ? AS a, typeof(?1) AS t", 2 ** 53 + 2),
  "very large number": ({ DB }) => all(DB, "SELECT ? AS a, typeof(?1) AS t", 1e300),
  "number in an integer column": async ({ DB }) => {
    await DB.exec("CREATE TABLE kinds (i INTEGER, r REAL, t TEXT, b BLOB, n NUMERIC, x)");
    await DB.prepare("INSERT INTO kinds VALUES (?, ?, ?, ?, ?, ?)").bind(1, 1, 1, 1, 1, 1).run();
    return all(DB, "SELECT typeof(i), typeof(r), typeof(t), typeof(b), typeof(n), typeof(x), * FROM kinds");
  },
  "text of a number": ({ DB }) => all(DB, "SELECT '' || ? AS a, CAST(?2 AS TEXT) AS b", 5, 6),
  "negative zero": ({ DB }) => all(DB, "SELECT ? AS a", -0),
  "NaN and Infinity": ({ DB }) => all(DB, "SELECT ? AS a, ? AS b, ? AS c", NaN, Infinity, -Infinity),
  "Infinity from SQL": ({ DB }) => all(DB, "SELECT 9e999 AS a, -9e999 AS b"),
  "true and false": ({ DB }) => all(DB, "SELECT ? AS a, ? AS b", true, false),
  "null": ({ DB }) => all(DB, "SELECT ? AS a", null),
  "text": ({ DB }) => all(DB, "SELECT ? AS a, length(?1) AS l", "välue 🙈\0end"),
  "lone surrogate": ({ DB }) => all(DB, "SELECT ? AS a", "a\ud800b"),
  "bytes of lone surrogates": ({ DB }) => all(DB, "SELECT ? AS a, hex(?1) AS h, length(?1) AS l", "a\ud800b\udc00\ud83d\ude48\ud83d"),
  "lone surrogates of one half": ({ DB }) => all(DB, "SELECT hex(?) AS a, hex(?) AS b, ?1 = ?2 AS same", "\ud800\ud801", "\udc00\ud800"),
  "a lone surrogate in a table": async ({ DB }) => {
    await DB.exec("CREATE TABLE halves (a TEXT)");
    await DB.batch([DB.prepare("INSERT INTO halves VALUES (?)").bind("x\udfff"), DB.prepare("INSERT INTO halves VALUES (?)").bind("x\ufffd\ufffd\ufffd")]);
    return all(DB, "SELECT a, hex(a) AS h, length(a) AS l FROM halves WHERE a = ?1 OR a > ?1", "x\udfff");
  },
  "ArrayBuffer": ({ DB }) => all(DB, "SELECT ? AS a, typeof(?1) AS t", new Uint8Array([0, 1, 255]).buffer),
  "Uint8Array": ({ DB }) => all(DB, "SELECT ? AS a", new Uint8Array([1, 2, 3]).subarray(1)),
  "Uint16Array": ({ DB }) => all(DB, "SELECT ? AS a", new Uint16Array([1, 258])),
  "Float64Array": ({ DB }) => all(DB, "SELECT ? AS a", new Float64Array([1.9])),
  "DataView": ({ DB }) => all(DB, "SELECT ? AS a, typeof(?1) AS t", new DataView(new ArrayBuffer(2))),
  "array of bytes": ({ DB }) => all(DB, "SELECT ? AS a, typeof(?1) AS t", [1, 2, 255]),
  "empty array": ({ DB }) => all(DB, "SELECT ? AS a, typeof(?1) AS t", []),
  "array of large numbers": ({ DB }) => DB.prepare("SELECT ?").bind([1, 256]),
  "array of strings": ({ DB }) => DB.prepare("SELECT ?").bind(["a"]),
  "undefined": ({ DB }) => DB.prepare("SELECT ?").bind(undefined),
  "bigint": ({ DB }) => DB.prepare("SELECT ?").bind(1n),
  "object": ({ DB }) => DB.prepare("SELECT ?").bind({ a: 1 }),
  "date": ({ DB }) => {
    try {
      DB.prepare("SELECT ?").bind(new Date(0));
    } catch (error) {
      return (error as Error).message.slice(0, 46);
    }
  },
  "function": ({ DB }) => DB.prepare("SELECT ?").bind(() => 1),
  "symbol": ({ DB }) => {
    try {
      DB.prepare("SELECT ?").bind(Symbol("s"));
    } catch (error) {
      return (error as Error).name;
    }
  },
  "integer beyond 2^53": ({ DB }) => all(DB, "SELECT 9007199254740993 AS a, 9223372036854775807 AS b, -9223372036854775808 AS c"),
  "blob from SQL": ({ DB }) => all(DB, "SELECT x'00ff10' AS a, zeroblob(2) AS b, x'' AS c"),
  "text that is not UTF-8": ({ DB }) => all(DB, "SELECT CAST(x'61ff62' AS TEXT) AS a"),
  "real from SQL": ({ DB }) => all(DB, "SELECT 1.0 AS a, 1e21 AS b, 0.1 + 0.2 AS c, -0.0 AS d"),

  // Parameters.
  "too few parameters": ({ DB }) => DB.prepare("SELECT ?, ?").bind(1).all(),
  "too many parameters": ({ DB }) => DB.prepare("SELECT ?").bind(1, 2).all(),
  "no parameters bound": ({ DB }) => DB.prepare("SELECT ?").all(),
  "a gap in numbers": ({ DB }) => DB.prepare("SELECT ?3 AS a").bind(1).all(),
  "100 parameters": async ({ DB }) =>
    (await DB.prepare(`SELECT ${repeated(100, "?", "+")} AS a`).bind(...Array.from({ length: 100 }, () => 1)).first("a")),
  "101 parameters": ({ DB }) =>
    DB.prepare(`SELECT ${repeated(101, "?", ",")}`).bind(...Array.from({ length: 101 }, () => 1)).all(),

  // Errors of SQL.
  "no such table": ({ DB }) => DB.prepare("SELECT * FROM nowhere").all(),
  "no such table by first": ({ DB }) => DB.prepare("SELECT * FROM nowhere").first(),
  "no such table by raw": ({ DB }) => DB.prepare("SELECT * FROM nowhere").raw(),
  "no such table by run": ({ DB }) => DB.prepare("SELECT * FROM nowhere").run(),
  "no such table after blanks": ({ DB }) => DB.prepare("\n   SELECT * FROM nowhere").all(),
  "no such column": ({ DB }) => DB.prepare("SELECT nope FROM user").all(),
  "syntax error": ({ DB }) => DB.prepare("SELEC 1").all(),
  "incomplete": ({ DB }) => DB.prepare("SELECT * FROM").all(),
  "unknown token": ({ DB }) => DB.prepare("SELECT # FROM user").all(),
  "unique": ({ DB }) => DB.prepare("INSERT INTO user (name) VALUES ('Ann')").run(),
  "not null": ({ DB }) => DB.prepare("INSERT INTO user (name) VALUES (NULL)").run(),
  "primary key": ({ DB }) => DB.prepare("INSERT INTO user (id, name) VALUES (1, 'new')").run(),
  "check": async ({ DB }) => {
    await DB.exec("CREATE TABLE checked (a CHECK (a > 0))");
    return DB.prepare("INSERT INTO checked VALUES (0)").run();
  },
  "datatype mismatch": ({ DB }) => DB.prepare("INSERT INTO user (id, name) VALUES ('x', 'y')").run(),
  "table exists": ({ DB }) => DB.prepare("CREATE TABLE user (a)").run(),
  "raise": async ({ DB }) => {
    await DB.exec("CREATE TRIGGER stop BEFORE DELETE ON user WHEN old.id = 1 BEGIN SELECT RAISE(ABORT, 'keep it'); END");
    return DB.prepare("DELETE FROM user WHERE id = 1").run();
  },
  "integer overflow": ({ DB }) => DB.prepare("SELECT abs(-9223372036854775808)").all(),
  "malformed json": ({ DB }) => DB.prepare("SELECT json('{')").all(),
  "foreign key": async ({ DB }) => {
    await DB.exec("CREATE TABLE pet (id INTEGER PRIMARY KEY, user INTEGER REFERENCES user(id))");
    return DB.prepare("INSERT INTO pet (user) VALUES (999)").run();
  },
  "foreign keys are on": ({ DB }) => all(DB, "PRAGMA foreign_keys"),
  "foreign keys stay on": async ({ DB }) => (await all(DB, "PRAGMA foreign_keys = OFF"), all(DB, "PRAGMA foreign_keys")),
  "foreign keys deferred in a batch": async ({ DB }) => {
    await DB.batch([
      DB.prepare("PRAGMA defer_foreign_keys = ON"),
      DB.prepare("INSERT INTO pet (id, user) VALUES (1, 500)"),
      DB.prepare("INSERT INTO user (id, name) VALUES (500, 'late')"),
    ]);
    return all(DB, "SELECT * FROM pet");
  },
  "empty statement": ({ DB }) => DB.prepare("").all(),
  "blank statement": ({ DB }) => DB.prepare("  \n ").all(),
  "comment for a statement": ({ DB }) => DB.prepare("-- nothing").all(),
  "block comment for a statement": ({ DB }) => DB.prepare("/* nothing */").all(),
  "semicolon for a statement": ({ DB }) => DB.prepare(";").all(),
  "comment before": ({ DB }) => all(DB, "-- first\nSELECT 1 AS a"),
  "comment after": ({ DB }) => all(DB, "SELECT 1 AS a -- last"),
  "comment after a semicolon": ({ DB }) => all(DB, "SELECT 1 AS a; -- last"),

  // Several statements in one.
  "two statements": ({ DB }) => all(DB, "SELECT 1 AS a; SELECT 2 AS a"),
  "two statements with a parameter in the last": ({ DB }) => all(DB, "SELECT 1 AS a; SELECT ? AS a", 5),
  "two statements with a parameter in the first": ({ DB }) => all(DB, "SELECT ? AS a; SELECT 1 AS a", 5),
  "two writes": async ({ DB }) => {
    await DB.exec("CREATE TABLE two (a)");
    const { changes } = (await DB.prepare("INSERT INTO two VALUES (1); INSERT INTO two VALUES (2)").run()).meta;
    return [changes, await all(DB, "SELECT a FROM two")];
  },
  "second statement fails": async ({ DB }) => {
    const error = await DB.prepare("INSERT INTO two VALUES (3); INSERT INTO nowhere VALUES (1)").run().catch(messageOf);
    return [error, await all(DB, "SELECT a FROM two")];
  },
  "semicolon in a string": ({ DB }) => all(DB, "SELECT 'a;b' AS a"),

  // batch.
  "batch": async ({ DB }) => {
    const insert = DB.prepare("INSERT INTO two (a) VALUES (?)");
    return (await DB.batch([insert.bind(10), DB.prepare("SELECT a FROM two ORDER BY a"), insert.bind(11)])).map(plain);
  },
  "batch that fails": async ({ DB }) => {
    const insert = DB.prepare("INSERT INTO two (a) VALUES (?)");
    return DB.batch([insert.bind(12), DB.prepare("SELECT * FROM nowhere"), insert.bind(13)]);
  },
  "batch that failed is undone": ({ DB }) => all(DB, "SELECT count(*) AS n FROM two"),
  "batch sees its own writes": async ({ DB }) =>
    (await DB.batch([DB.prepare("INSERT INTO two VALUES (99)"), DB.prepare("SELECT count(*) AS n FROM two")]))[1].results,
  "batch of none": ({ DB }) => DB.batch([]),
  "batch with a blank statement": async ({ DB }) => (await DB.batch([DB.prepare("SELECT 1"), DB.prepare(" ")])).length,
  "batch of no array": ({ DB }) => DB.batch("x").catch((error: Error) => error.name),
  "batch of statements of another database": async ({ DB, OTHER }) => (await DB.batch([OTHER.prepare("SELECT name FROM user WHERE id = 1")]))[0].results,

  // What is not allowed.
  "begin": ({ DB }) => DB.prepare("BEGIN TRANSACTION").run(),
  "begin by exec": ({ DB }) => DB.exec("BEGIN"),
  "commit": ({ DB }) => DB.prepare("COMMIT").run(),
  "rollback": ({ DB }) => DB.prepare("ROLLBACK").run(),
  "savepoint": ({ DB }) => DB.prepare("SAVEPOINT a").run(),
  "release": ({ DB }) => DB.prepare("RELEASE a").run(),
  "attach": ({ DB }) => DB.prepare("ATTACH DATABASE ':memory:' AS other").run(),
  "detach": ({ DB }) => DB.prepare("DETACH DATABASE main").run(),
  "vacuum": ({ DB }) => DB.prepare("VACUUM").run(),
  "temporary table": ({ DB }) => DB.prepare("CREATE TEMP TABLE t (a)").run(),
  "pragma journal_mode": ({ DB }) => DB.prepare("PRAGMA journal_mode").all(),
  "pragma user_version": ({ DB }) => DB.prepare("PRAGMA user_version").all(),
  "pragma user_version set": ({ DB }) => DB.prepare("PRAGMA user_version = 5").all(),
  "pragma page_size": ({ DB }) => all(DB, "PRAGMA page_size"),
  "pragma page_count": ({ DB }) => DB.prepare("PRAGMA page_count").all(),
  "pragma table_info": ({ DB }) => all(DB, "PRAGMA table_info(two)"),
  "pragma table_xinfo": ({ DB }) => all(DB, "PRAGMA table_xinfo('two')"),
  "pragma table_list": async ({ DB }) => (await all(DB, "PRAGMA table_list")).some((row: any) => row.name === "two"),
  "pragma index_list": async ({ DB }) => (await all(DB, "PRAGMA index_list(user)")).length,
  "pragma foreign_key_list": async ({ DB }) => (await all(DB, "PRAGMA foreign_key_list(pet)")).length,
  "pragma foreign_key_check": ({ DB }) => all(DB, "PRAGMA foreign_key_check"),
  "pragma quick_check": ({ DB }) => all(DB, "PRAGMA quick_check"),
  "pragma integrity_check": ({ DB }) => DB.prepare("PRAGMA integrity_check").all(),
  "pragma optimize": ({ DB }) => DB.prepare("PRAGMA optimize").all().then((result: any) => result.success),
  "pragma optimize with a number": ({ DB }) => DB.prepare("PRAGMA optimize(0x10002)").all().then((result: any) => result.success),
  "pragma case_sensitive_like": ({ DB }) => DB.prepare("PRAGMA case_sensitive_like = OFF").all().then((result: any) => result.success),
  "pragma recursive_triggers with a word": ({ DB }) => DB.prepare("PRAGMA recursive_triggers = maybe").all(),
  "pragma data_version": async ({ DB }) => (await all(DB, "PRAGMA data_version")).length,
  "pragma function": ({ DB }) => all(DB, "SELECT name FROM pragma_table_info('two')"),
  "pragma that is none": ({ DB }) => DB.prepare("PRAGMA nonsense").all(),
  "function load_extension": ({ DB }) => DB.prepare("SELECT load_extension('x')").all(),
  "function sqlite_version": ({ DB }) => DB.prepare("SELECT sqlite_version()").all(),
  "function that is none": ({ DB }) => DB.prepare("SELECT nonsense(1)").all(),
  "functions of mathematics": ({ DB }) => all(DB, "SELECT sqrt(16) AS a, pow(2, 10) AS b, floor(-1.5) AS c, ceil(1.2) AS d, mod(7, 4) AS e, round(pi(), 5) AS f, sign(-3) AS g"),
  "functions of JSON": ({ DB }) => all(DB, `SELECT json_extract('{"a":[1,2]}', '$.a[1]') AS a, '{"b":"c"}' ->> 'b' AS b, json_group_array(name) AS c FROM (SELECT name FROM user ORDER BY id LIMIT 2)`),
  "table function json_each": ({ DB }) => all(DB, "SELECT value FROM json_each('[1,\"x\"]')"),
  "functions of dates": ({ DB }) => all(DB, "SELECT date(0, 'unixepoch') AS a, strftime('%Y', '2024-02-03') AS b, unixepoch('2024-01-01') AS c"),
  "window functions": ({ DB }) => all(DB, "SELECT a, row_number() OVER (ORDER BY a) AS n FROM two ORDER BY a LIMIT 2"),
  "full text search": async ({ DB }) => {
    await DB.exec("CREATE VIRTUAL TABLE doc USING fts5(body); INSERT INTO doc VALUES ('the quick fox'), ('lazy dog')");
    return all(DB, "SELECT highlight(doc, 0, '<', '>') AS h FROM doc WHERE doc MATCH ?", "quick");
  },
  "rtree": async ({ DB }) => {
    await DB.exec("CREATE VIRTUAL TABLE box USING rtree(id, x1, x2); INSERT INTO box VALUES (1, 0, 5)");
    return all(DB, "SELECT id FROM box WHERE x1 < 1");
  },
  "virtual table of another kind": ({ DB }) => DB.prepare("CREATE VIRTUAL TABLE v USING dbstat").run(),
  "table _cf_": ({ DB }) => DB.prepare("CREATE TABLE _cf_x (a)").run(),
  "read _cf_KV": ({ DB }) => DB.prepare("SELECT * FROM _cf_KV").all(),
  "write sqlite_master": ({ DB }) => DB.prepare("DELETE FROM sqlite_master").run(),
  "read sqlite_master": ({ DB }) => all(DB, "SELECT name FROM sqlite_master WHERE name = 'user'"),
  "explain": async ({ DB }) => (await all(DB, "EXPLAIN QUERY PLAN SELECT * FROM user")).map((row: any) => row.detail),
  "analyze": ({ DB }) => DB.prepare("ANALYZE").run().then((result: any) => result.success),
  "reindex": ({ DB }) => DB.prepare("REINDEX").run().then((result: any) => result.success),
  "alter table": async ({ DB }) => {
    await DB.prepare("ALTER TABLE made ADD COLUMN b TEXT DEFAULT 'x'").run();
    await DB.prepare("ALTER TABLE made RENAME COLUMN a TO c").run();
    await DB.prepare("ALTER TABLE made RENAME TO remade").run();
    await DB.prepare("ALTER TABLE remade DROP COLUMN b").run();
    return all(DB, "PRAGMA table_info(remade)");
  },
  "recursive": ({ DB }) => all(DB, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4) SELECT i FROM n"),
  "view and trigger": async ({ DB }) => {
    await DB.exec("CREATE VIEW seen AS SELECT a FROM two WHERE a > 10");
    await DB.exec("CREATE TRIGGER double AFTER INSERT ON remade BEGIN INSERT INTO two VALUES (new.c * 2); INSERT INTO two VALUES (new.c * 3); END");
    const { changes } = (await DB.prepare("INSERT INTO remade VALUES (500)").run()).meta;
    return [changes, await all(DB, "SELECT a FROM seen ORDER BY a")];
  },

  // Limits.
  "SQL of 100000 bytes": async ({ DB }) => (await all(DB, "SELECT 1 AS a" + " ".repeat(100000 - 13))).length,
  "SQL of 100001 bytes": ({ DB }) => DB.prepare("SELECT 1 AS a" + " ".repeat(100001 - 13)).all(),
  "SQL of 100001 bytes without blanks": ({ DB }) => DB.prepare(`SELECT '${"x".repeat(100001 - 9)}'`).all(),
  "100 columns": async ({ DB }) => (await DB.prepare(`CREATE TABLE wide (${Array.from({ length: 100 }, (_, i) => `c${i}`)})`).run()).success,
  "101 columns": ({ DB }) => DB.prepare(`CREATE TABLE wider (${Array.from({ length: 101 }, (_, i) => `c${i}`)})`).run(),
  "101 columns in a result": ({ DB }) => DB.prepare(`SELECT ${repeated(101, "1", ",")}`).all(),
  "LIKE pattern of 50 bytes": async ({ DB }) => (await all(DB, "SELECT 'a' LIKE ? AS a", "a".repeat(50)))[0],
  "LIKE pattern of 51 bytes": ({ DB }) => DB.prepare("SELECT 'a' LIKE ?").bind("a".repeat(51)).all(),
  "expression too deep": ({ DB }) => DB.prepare(`SELECT ${repeated(102, "1", "+")}`).all(),
  "five compound selects": async ({ DB }) => (await all(DB, repeated(5, "SELECT 1 AS a", " UNION ALL "))).length,
  "six compound selects": ({ DB }) => DB.prepare(repeated(6, "SELECT 1 AS a", " UNION ALL ")).all(),
  "rows of VALUES": async ({ DB }) => (await all(DB, `SELECT * FROM (VALUES ${repeated(50, "(1)", ",")})`)).length,
  "value of 1 MB": async ({ DB }) => (await DB.prepare("SELECT length(?) AS a").bind("x".repeat(1_000_000)).first("a")),
  "value of 2 MB and some": ({ DB }) => DB.prepare("SELECT length(?) AS a").bind("x".repeat(2_100_000)).first("a"),
  "value of 5 MB": ({ DB }) => DB.prepare("SELECT length(?) AS a").bind("x".repeat(5_000_000)).first("a"),
  "blob of 5 MB from SQL": ({ DB }) => DB.prepare("SELECT length(zeroblob(5000000)) AS a").first("a"),
  "128 function arguments": ({ DB }) => DB.prepare(`SELECT max(${repeated(128, "1", ",")})`).all(),

  // Sessions.
  "bookmark before": ({ DB }) => [undefined, "first-primary", "first-unconstrained", "", "  "].map((at) => DB.withSession(at).getBookmark()),
  "bookmark given": ({ DB }) => DB.withSession(" 00000001-00000002-00000003-0123456789abcdef0123456789abcdef ").getBookmark(),
  "bookmark after": async ({ DB }) => {
    const session = DB.withSession();
    await session.prepare("SELECT 1").all();
    return /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32}$/.test(session.getBookmark());
  },
  "bookmark grows": async ({ DB }) => {
    const session = DB.withSession("first-primary");
    await session.prepare("SELECT 1").first();
    const before = session.getBookmark();
    await session.prepare("INSERT INTO two VALUES (1000)").run();
    const after = session.getBookmark();
    return before.localeCompare(after) <= 0;
  },
  "session reads with a bookmark": async ({ DB }) => {
    const session = DB.withSession("first-primary");
    await session.batch([session.prepare("INSERT INTO two VALUES (1001)")]);
    return DB.withSession(session.getBookmark()).prepare("SELECT a FROM two WHERE a = ?").bind(1001).first();
  },
  "session raw": ({ DB }) => DB.withSession().prepare("SELECT 1 AS a").raw({ columnNames: true }),
  "session all": async ({ DB }) => plain(await DB.withSession().prepare("SELECT 1 AS a").all()),
  "session error": ({ DB }) => DB.withSession().prepare("SELECT * FROM nowhere").all(),
  "session with a number": ({ DB }) => {
    try {
      return DB.withSession(5).getBookmark();
    } catch (error) {
      return (error as Error).name;
    }
  },
  "bookmark of the database": ({ DB }) => typeof DB.getBookmark,

  // The rest.
  "dump": ({ DB }) => DB.dump(),
  "many at once": async ({ DB }) => {
    await DB.exec("CREATE TABLE many (a INTEGER PRIMARY KEY)");
    await Promise.all(Array.from({ length: 50 }, (_, i) => DB.prepare("INSERT INTO many VALUES (?)").bind(i).run()));
    return DB.prepare("SELECT count(*) AS n FROM many").first("n");
  },
  "a thousand rows": async ({ DB }) => {
    await DB.prepare("INSERT INTO many SELECT value + 1000 FROM json_each(?)").bind(JSON.stringify(Array.from({ length: 1000 }, (_, i) => i))).run();
    return (await DB.prepare("SELECT a FROM many").all()).results.length;
  },
};

export default {
  fetch: (_request: Request, env: Env) => observe({ ...observations, ...conversions, ...statements, ...bounds }, env),
};
