// Greenroom beside miniflare and `wrangler dev`, with bare hyper as the floor: interleaved rounds, medians, targets.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { generator } from "./lib/load.mjs";
import { describe } from "./lib/machine.mjs";
import { emptyResults, round } from "./lib/measure.mjs";
import { install } from "./lib/peers.mjs";
import { report, targetsOf } from "./lib/report.mjs";
import * as subjects from "./lib/subjects.mjs";

const USAGE = `usage: tests/bench/run [--greenroom ENGINE=BINARY]… [--floor BINARY] [options]

  --greenroom ENGINE=BINARY  a binary and its engine (quickjs or v8); may be given for both
  --floor BINARY             the example \`floor\` of greenroom-tests
  --no-peers                 leave out miniflare and wrangler
  --only NAME                subjects whose name has NAME in it; may be given again
  --quick                    one short round, to see that everything works
  --rounds N                 how often each subject has its turn (default 3, with --quick 1)
  --seconds N                how long each route is under load in a round (default 3, with --quick 1)
  --stages ENGINE=FILE       JSON [{ "stage", "p50_us", "p99_us" }] to print as a table of its own
  --out FOLDER               where <engine>.md goes (default tests/bench/results)
  --check                    exit with 1 where a target is not met`;

const OPTIONS = {
  greenroom: { type: "string", multiple: true, default: [] },
  floor: { type: "string" },
  "no-peers": { type: "boolean", default: false },
  only: { type: "string", multiple: true, default: [] },
  quick: { type: "boolean", default: false },
  rounds: { type: "string" },
  seconds: { type: "string" },
  stages: { type: "string", multiple: true, default: [] },
  out: { type: "string" },
  check: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
};

const here = dirname(fileURLToPath(import.meta.url));
const log = (text) => process.stderr.write(`${text}\n`);

try {
  process.exitCode = await main();
} catch (error) {
  log(`error: ${error.message}`);
  process.exitCode = 2;
}
process.exit();

async function main() {
  const options = readOptions();
  if (options.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const peers = options["no-peers"] ? null : install(log);
  const { name, load } = generator();
  const plan = planOf(options, load);
  const measured = chosen(options, peers).map((subject) => ({ subject, name: subject.name, results: emptyResults() }));
  if (measured.length === 0) throw new Error("nothing to measure");
  for (let turn = 1; turn <= plan.rounds; turn++) {
    for (const { subject, results } of measured) {
      log(`round ${turn} of ${plan.rounds}: ${subject.name}`);
      await round(subject, plan, results);
    }
  }
  const machine = describe({ generator: name, peers, greenrooms: options.greenrooms });
  return publish(options, plan, machine, measured);
}

function readOptions() {
  const { values } = parseArgs({ options: OPTIONS });
  const pairs = (texts) =>
    texts.map((text) => {
      const [engine, path] = text.split(/=(.*)/s);
      if (!path) throw new Error(`\`${text}\` is not ENGINE=PATH\n${USAGE}`);
      return [engine, resolve(path)];
    });
  return {
    ...values,
    greenrooms: pairs(values.greenroom).map(([engine, binary]) => ({ engine, binary })),
    stages: pairs(values.stages).map(([engine, file]) => ({ engine, rows: JSON.parse(readFileSync(file, "utf8")) })),
  };
}

function planOf({ quick, rounds, seconds }, load) {
  const number = (text, otherwise) => {
    const value = Number(text ?? otherwise);
    if (!Number.isInteger(value) || value < 1) throw new Error(`\`${text}\` is not a whole number above 0`);
    return value;
  };
  return {
    rounds: number(rounds, quick ? 1 : 3),
    seconds: number(seconds, quick ? 1 : 3),
    warmUp: 1,
    starts: quick ? 1 : 2,
    reloads: quick ? 3 : 5,
    load,
  };
}

function chosen({ greenrooms, floor, only }, peers) {
  const all = [
    ...(floor ? [subjects.floor(resolve(floor))] : []),
    ...greenrooms.map(({ engine, binary }) => subjects.greenroom(engine, binary)),
    ...(peers ? [subjects.miniflare(peers), subjects.wrangler(peers)] : []),
  ];
  return only.length === 0 ? all : all.filter(({ name }) => only.some((part) => name.includes(part)));
}

/** Prints the whole report, and writes each engine's own part of it to a file. */
function publish(options, plan, machine, measured) {
  const told = `${plan.rounds} interleaved rounds of ${plan.starts} starts, ${plan.reloads} saves and ${plan.seconds} s of load on each route, after ${plan.warmUp} s of warm-up.`;
  const write = (engines, columns) => {
    const targets = engines.flatMap((engine) => targetsOf(engine, measured));
    const stages = options.stages.filter(({ engine }) => engines.includes(engine));
    return { text: report({ title: "Bench", machine, plan: told, measured: columns, targets, stages }), targets };
  };
  const engines = options.greenrooms.map(({ engine }) => engine);
  const whole = write(engines, measured);
  process.stdout.write(whole.text);
  const folder = resolve(options.out ?? join(here, "results"));
  for (const engine of engines) {
    const others = engines.filter((other) => other !== engine).map((other) => `greenroom (${other})`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${engine}.md`), write([engine], measured.filter(({ name }) => !others.includes(name))).text);
  }
  return options.check && whole.targets.some(({ met }) => !met) ? 1 : 0;
}
