// Functions of AWS Lambda: Greenroom beside MiniStack, serverless-offline and the bare interpreters, in one run; `results/lambda.md`.
import { writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { bareCalls } from "./lib/lambda/bare.mjs";
import { emptyResults, round } from "./lib/lambda/measure.mjs";
import { install, samIsMissing } from "./lib/lambda/peers.mjs";
import { report, targetsOf } from "./lib/lambda/report.mjs";
import { greenroom, ministack, serverlessOffline } from "./lib/lambda/subjects.mjs";
import { generator } from "./lib/load.mjs";
import { describe, firstLine } from "./lib/machine.mjs";

const USAGE = "usage: node lambda.mjs --greenroom BINARY --bootstrap FILE [--no-peers] [--quick] [--rounds N] [--check]";
const OPTIONS = {
  greenroom: { type: "string" },
  bootstrap: { type: "string" },
  "no-peers": { type: "boolean", default: false },
  quick: { type: "boolean", default: false },
  rounds: { type: "string", default: "3" },
  check: { type: "boolean", default: false },
};

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
  if (!values.greenroom || !values.bootstrap) throw new Error(USAGE);
  const peers = values["no-peers"] ? null : install(log);
  const { name: load, load: generate } = generator();
  // Node.js reads such a file when it starts, which takes longer than all else; functions here and in production have nothing of it.
  delete process.env.NODE_EXTRA_CA_CERTS;
  const rounds = values.quick ? 1 : Number(values.rounds);
  const plan = { cold: values.quick ? 3 : 10, seconds: values.quick ? 1 : 3, warmUp: 1, reloads: values.quick ? 3 : 10, load: generate, bootstrap: resolve(values.bootstrap) };
  const measured = subjectsOf(resolve(values.greenroom), peers).map((subject) => ({ subject, name: subject.main.name, results: emptyResults() }));
  for (let turn = 1; turn <= rounds; turn++) {
    for (const { subject, name, results } of measured) {
      log(`round ${turn} of ${rounds}: ${name}`);
      await round(subject, plan, results);
    }
  }
  const calls = bareCalls();
  const targets = measured.filter(({ name }) => name.startsWith("greenroom")).flatMap(({ name }) => targetsOf(name, measured, calls));
  const text = report({
    machine: describe({ generator: load.replace(/, .*/, ""), peers: null, greenrooms: [], others: versions(values.greenroom, peers) }),
    plan: `${rounds} interleaved rounds; in each, per runtime, ${plan.cold} functions called for the first time, ${plan.seconds} s of calls by one caller and by several after ${plan.warmUp} s of warm-up, and ${plan.reloads} saves.`,
    measured,
    notes: notes(peers, calls),
    targets,
  });
  process.stdout.write(text);
  if (!values.quick && peers !== null) writeFileSync(fileURLToPath(new URL("results/lambda.md", import.meta.url)), text);
  return values.check && targets.some(({ met }) => !met) ? 1 : 0;
}

function subjectsOf(binary, peers) {
  const same = (subject) => ({ main: subject, reloading: subject });
  const own = [same(greenroom("greenroom", binary)), same(greenroom("greenroom, isolates", binary, ["--engine", "isolate"], ["node"]))];
  if (peers === null) return own;
  const offline = { main: serverlessOffline(peers, false), reloading: serverlessOffline(peers, true) };
  return [...own, same(ministack(peers)), offline];
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

function notes(peers, calls) {
  const why = peers && samIsMissing();
  const bare = Object.entries(calls).map(([kind, [took]]) => `${kind} ${(took * 1000).toFixed(1)} µs`);
  return [
    `One call of the function itself, in its interpreter: ${bare.join(", ")}.`,
    "A cold call is the first one of a function that has no instance; beside it, the bare interpreter from its start to the function's answer. MiniStack's functions are uploaded, as it takes no project, and a save of one is an upload. serverless-offline runs Node.js in threads of its own process; its saves are measured with `--reloadHandler`, without which it has to be started again.",
    ...(why ? [`SAM (\`sam local start-lambda\`) is not in this table: ${why}.`] : []),
  ];
}
