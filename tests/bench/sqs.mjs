// Amazon SQS: Greenroom, on disk and in memory, beside MiniStack, moto and bare SQLite, in one run; `results/sqs.md`.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { describe, firstLine } from "./lib/machine.mjs";
import { emptyResults, round } from "./lib/sqs/measure.mjs";
import { install } from "./lib/sqs/peers.mjs";
import { report, targetsOf } from "./lib/sqs/report.mjs";
import { greenroom, ministack, moto } from "./lib/sqs/subjects.mjs";

const USAGE = "usage: node sqs.mjs --greenroom BINARY --load PROGRAM --inserts PROGRAM [--no-peers] [--only NAME] [--quick] [--rounds N] [--check]";
const OPTIONS = {
  greenroom: { type: "string" },
  load: { type: "string" },
  inserts: { type: "string" },
  "no-peers": { type: "boolean", default: false },
  only: { type: "string", multiple: true, default: [] },
  quick: { type: "boolean", default: false },
  rounds: { type: "string", default: "3" },
  check: { type: "boolean", default: false },
};
/** How many messages the full queue has; those of peers, which would fill it for hours: moto looks at all of them whenever one is sent. */
const FULL = 1_000_000;
const FULL_OF_MINISTACK = 20_000;
const FULL_OF_MOTO = 1_000;

const log = (text) => process.stderr.write(`${text}\n`);

try {
  process.exitCode = await main();
} catch (error) {
  log(`error: ${error.message}`);
  process.exitCode = 2;
}
process.exit();

async function main() {
  const { values } = parseArgs({ options: OPTIONS });
  if (!values.greenroom || !values.load || !values.inserts) throw new Error(USAGE);
  const peers = values["no-peers"] ? null : install(log);
  // Node.js reads such a file when it starts, which takes longer than all else; functions here and in production have nothing of it.
  delete process.env.NODE_EXTRA_CA_CERTS;
  const rounds = values.quick ? 1 : Number(values.rounds);
  const plan = { seconds: values.quick ? 1 : 3, wakes: values.quick ? 20 : 200, generator: resolve(values.load) };
  const filled = values.quick ? FULL_OF_MINISTACK : FULL;
  const wanted = ({ name }) => values.only.length === 0 || values.only.includes(name);
  const measured = subjectsOf(resolve(values.greenroom), peers, filled).filter(wanted).map((subject) => ({ subject, name: subject.name, results: emptyResults() }));
  const floors = [];
  for (let turn = 1; turn <= rounds; turn++) {
    floors.push(inserts(resolve(values.inserts), plan.seconds));
    for (const { subject, name, results } of measured) {
      log(`round ${turn} of ${rounds}: ${name}`);
      await round(subject, plan, results);
    }
  }
  const targets = measured.filter(({ name }) => name.startsWith("greenroom")).flatMap(({ name }) => targetsOf(name, measured));
  const text = report({
    machine: describe({ generator: "the example `load` of greenroom-sqs", peers: null, greenrooms: [], others: versions(values.greenroom, peers) }),
    plan: `${rounds} interleaved rounds; ${plan.seconds} s of each work, bodies of 100 bytes.`,
    measured,
    notes: notes(floors, filled),
    targets,
  });
  process.stdout.write(text);
  if (!values.quick && peers !== null) writeFileSync(fileURLToPath(new URL("results/sqs.md", import.meta.url)), text);
  return values.check && targets.some(({ met }) => !met) ? 1 : 0;
}

function subjectsOf(binary, peers, filled) {
  const own = [greenroom("greenroom", binary, filled), greenroom("greenroom, --ephemeral", binary, filled, ["--ephemeral"])];
  return peers === null ? own : [...own, ministack(peers, FULL_OF_MINISTACK), moto(peers, FULL_OF_MOTO)];
}

/** Rows that bare SQLite takes in a second, by rows in a transaction. */
function inserts(program, seconds) {
  const folder = mkdtempSync(join(tmpdir(), "greenroom-bench-"));
  try {
    return JSON.parse(execFileSync(program, [folder, String(seconds)], { encoding: "utf8" }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function notes(floors, filled) {
  const rows = (count) => Math.round(floors.map((floor) => floor[count]).sort((a, b) => a - b)[floors.length >> 1]).toLocaleString("en");
  return [
    `The floor, rows that bare SQLite inserts in a second, synced: ${rows(1)} where each is a transaction, ${rows(10)} by ten, ${rows(32)} by 32. Sends of several clients share a transaction; so do those of ten.`,
    `The full queue has ${filled.toLocaleString("en")} messages, that of MiniStack ${FULL_OF_MINISTACK.toLocaleString("en")}, that of moto, where it is in the table, ${FULL_OF_MOTO.toLocaleString("en")}. Both keep everything in memory; moto runs functions in Docker alone, and a round of it takes some ten minutes. ElasticMQ is in no package registry that the bench reaches.`,
  ];
}

function versions(binary, peers) {
  return [
    ["load average of the last five minutes", loadavg()[1].toFixed(1)],
    ["greenroom", firstLine(binary, ["--version"])],
    ["node", process.version],
    ["python", firstLine("python3", ["--version"])],
    ...(peers?.versions ?? []),
  ];
}
