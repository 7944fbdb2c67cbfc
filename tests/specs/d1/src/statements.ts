// Statements of every kind: what they answer, what they change, what their errors say.

const VOLATILE = ["served_by", "served_by_primary", "total_attempts", "timings", "duration", "size_after", "rows_read", "rows_written"];
const plain = (result: any) => {
  const meta = Object.fromEntries(Object.entries(result.meta).filter(([key]) => !VOLATILE.includes(key)));
  return { ...result, meta };
};
const all = async (db: any, sql: string, ...params: unknown[]) => (await db.prepare(sql).bind(...params).all()).results;
const run = async (db: any, sql: string, ...params: unknown[]) => plain(await db.prepare(sql).bind(...params).run());
const message = (promise: Promise<unknown>) => promise.then(() => "no error", (error: Error) => error.message);

// The service's own error is followed by a stack.
const firstLine = (promise: Promise<any>) => promise.then(({ results }) => results, (error: Error) => [error.name, error.message.split("\n")[0]]);

export const statements: Record<string, (env: any) => unknown> = {
  // What is no statement.
  ...Object.fromEntries(
    Object.entries({ number: 5, nothing: undefined, null: null, object: { a: 1 }, array: ["SELECT 1"], function: () => 1, boolean: true, "boxed text": new String("SELECT 1") })
      .map(([what, statement]) => [`statements: of a ${what}`, ({ DB }: any) => firstLine(DB.prepare(statement).all())]),
  ),
  ...Object.fromEntries(
    Object.entries({ text: ["SELECT 1"], number: [5], object: [{}], null: [null], nothing: undefined, set: new Set(), "number in a statement": "prepared" })
      .map(([what, list]) => [`statements: batch of a ${what}`, ({ DB }: any) => firstLine(DB.batch(list === "prepared" ? [DB.prepare(5)] : list))]),
  ),
  "statements: batch of what only looks like one": async ({ DB }) => (await DB.batch([{ statement: "SELECT 1 AS a" }]))[0].results,
  "statements: parameters that are set": async ({ DB }) => Object.assign(DB.prepare("SELECT ? AS a"), { params: [5] }).first(),
  "statements: parameters that are none": ({ DB }) => firstLine(Object.assign(DB.prepare("SELECT ? AS a"), { params: "x" }).all()),
  "statements: parameters of objects": ({ DB }) => firstLine(Object.assign(DB.prepare("SELECT ? AS a"), { params: [{}] }).all()),
  "statements: exec of nothing": ({ DB }) => DB.exec(),
  "statements: session of a number": ({ DB }) => void DB.withSession(5),
  "statements: database, cloned": ({ DB }) => structuredClone(DB),
  "statements: statement, cloned": ({ DB }) => structuredClone(DB.prepare("SELECT 1")),

  // What is said of changes.
  "statements: table": async ({ DB }) => (await DB.exec("CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT UNIQUE, n INTEGER DEFAULT 0)")).count,
  "statements: insert": ({ DB }) => run(DB, "INSERT INTO thing (name) VALUES (?), (?), (?)", "a", "b", "c"),
  "statements: insert or ignore": ({ DB }) => run(DB, "INSERT OR IGNORE INTO thing (name) VALUES ('a'), ('d')"),
  "statements: replace": ({ DB }) => run(DB, "REPLACE INTO thing (id, name) VALUES (1, 'a2')"),
  "statements: upsert": ({ DB }) => run(DB, "INSERT INTO thing (name) VALUES ('b') ON CONFLICT (name) DO UPDATE SET n = n + 1 RETURNING id, n"),
  "statements: upsert that does nothing": ({ DB }) => run(DB, "INSERT INTO thing (name) VALUES ('b') ON CONFLICT DO NOTHING"),
  "statements: update of none": ({ DB }) => run(DB, "UPDATE thing SET n = 1 WHERE id = 1000"),
  "statements: update to the same": ({ DB }) => run(DB, "UPDATE thing SET n = n"),
  "statements: update from": ({ DB }) => run(DB, "UPDATE thing SET n = v.value FROM json_each('[7]') AS v WHERE thing.id = 2 RETURNING n"),
  "statements: delete returning": ({ DB }) => run(DB, "DELETE FROM thing WHERE name = 'c' RETURNING *"),
  "statements: insert from select": ({ DB }) => run(DB, "INSERT INTO thing (name) SELECT name || '!' FROM thing"),
  "statements: with and insert": ({ DB }) => run(DB, "WITH v(x) AS (VALUES ('w1'), ('w2')) INSERT INTO thing (name) SELECT x FROM v"),
  "statements: index": ({ DB }) => run(DB, "CREATE INDEX thing_n ON thing (n) WHERE n > 0"),
  "statements: drop of what is not there": ({ DB }) => run(DB, "DROP TABLE IF EXISTS nothing"),
  "statements: create if not exists": ({ DB }) => run(DB, "CREATE TABLE IF NOT EXISTS thing (other)"),
  "statements: last_row_id after a select": async ({ DB }) => (await DB.prepare("SELECT 1").run()).meta.last_row_id,
  "statements: total_changes()": ({ DB }) => all(DB, "SELECT total_changes() > 0 AS t, last_insert_rowid() > 0 AS l"),
  "statements: without rowid": async ({ DB }) => {
    await DB.exec("CREATE TABLE bare (k TEXT PRIMARY KEY) WITHOUT ROWID");
    return run(DB, "INSERT INTO bare VALUES ('x')");
  },
  "statements: strict": async ({ DB }) => {
    await DB.exec("CREATE TABLE strict_t (i INTEGER, t TEXT, b BLOB, a ANY) STRICT");
    return [await message(DB.prepare("INSERT INTO strict_t (i) VALUES (?)").bind("x").run()), await run(DB, "INSERT INTO strict_t VALUES (?, ?, ?, ?)", 1, "t", [1], 2)];
  },
  "statements: a number in a strict integer column": async ({ DB }) => all(DB, "SELECT typeof(i) AS i, typeof(a) AS a FROM strict_t"),
  "statements: generated columns": async ({ DB }) => {
    await DB.exec("CREATE TABLE gen (a INTEGER, b INTEGER GENERATED ALWAYS AS (a * 2) VIRTUAL, c INTEGER AS (a + 1) STORED)");
    await DB.prepare("INSERT INTO gen (a) VALUES (?)").bind(4).run();
    return all(DB, "SELECT * FROM gen");
  },
  "statements: write to a generated column": ({ DB }) => DB.prepare("INSERT INTO gen (a, b) VALUES (1, 2)").run(),
  "statements: autoincrement": async ({ DB }) => {
    await DB.exec("CREATE TABLE auto (id INTEGER PRIMARY KEY AUTOINCREMENT, x)");
    await DB.exec("INSERT INTO auto (x) VALUES (1), (2); DELETE FROM auto");
    return [await run(DB, "INSERT INTO auto (x) VALUES (3)"), await all(DB, "SELECT * FROM sqlite_sequence WHERE name = 'auto'")];
  },
  "statements: write to sqlite_sequence": ({ DB }) => run(DB, "UPDATE sqlite_sequence SET seq = 100 WHERE name = 'auto'"),
  "statements: update of a view": async ({ DB }) => {
    await DB.exec("CREATE VIEW things AS SELECT id, name FROM thing");
    return DB.prepare("UPDATE things SET name = 'x'").run();
  },
  "statements: instead of trigger": async ({ DB }) => {
    await DB.exec("CREATE TRIGGER things_i INSTEAD OF INSERT ON things BEGIN INSERT INTO thing (name) VALUES (new.name); END");
    return run(DB, "INSERT INTO things (name) VALUES ('by view')");
  },
  "statements: foreign key cascade": async ({ DB }) => {
    await DB.exec("CREATE TABLE parent (id INTEGER PRIMARY KEY); CREATE TABLE child (p REFERENCES parent(id) ON DELETE CASCADE)");
    await DB.exec("INSERT INTO parent VALUES (1), (2); INSERT INTO child VALUES (1), (1), (2)");
    return [await run(DB, "DELETE FROM parent WHERE id = 1"), await all(DB, "SELECT p FROM child")];
  },
  "statements: drop of a parent": ({ DB }) => run(DB, "DROP TABLE parent"),
  "statements: collate": ({ DB }) => all(DB, "SELECT 'a' = 'A' COLLATE NOCASE AS a, 'a ' = 'a' COLLATE RTRIM AS b, 'a' < 'B' COLLATE BINARY AS c"),
  "statements: like": ({ DB }) => all(DB, "SELECT 'Ä' LIKE 'ä' AS a, 'A' LIKE 'a' AS b, 'a_b' LIKE 'a\\_b' ESCAPE '\\' AS c, 'abc' GLOB 'a*' AS d"),
  "statements: regexp": ({ DB }) => DB.prepare("SELECT 'a' REGEXP 'a'").all(),
  "statements: printf": ({ DB }) => all(DB, "SELECT printf('%05.1f|%s|%d', 3.14159, 'x', 7) AS a, format('%q', 'it''s') AS b"),
  "statements: json operators": ({ DB }) => all(DB, "SELECT '{\"a\":{\"b\":[1,2]}}' -> '$.a.b' AS a, '{\"a\":2}' ->> 'a' AS b, json_valid('{') AS c, json_type('[1.5]', '$[0]') AS d"),
  "statements: json_tree": ({ DB }) => all(DB, "SELECT fullkey, atom FROM json_tree('{\"a\":[1,{\"b\":2}]}') WHERE atom IS NOT NULL"),
  "statements: json_each of a parameter": ({ DB }) => all(DB, "SELECT name FROM thing WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id", "[2,4]"),
  "statements: dates": ({ DB }) => all(DB, "SELECT datetime('2024-02-29', '+1 year') AS a, date('2024-01-31', '+1 month') AS b, strftime('%s', '1970-01-02') AS c, timediff('2024-03-01', '2024-02-01') AS d, julianday('2000-01-01') AS e"),
  "statements: now is now": ({ DB }) => all(DB, "SELECT abs(unixepoch() - ?) < 60 AS a", Math.floor(Date.now() / 1000)),
  "statements: window": ({ DB }) => all(DB, "SELECT value, sum(value) OVER (ORDER BY value ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS s, lag(value) OVER (ORDER BY value) AS l FROM json_each('[3,1,2]')"),
  "statements: full outer join": ({ DB }) => all(DB, "SELECT a.value AS a, b.value AS b FROM json_each('[1,2]') a FULL OUTER JOIN json_each('[2,3]') b ON a.value = b.value ORDER BY 1, 2"),
  "statements: group and having": ({ DB }) => all(DB, "SELECT value % 2 AS odd, group_concat(value, '-') AS g FROM json_each('[1,2,3,4]') GROUP BY odd HAVING count(*) = 2"),
  "statements: values": ({ DB }) => all(DB, "VALUES (1, 'a'), (2, 'b')"),
  "statements: names of columns": ({ DB }) => DB.prepare("SELECT 1, 'a', 1 + 1, max(1, 2), thing.id, id AS \"other name\" FROM thing LIMIT 1").raw({ columnNames: true }),
  "statements: star of a join": async ({ DB }) => Object.keys((await all(DB, "SELECT * FROM thing a JOIN thing b ON a.id = b.id LIMIT 1"))[0]),
  "statements: star of a join by raw": async ({ DB }) => (await DB.prepare("SELECT * FROM thing a JOIN thing b ON a.id = b.id LIMIT 1").raw({ columnNames: true }))[0],
  "statements: a column without a name": ({ DB }) => all(DB, "SELECT 1 AS ''"),

  // first, raw, run.
  "statements: first of a number": ({ DB }) => message(DB.prepare("SELECT 1 AS a").first(1)),
  "statements: first of nothing named": ({ DB }) => message(DB.prepare("SELECT 1 AS a").first("")),
  "statements: first of another case": ({ DB }) => message(DB.prepare("SELECT 1 AS a").first("A")),
  "statements: first of a duplicate": ({ DB }) => DB.prepare("SELECT 1 AS a, 2 AS a").first(),
  "statements: first of a write": ({ DB }) => DB.prepare("INSERT INTO thing (name) VALUES ('first')").first(),
  "statements: first of toString": ({ DB }) => DB.prepare("SELECT 1 AS a").first("toString").then((value: unknown) => typeof value, (error: Error) => error.message),
  "statements: raw options": ({ DB }) => Promise.all([DB.prepare("SELECT 1 AS a").raw(null), DB.prepare("SELECT 1 AS a").raw({}), DB.prepare("SELECT 1 AS a").raw({ columnNames: 1 })]),
  "statements: raw of nothing with names": ({ DB }) => DB.prepare("SELECT id, name FROM thing WHERE 0").raw({ columnNames: true }),
  "statements: raw of a write": ({ DB }) => DB.prepare("INSERT INTO thing (name) VALUES ('raw')").raw({ columnNames: true }),
  "statements: raw with duplicates": ({ DB }) => DB.prepare("SELECT 1 AS a, 2 AS a").raw(),
  "statements: run twice": async ({ DB }) => {
    const statement = DB.prepare("INSERT INTO thing (name) VALUES ('twice' || ?)");
    const first = await statement.bind(1).run();
    const second = await statement.bind(2).run();
    return second.meta.last_row_id - first.meta.last_row_id;
  },
  "statements: bind of nothing": ({ DB }) => DB.prepare("SELECT 1 AS a").bind().first(),
  "statements: bind twice": ({ DB }) => DB.prepare("SELECT ? AS a").bind(1).bind(2).first(),
  "statements: prepare of no text": async ({ DB }) => (await message(DB.prepare(5).all())).slice(0, 10),
  "statements: prepare of nothing": async ({ DB }) => (await message(DB.prepare().all())).slice(0, 10),
  "statements: cause of an error": ({ DB }) => DB.prepare("SELECT * FROM nowhere").all().catch((error: Error) => [error.name, (error.cause as Error).name, (error.cause as Error).message]),

  // exec.
  "statements: exec duration": async ({ DB }) => typeof (await DB.exec("SELECT 1")).duration,
  "statements: exec CRLF": ({ DB }) => DB.exec("SELECT 1;\r\nSELECT 2;").then((result: any) => result.count),
  "statements: exec of one line with many": async ({ DB }) => (await DB.exec("CREATE TABLE e1 (a); INSERT INTO e1 VALUES (1); INSERT INTO e1 VALUES (2);")).count,
  "statements: exec with an error in the second line": ({ DB }) => DB.exec("SELECT 1\nSELEC 2\nSELECT 3"),
  "statements: exec with an error in the third statement of a line": ({ DB }) => DB.exec("SELECT 1; SELECT 2; SELECT x FROM nowhere"),
  "statements: exec with a parameter": ({ DB }) => DB.exec("SELECT ?"),
  "statements: exec of blanks": ({ DB }) => message(DB.exec("   \n  \n ")),
  "statements: exec of a semicolon": ({ DB }) => message(DB.exec(";")),
  "statements: exec of a number": ({ DB }) => message(DB.exec(5)),
  "statements: exec with a comment at the end": ({ DB }) => DB.exec("SELECT 1; -- one").then((result: any) => result.count),
  "statements: exec with a block comment over lines": ({ DB }) => message(DB.exec("/* one\n two */ SELECT 1")),
  "statements: exec of a trigger in one line": async ({ DB }) =>
    (await DB.exec("CREATE TRIGGER e1_t AFTER INSERT ON e1 BEGIN UPDATE thing SET n = n; SELECT 1; END; INSERT INTO e1 VALUES (3)")).count,
  "statements: exec error undoes what came before": async ({ DB }) => {
    const said = await message(DB.exec("INSERT INTO e1 VALUES (77);\nINSERT INTO nowhere VALUES (1);"));
    return [said, await all(DB, "SELECT count(*) AS n FROM e1 WHERE a = 77")];
  },

  // batch.
  "statements: batch of one": async ({ DB }) => (await DB.batch([DB.prepare("SELECT 1 AS a")])).map(plain),
  "statements: batch meta": async ({ DB }) => {
    const insert = DB.prepare("INSERT INTO e1 VALUES (?)");
    return (await DB.batch([insert.bind(5), DB.prepare("SELECT changes() AS c"), DB.prepare("DELETE FROM e1 WHERE a = 5"), insert.bind(6)])).map(
      (result: any) => [result.meta.changes, result.results],
    );
  },
  "statements: batch with a constraint": async ({ DB }) => {
    const said = await message(DB.batch([DB.prepare("INSERT INTO bare VALUES ('y')"), DB.prepare("INSERT INTO bare VALUES ('x')")]));
    return [said, await all(DB, "SELECT k FROM bare")];
  },
  "statements: batch with too few parameters": async ({ DB }) => {
    const said = await message(DB.batch([DB.prepare("INSERT INTO bare VALUES ('z')"), DB.prepare("SELECT ?")]));
    return [said, await all(DB, "SELECT k FROM bare")];
  },
  "statements: batch with what is no statement": ({ DB }) => DB.batch([{}]).then(() => "no error", (error: Error) => error.name),
  "statements: batch of texts": ({ DB }) => DB.batch(["SELECT 1"]).then(() => "no error", (error: Error) => error.name),
  "statements: batch of two hundred": async ({ DB }) => {
    const insert = DB.prepare("INSERT INTO e1 VALUES (?)");
    const results = await DB.batch(Array.from({ length: 200 }, (_, i) => insert.bind(1000 + i)));
    return [results.length, await DB.prepare("SELECT count(*) AS n FROM e1 WHERE a >= 1000").first("n")];
  },
  "statements: batch with begin": ({ DB }) => DB.batch([DB.prepare("BEGIN"), DB.prepare("SELECT 1")]),
  "statements: deferred foreign keys that stay broken": async ({ DB }) => {
    const said = await message(DB.batch([DB.prepare("PRAGMA defer_foreign_keys = ON"), DB.prepare("INSERT INTO child VALUES (99)")]));
    return [said, await all(DB, "SELECT p FROM child WHERE p = 99")];
  },
  "statements: two writers at once": async ({ DB }) => {
    await DB.exec("CREATE TABLE counter (n INTEGER); INSERT INTO counter VALUES (0)");
    await Promise.all(Array.from({ length: 20 }, () => DB.batch([DB.prepare("UPDATE counter SET n = n + 1"), DB.prepare("SELECT n FROM counter")])));
    return DB.prepare("SELECT n FROM counter").first("n");
  },

  // Sessions.
  "statements: session of a session": ({ DB }) => typeof DB.withSession().withSession,
  "statements: bookmark that is no bookmark": async ({ DB }) => {
    const session = DB.withSession("not a bookmark");
    return [session.getBookmark(), await message(session.prepare("SELECT 1").all())];
  },
  "statements: bookmark stays after an error": async ({ DB }) => {
    const session = DB.withSession();
    await session.prepare("SELECT * FROM nowhere").all().catch(() => {});
    return session.getBookmark();
  },
  "statements: bookmark after a batch": async ({ DB }) => {
    const session = DB.withSession("first-primary");
    await session.batch([session.prepare("SELECT 1"), session.prepare("SELECT 2")]);
    return typeof session.getBookmark();
  },
  "statements: bookmarks of one session after reads": async ({ DB }) => {
    const session = DB.withSession();
    await session.prepare("SELECT 1").all();
    const first = session.getBookmark();
    await session.prepare("SELECT 1").all();
    return first <= session.getBookmark();
  },
  "statements: session reads what the database wrote": async ({ DB }) => {
    await DB.prepare("INSERT INTO bare VALUES ('for the session')").run();
    return DB.withSession("first-unconstrained").prepare("SELECT k FROM bare WHERE k LIKE 'for%'").first("k");
  },
  "statements: meta keys of a session": async ({ DB }) => Object.keys((await DB.withSession().prepare("SELECT 1").all()).meta),
};
