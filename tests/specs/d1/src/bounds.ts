// What is refused: by the authorizer, and by limits.

const all = async (db: any, sql: string, ...params: unknown[]) => (await db.prepare(sql).bind(...params).all()).results;
const message = (promise: Promise<unknown>) => promise.then((value: any) => (value?.success === true ? "no error" : value), (error: Error) => error.message);
const tried = (db: any, sql: string, ...params: unknown[]) => message(db.prepare(sql).bind(...params).all());
const repeated = (count: number, item: string | ((index: number) => string), glue: string) =>
  Array.from({ length: count }, (_, index) => (typeof item === "string" ? item : item(index))).join(glue);
const each = async (db: any, list: string[]) => {
  const seen: Record<string, unknown> = {};
  for (const sql of list) {
    const said = await tried(db, sql);
    seen[sql] = said;
  }
  return seen;
};

export const bounds: Record<string, (env: any) => unknown> = {
  // Transactions are the platform's.
  "bounds: transactions": ({ DB }) =>
    each(DB, ["BEGIN", "BEGIN IMMEDIATE", "BEGIN EXCLUSIVE TRANSACTION", "END", "END TRANSACTION", "COMMIT TRANSACTION", "ROLLBACK TO a", "RELEASE SAVEPOINT a", "SAVEPOINT 'x'"]),
  "bounds: transaction after another statement": ({ DB }) => tried(DB, "SELECT 1; BEGIN"),
  "bounds: transaction in a comment": ({ DB }) => tried(DB, "/* BEGIN */ SELECT 1"),

  // Other databases.
  "bounds: attach": ({ DB }) => each(DB, ["ATTACH ':memory:' AS m", "ATTACH DATABASE 'file.db' AS f", "DETACH m", "VACUUM INTO 'x.db'", "VACUUM main"]),
  "bounds: temp": ({ DB }) =>
    each(DB, ["CREATE TEMP TABLE t1 (a)", "CREATE TEMPORARY VIEW v1 AS SELECT 1", "CREATE TEMP TRIGGER g1 AFTER INSERT ON thing BEGIN SELECT 1; END", "CREATE TABLE temp.t2 (a)", "SELECT * FROM temp.sqlite_master", "SELECT name FROM sqlite_temp_schema"]),
  "bounds: main by name": ({ DB }) => tried(DB, "SELECT count(*) FROM main.thing"),

  // Pragmas.
  "bounds: pragmas refused": ({ DB }) =>
    each(DB, [
      "PRAGMA encoding", "PRAGMA compile_options", "PRAGMA database_list", "PRAGMA writable_schema = ON", "PRAGMA max_page_count = 10",
      "PRAGMA cache_size", "PRAGMA synchronous = OFF", "PRAGMA locking_mode", "PRAGMA wal_checkpoint", "PRAGMA temp_store = 2",
      "PRAGMA function_list", "PRAGMA module_list", "PRAGMA pragma_list", "PRAGMA collation_list", "PRAGMA schema_version", "PRAGMA auto_vacuum",
      "PRAGMA trusted_schema = ON", "PRAGMA mmap_size", "PRAGMA analysis_limit", "PRAGMA freelist_count", "PRAGMA incremental_vacuum",
      "PRAGMA busy_timeout", "PRAGMA query_only = ON", "PRAGMA hard_heap_limit", "PRAGMA secure_delete", "PRAGMA application_id",
    ]),
  "bounds: pragmas allowed": ({ DB }) =>
    each(DB, [
      "PRAGMA foreign_keys", "PRAGMA foreign_keys = ON", "PRAGMA foreign_keys(1)", "PRAGMA defer_foreign_keys = off", "PRAGMA legacy_alter_table = 0",
      "PRAGMA reverse_unordered_selects = NO", "PRAGMA ignore_check_constraints = no", "PRAGMA recursive_triggers = off", "PRAGMA table_info(thing)", "PRAGMA table_info = thing",
      "PRAGMA index_list(thing)", "PRAGMA index_info(thing_n)", "PRAGMA index_xinfo(thing_n)", "PRAGMA foreign_key_list(child)",
      "PRAGMA foreign_key_check(child)", "PRAGMA quick_check(1)", "PRAGMA quick_check(thing)", "PRAGMA optimize", "PRAGMA table_list(thing)",
    ]),
  "bounds: pragmas with odd arguments": ({ DB }) =>
    each(DB, ["PRAGMA table_info", "PRAGMA table_info(nowhere)", "PRAGMA table_info(_cf_KV)", "PRAGMA foreign_keys = maybe", "PRAGMA foreign_keys = 2", "PRAGMA optimize(all)", "PRAGMA data_version = 5", "PRAGMA main.table_info(thing)"]),
  "bounds: pragma table functions": ({ DB }) =>
    each(DB, ["SELECT count(*) FROM pragma_database_list", "SELECT count(*) FROM pragma_compile_options", "SELECT count(*) > 0 AS a FROM pragma_table_list", "SELECT count(*) FROM pragma_function_list", "SELECT name FROM pragma_index_list('nowhere')"]),

  // Tables and functions of SQLite itself.
  "bounds: tables of the library": ({ DB }) =>
    each(DB, ["SELECT * FROM sqlite_dbpage", "SELECT * FROM dbstat", "SELECT * FROM sqlite_stmt", "SELECT * FROM bytecode('SELECT 1')", "SELECT * FROM generate_series(1, 3)", "SELECT * FROM fsdir('.')", "SELECT * FROM sqlite_stat1 LIMIT 0"]),
  "bounds: writes to the schema": ({ DB }) =>
    each(DB, ["INSERT INTO sqlite_master VALUES ('table', 'x', 'x', 2, 'CREATE TABLE x (a)')", "UPDATE sqlite_schema SET sql = ''", "DROP TABLE sqlite_master", "ALTER TABLE sqlite_master ADD COLUMN x", "CREATE TABLE sqlite_mine (a)", "CREATE INDEX i ON sqlite_master (name)"]),
  "bounds: names of the platform": ({ DB }) =>
    each(DB, [
      "CREATE TABLE _cf_mine (a)", "CREATE TABLE _CF_mine (a)", "CREATE VIEW _cf_view AS SELECT 1", "CREATE INDEX _cf_index ON thing (n)",
      "CREATE TRIGGER _cf_trigger AFTER INSERT ON thing BEGIN SELECT 1; END", "ALTER TABLE e1 RENAME TO _cf_e1", "ALTER TABLE e1 RENAME TO _CF_e1", "ALTER TABLE e1 RENAME TO e1b", "ALTER TABLE e1b RENAME TO e1", 
      "DROP TABLE _cf_KV", "INSERT INTO _cf_KV VALUES (1, 2)", "CREATE VIRTUAL TABLE _cf_fts USING fts5(a)",
    ]),
  "bounds: functions refused": ({ DB }) =>
    each(DB, ["SELECT sqlite_source_id()", "SELECT sqlite_compileoption_get(0)", "SELECT sqlite_compileoption_used('X')", "SELECT readfile('/etc/passwd')", "SELECT writefile('x', 'y')", "SELECT edit('x')", "SELECT fts5_source_id()", "SELECT sqlite_log(1, 'x')", "SELECT sqlite_offset(1)"]),
  "bounds: functions allowed": ({ DB }) =>
    each(DB, ["SELECT soundex('Robert') AS a", "SELECT sign(-2) AS a, unhex('41') AS b", "SELECT likely(1) AS a, unlikely(0) AS b, likelihood(1, 0.5) AS c", "SELECT octet_length('é') AS a, unicode('é') AS b, char(233) AS c", "SELECT string_agg(value, ',') AS a FROM json_each('[1,2]')", "SELECT iif(1, 'y', 'n') AS a, nullif(1, 1) AS b, coalesce(NULL, 2) AS c", "SELECT concat('a', NULL, 1) AS a, concat_ws('-', 'a', NULL, 'b') AS b", "SELECT trunc(1.7) AS a, log(2, 8) AS b, ln(1) AS c, degrees(pi()) AS d", "SELECT median(1)", "SELECT json_pretty('[1]')", "SELECT if(1, 2, 3)", "SELECT unistr('a')"]),
  "bounds: virtual tables": ({ DB }) =>
    each(DB, ["CREATE VIRTUAL TABLE v1 USING fts3(a)", "CREATE VIRTUAL TABLE v2 USING fts4(a)", "CREATE VIRTUAL TABLE v3 USING fts5(a, b UNINDEXED, tokenize = 'porter')", "CREATE VIRTUAL TABLE v4 USING fts5vocab(v3, 'row')", "CREATE VIRTUAL TABLE v5 USING rtree(id, x0, x1)", "CREATE VIRTUAL TABLE v6 USING geopoly(a)", "CREATE VIRTUAL TABLE v7 USING csv(filename = 'x')", "CREATE VIRTUAL TABLE v8 USING nothing(a)", "DROP TABLE v4"]),
  "bounds: full text search": async ({ DB }) => {
    await DB.exec("INSERT INTO v3 VALUES ('running quickly', 'x'), ('a slow run', 'y')");
    return all(DB, "SELECT b, snippet(v3, 0, '[', ']', '…', 5) AS s FROM v3 WHERE v3 MATCH ? ORDER BY rank, b", "run");
  },
  "bounds: full text search with a wrong query": ({ DB }) => tried(DB, "SELECT * FROM v3 WHERE v3 MATCH '\"open'"),

  // Limits.
  "bounds: a parameter numbered 101": ({ DB }) => tried(DB, "SELECT ?101"),
  "bounds: a parameter numbered 100": ({ DB }) => tried(DB, "SELECT ?100"),
  "bounds: parameter 0": ({ DB }) => tried(DB, "SELECT ?0"),
  "bounds: 101 parameters in a batch": ({ DB }) =>
    message(DB.batch([DB.prepare(`SELECT ${repeated(101, "?", ",")}`).bind(...Array.from({ length: 101 }, () => 1))])),
  "bounds: SQL of 100001 bytes by exec": ({ DB }) => DB.exec("SELECT 1 AS a" + " ".repeat(100001 - 15) + "-- ").then((result: any) => result.count, (error: Error) => error.message.slice(-60)),
  "bounds: SQL of 100001 bytes beyond ASCII": ({ DB }) => tried(DB, `SELECT '${"é".repeat(50000)}' AS a`),
  "bounds: many statements of 100000 bytes together": ({ DB }) => tried(DB, repeated(9000, "SELECT 1;", " ") + "SELECT 2"),
  "bounds: 100 columns in a result": async ({ DB }) => Object.keys((await all(DB, `SELECT ${repeated(100, (i) => `${i} AS c${i}`, ",")}`))[0]).length,
  "bounds: add a column beyond 100": ({ DB }) => tried(DB, "ALTER TABLE wide ADD COLUMN one_more"),
  "bounds: 101 terms of ORDER BY": ({ DB }) => tried(DB, `SELECT 1 ORDER BY ${repeated(101, "1", ",")}`),
  "bounds: 101 columns of an index": ({ DB }) => tried(DB, `CREATE INDEX wide_i ON wide (${repeated(101, (i) => `c${i % 100}`, ",")})`),
  "bounds: 101 values of an INSERT": ({ DB }) => tried(DB, `INSERT INTO e1 VALUES (${repeated(101, "1", ",")})`),
  "bounds: 101 values of IN": ({ DB }) => tried(DB, `SELECT 1 IN (${repeated(1000, "1", ",")}) AS a`),
  "bounds: a depth of 99": ({ DB }) => tried(DB, `SELECT ${repeated(99, "1", "+")} AS a`),
  "bounds: a depth of 100 and 101": async ({ DB }) => [await tried(DB, `SELECT ${repeated(100, "1", "+")} AS a`), await tried(DB, `SELECT ${repeated(101, "1", "+")} AS a`)],
  "bounds: brackets within brackets": ({ DB }) => tried(DB, `SELECT ${"(".repeat(90)}1${")".repeat(90)} AS a`),
  "bounds: brackets beyond the parser": ({ DB }) => tried(DB, `SELECT ${"(".repeat(3000)}1${")".repeat(3000)} AS a`),
  "bounds: AND in a row": ({ DB }) => tried(DB, `SELECT ${repeated(101, "1", " AND ")} AS a`),
  "bounds: LIKE pattern from SQL": ({ DB }) => tried(DB, `SELECT 'a' LIKE '${"a".repeat(51)}'`),
  "bounds: GLOB pattern of 51 bytes": ({ DB }) => tried(DB, "SELECT 'a' GLOB ?", "a".repeat(51)),
  "bounds: LIKE pattern beyond ASCII": async ({ DB }) => [await tried(DB, "SELECT 'a' LIKE ? AS a", "é".repeat(25)), await tried(DB, "SELECT 'a' LIKE ?", "é".repeat(26))],
  "bounds: LIKE of a long text": ({ DB }) => tried(DB, "SELECT ? LIKE '%b' AS a", "a".repeat(10000) + "b"),
  "bounds: compound of rows": ({ DB }) => tried(DB, `INSERT INTO e1 VALUES ${repeated(500, "(1)", ",")}`),
  "bounds: six INTERSECT": ({ DB }) => tried(DB, repeated(6, "SELECT 1", " INTERSECT ")),
  "bounds: 100 and 127 and 128 arguments": async ({ DB }) => [
    await tried(DB, `SELECT max(${repeated(32, "1", ",")}) AS a`), await tried(DB, `SELECT max(${repeated(100, "1", ",")}) AS a`),
    await tried(DB, `SELECT max(${repeated(127, "1", ",")}) AS a`), await tried(DB, `SELECT coalesce(${repeated(128, "NULL", ",")}) AS a`),
  ],
  "bounds: too much code": ({ DB }) => tried(DB, `SELECT ${repeated(100, `(${repeated(40, "abs(random())", "+")})`, ",")} FROM thing a, thing b WHERE ${repeated(50, `max(${repeated(60, "random()", ",")})`, " AND ")}`),
  "bounds: triggers within triggers": async ({ DB }) => {
    await DB.exec("CREATE TABLE deep (n)");
    for (const [at, depth] of [9, 10, 11].entries()) {
      await DB.exec(`CREATE TABLE deep${depth}_0 (n)`);
      for (let level = 1; level <= depth; level++) {
        await DB.exec(`CREATE TABLE deep${depth}_${level} (n); CREATE TRIGGER deep${depth}_${level - 1}_t AFTER INSERT ON deep${depth}_${level - 1} BEGIN INSERT INTO deep${depth}_${level} VALUES (new.n); END`);
      }
      if (at < 0) return;
    }
    return [await tried(DB, "INSERT INTO deep9_0 VALUES (1)"), await tried(DB, "INSERT INTO deep10_0 VALUES (1)"), await tried(DB, "INSERT INTO deep11_0 VALUES (1)")];
  },
  "bounds: a trigger of itself": async ({ DB }) => {
    await DB.exec("CREATE TRIGGER deep_t AFTER INSERT ON deep BEGIN INSERT INTO deep VALUES (new.n + 1); END");
    return [await tried(DB, "INSERT INTO deep VALUES (1)"), await DB.prepare("SELECT count(*) AS n FROM deep").first("n")];
  },
  "bounds: joins": async ({ DB }) => [
    await tried(DB, `SELECT count(*) AS n FROM ${repeated(64, (i) => `(SELECT 1) t${i}`, ",")}`),
    await tried(DB, `SELECT count(*) AS n FROM ${repeated(65, (i) => `thing t${i}`, ",")}`),
  ],
  "bounds: a row of more than 4 MiB": ({ DB }) => tried(DB, "INSERT INTO e1 VALUES (zeroblob(4194304))"),
  "bounds: two values of 3 MB in one row": async ({ DB }) => {
    await DB.exec("CREATE TABLE heavy (a, b)");
    return tried(DB, "INSERT INTO heavy VALUES (zeroblob(3000000), zeroblob(3000000))");
  },
  "bounds: text grown too long": ({ DB }) => tried(DB, "SELECT length(replace(hex(zeroblob(1000000)), '0', 'abc')) AS a"),
  "bounds: group_concat too long": ({ DB }) => tried(DB, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60) SELECT length(group_concat(hex(zeroblob(50000)))) AS a FROM n"),
  "bounds: a thousand tables is fine": async ({ DB }) => {
    await DB.batch(Array.from({ length: 100 }, (_, i) => DB.prepare(`CREATE TABLE many${i} (a)`)));
    return DB.prepare("SELECT count(*) AS n FROM sqlite_master WHERE name GLOB 'many[0-9]*'").first("n");
  },
  "bounds: load_extension": ({ DB }) => each(DB, ["SELECT load_extension('x')", "SELECT load_extension('x', 'y')"]),
  "bounds: explain": async ({ DB }) => [(await all(DB, "EXPLAIN SELECT 1")).length > 0, await tried(DB, "EXPLAIN BEGIN").then((said) => typeof said)],
  "bounds: unterminated": ({ DB }) => each(DB, ["SELECT 'open", "SELECT \"open", "SELECT [open", "SELECT /* open", "SELECT (1", "INSERT INTO", "CREATE TABLE", "SELECT 1 FROM thing WHERE", "SELECT 1 1 1", "SELECT @", "SELECT 1e", "SELECT x'1'"]),
  "bounds: names that are not there": ({ DB }) => each(DB, ["SELECT thing.nope FROM thing", "SELECT t.id FROM thing", "INSERT INTO thing (nope) VALUES (1)", "UPDATE thing SET nope = 1", "DROP TABLE nowhere", "DROP INDEX nowhere", "DROP VIEW nowhere", "DROP TRIGGER nowhere", "ALTER TABLE nowhere ADD a", "CREATE INDEX i ON nowhere (a)", "SELECT id FROM thing a JOIN thing b", "SELECT nofunc(1)", "SELECT count(1, 2)", "SELECT 1 ORDER BY 2", "SELECT sum(sum(1))", "SELECT * FROM thing WHERE count(*) > 1", "DROP TABLE things", "DROP VIEW thing", "CREATE VIEW things AS SELECT 1", "CREATE INDEX thing_n ON thing (n)", "CREATE TRIGGER things_i AFTER INSERT ON thing BEGIN SELECT 1; END", "SELECT 1 COLLATE nope", "SELECT 1 UNION SELECT 1, 2", "INSERT INTO thing VALUES (1)", "SELECT (SELECT 1, 2)", "ALTER TABLE thing DROP COLUMN id", "ALTER TABLE thing RENAME COLUMN nope TO x", "ALTER TABLE thing ADD COLUMN q NOT NULL", "ALTER TABLE thing ADD COLUMN id", "CREATE TABLE dup (a, a)", "CREATE TABLE pk (a PRIMARY KEY, b PRIMARY KEY)", "SELECT raise(ABORT, 'x')"]),
};
