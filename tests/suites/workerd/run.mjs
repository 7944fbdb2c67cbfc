// workerd's tests of its API against our binary.
//
//   WORKERD=<checkout of cloudflare/workerd> node tests/suites/workerd/run.mjs <binary> [file…] [--verbose] [--record]
//
// Without files: all that `expected.json` lists. The counts are held against it, case by case; `--record` writes them there.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { makeProjects } from "./lib/project.mjs";
import { ask, start } from "./lib/server.mjs";

const EXPECTED = join(dirname(fileURLToPath(import.meta.url)), "expected.json");
const TESTS = "src/workerd/api/tests";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { verbose: { type: "boolean", short: "v" }, record: { type: "boolean" } },
});
const [binary, ...asked] = positionals;
const { WORKERD: checkout } = process.env;
if (!checkout || !existsSync(join(checkout, TESTS))) {
  console.log(`skipped: WORKERD names no checkout of cloudflare/workerd (a folder that holds ${TESTS})`);
  process.exit(0);
}
if (!binary) {
  console.error("usage: WORKERD=<checkout> node run.mjs <binary> [file…] [--verbose] [--record]");
  process.exit(2);
}

/**
 * `{ [file]: { total, failing: { [case]: reason } } }`: a case that is not named must pass. A reason is a text, or one for each engine that it
 * holds for.
 */
const expected = existsSync(EXPECTED) ? JSON.parse(readFileSync(EXPECTED, "utf8")) : {};
const files = asked.length > 0 ? asked : Object.keys(expected);
const results = new Map();
let engine;
const queue = files.toSorted();
await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker));

async function worker() {
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) results.set(file, await run(file));
}

/** @returns {Promise<Map<string, string | undefined>>} every case with its error, if any. */
async function run(file) {
  const folder = mkdtempSync(join(tmpdir(), "greenroom-workerd-"));
  let server;
  try {
    server = await start(binary, makeProjects(join(checkout, TESTS, `${file}.wd-test`), folder));
    engine = server.engine;
    const cases = await ask(server, "");
    if (!Array.isArray(cases)) throw new Error(cases.error);
    const seen = new Map();
    for (const name of cases) seen.set(name, (await ask(server, name)).error);
    return seen;
  } catch (error) {
    return new Map([["(the file)", error.message]]);
  } finally {
    server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

let wrong = 0;
const sum = { passed: 0, total: 0 };
for (const file of files.toSorted()) {
  const cases = results.get(file);
  const failed = [...cases].filter(([, error]) => error !== undefined);
  sum.passed += cases.size - failed.length;
  sum.total += cases.size;
  console.log(`${file}: ${cases.size - failed.length}/${cases.size}`);
  const listed = expected[file]?.failing ?? {};
  const known = Object.fromEntries(Object.entries(listed).filter(([, reason]) => typeof reason === "string" || engine in reason));
  for (const [name, error] of failed) {
    if (options.verbose || !(name in known)) console.log(`  ${name in known ? "known" : "FAILED"} ${name}: ${options.verbose ? error : error.split("\n")[0]}`);
  }
  for (const name of Object.keys(known)) if (!failed.some(([failing]) => failing === name)) console.log(`  passes by now: ${name}`);
  const asExpected = expected[file]?.total === cases.size && failed.length === Object.keys(known).length && failed.every(([name]) => name in known);
  if (!asExpected) wrong++;
  if (options.record) expected[file] = { total: cases.size, failing: Object.fromEntries(failed.map(([name, error]) => [name, listed[name] ?? error.split("\n")[0].slice(0, 160)])) };
}
console.log(`all: ${sum.passed}/${sum.total}`);
if (options.record) writeFileSync(EXPECTED, `${JSON.stringify(Object.fromEntries(Object.entries(expected).sort()), null, 1)}\n`);
else if (wrong > 0) {
  console.error(`${wrong} of ${files.length} files are not as expected.json says`);
  process.exitCode = 1;
}
