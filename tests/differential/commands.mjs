// Runs the same command lines with wrangler and with greenroom, each in a folder of its own, and prints what differs:
// `node commands.mjs <greenroom>`. Needs node 24 and `npm install wrangler@4.164.0` where it is run.
//
// One difference is meant: of a database with virtual tables wrangler says what its local server made of D1's refusal, greenroom the refusal.
// Left out of the comparison: wrangler's banner, where it says that resources are local, its advice about `--remote`, colours, durations,
// where state is kept, how tables and errors are framed. What is compared: exit codes, what is printed, and the files that are written.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const GREENROOM = resolve(process.argv[2]);
const WRANGLER = resolve("node_modules/.bin/wrangler");

const CONFIG = {
  name: "app",
  main: "index.js",
  compatibility_date: "2026-08-01",
  kv_namespaces: [{ binding: "KV", id: "k" }, { binding: "TWO", id: "p", preview_id: "pp" }],
  d1_databases: [{ binding: "DB", database_name: "notes", database_id: "d" }, { binding: "OTHER", database_name: "other", database_id: "o" }],
};

const FILES = {
  "wrangler.jsonc": JSON.stringify(CONFIG),
  "index.js": "export default { fetch: () => new Response() };",
  "put.json": JSON.stringify([{ key: "one", value: "1" }, { key: "two", value: "AGE=", base64: true, metadata: { m: 1 } }]),
  "wrong.json": JSON.stringify([{ key: 1 }]),
  "keys.json": JSON.stringify(["one", { name: "two" }, "none"]),
  "schema.sql": `-- a comment; with a semicolon
CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT, b BLOB, r REAL);
INSERT INTO t (a, b, r) VALUES ('it''s; two
lines', x'00ff', 1.0), (NULL, NULL, 1e21);
CREATE TABLE "Quoted" (a INTEGER, g AS (a + 1));
INSERT INTO "Quoted" (a) VALUES (5);
CREATE INDEX ti ON t (a);
CREATE VIEW v AS SELECT a FROM t;
CREATE TRIGGER tg AFTER INSERT ON t BEGIN UPDATE t SET r = 2; END;
SELECT * FROM t;`,
  "dump.sql": "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE dumped (a);\nINSERT INTO dumped VALUES (1);\nCOMMIT;\n",
  "wrong.sql": "CREATE TABLE w (a);\nSELECT * FORM w;",
};

const COMMANDS = [
  ["kv", "key", "put", "--binding", "KV", "a", "hello", "--metadata", '{"x": 1}', "--expiration", "2000000000"],
  ["kv", "key", "put", "--binding", "KV", "from file", "--path", "put.json"],
  ["kv", "key", "get", "--binding", "KV", "a"],
  ["kv", "key", "get", "--binding", "KV", "a", "--text"],
  ["kv", "key", "get", "--namespace-id", "k", "none"],
  ["kv", "key", "list", "--binding", "KV"],
  ["kv", "key", "list", "--binding", "KV", "--prefix", "f"],
  ["kv", "key", "put", "--binding", "KV", "a", "b", "--ttl", "59"],
  ["kv", "key", "put", "--binding", "KV", "a", "b", "--metadata", "[1]"],
  ["kv", "key", "put", "--binding", "TWO", "a", "b"],
  ["kv", "key", "put", "--binding", "TWO", "--preview", "a", "b"],
  ["kv", "key", "put", "--binding", "TWO", "--preview", "false", "c", "d"],
  ["kv", "key", "list", "--binding", "TWO"],
  ["kv", "key", "list", "--binding", "TWO", "--preview"],
  ["kv", "key", "list", "--binding", "NONE"],
  ["kv", "key", "delete", "--binding", "KV", "a"],
  ["kv", "bulk", "put", "put.json", "--binding", "KV"],
  ["kv", "bulk", "put", "wrong.json", "--binding", "KV"],
  ["kv", "bulk", "get", "keys.json", "--binding", "KV"],
  ["kv", "bulk", "delete", "keys.json", "--binding", "KV"],
  ["kv", "key", "list", "--binding", "KV"],
  ["d1", "execute", "DB", "--command", "SELECT 1 AS a; SELECT x'01' AS b"],
  ["d1", "execute", "notes", "--json", "--command", "SELECT 1.5 AS a, NULL AS b"],
  ["d1", "execute", "DB", "--json", "--command", "SELECT nope"],
  ["d1", "execute", "DB", "--command", "SELECT nope"],
  ["d1", "execute", "NONE", "--command", "SELECT 1"],
  ["d1", "execute", "DB"],
  ["d1", "execute", "DB", "--file", "nowhere.sql"],
  ["d1", "execute", "DB", "--file", "wrong.sql"],
  ["d1", "execute", "DB", "--file", "schema.sql"],
  ["d1", "execute", "DB", "--file", "dump.sql", "--json"],
  ["d1", "export", "DB", "--output", "out.sql"],
  ["d1", "export", "DB", "--output", "rows.sql", "--no-schema", "--table", "t"],
  ["d1", "export", "DB", "--output", "schema-only.sql", "--no-data"],
  ["d1", "execute", "OTHER", "--file", "out.sql", "--json"],
  ["d1", "export", "OTHER", "--output", "again.sql"],
  ["d1", "migrations", "create", "DB", "first one"],
  ["d1", "migrations", "list", "DB"],
  ["d1", "execute", "DB", "--command", "CREATE VIRTUAL TABLE doc USING fts5(body)"],
  ["d1", "export", "DB", "--output", "none.sql"],
];

const OUTPUTS = ["out.sql", "rows.sql", "schema-only.sql", "again.sql", "none.sql"];

const folders = {};
for (const tool of ["wrangler", "greenroom"]) {
  folders[tool] = mkdtempSync(join(tmpdir(), `${tool}-`));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folders[tool], name), text);
}

function run(tool, command) {
  const env = { ...process.env, CI: "1", NO_COLOR: "1", WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true" };
  const program = tool === "wrangler" ? WRANGLER : GREENROOM;
  const { status, stdout, stderr } = spawnSync(program, command, { cwd: folders[tool], env, encoding: "utf8" });
  return { status, stdout: plain(stdout, tool), said: said(stderr) };
}

function plain(text, tool) {
  return text
    .replaceAll(/\x1b\[[0-9;]*m/g, "")
    .replaceAll(folders[tool], "FOLDER")
    .replaceAll(/ from \S+\/d1:/g, " from STATE:")
    .replaceAll(/"duration": [\d.]+/g, '"duration": 0')
    // The help that follows wrong arguments.
    .replace(/\n?wrangler (kv|d1) [\s\S]*/, "")
    .split("\n")
    .filter((line) => !/^(Resource location:|Use --remote|🌀 To (execute on|export) your remote|If you think this is a bug|Note that there is a newer)/.test(line) && line.trim() !== "")
    .join("\n");
}

// The first error, as text.
function said(text) {
  const line = text.replaceAll(/\x1b\[[0-9;]*m/g, "").split("\n").find((line) => /(ERROR\]|^error:)/.test(line)) ?? "";
  return line.replace(/^.*\[ERROR\] /, "").replace(/^error: /, "").trim();
}

let different = 0;
function compare(what, wrangler, greenroom) {
  if (JSON.stringify(wrangler) === JSON.stringify(greenroom)) return;
  different++;
  console.log(`${what}\n  wrangler  ${JSON.stringify(wrangler)}\n  greenroom ${JSON.stringify(greenroom)}`);
}

for (const command of COMMANDS) compare(command.join(" "), run("wrangler", command), run("greenroom", command));
for (const name of OUTPUTS) {
  const read = (tool) => (existsSync(join(folders[tool], name)) ? readFileSync(join(folders[tool], name), "utf8") : null);
  compare(name, read("wrangler"), read("greenroom"));
}
console.log(`${different} of ${COMMANDS.length + OUTPUTS.length} differ`);
