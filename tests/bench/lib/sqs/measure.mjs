// One subject, once: rates of an empty queue, wake-ups, functions, memory, rates of a full one.
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { freePort } from "../http.mjs";
import { memoryOf, stop } from "../processes.mjs";

const run = promisify(execFile);
const CODE = fileURLToPath(new URL("../../sqs", import.meta.url));
const REST = 1000;
/** Clients at once, where there are many. */
export const CLIENTS = 32;

/** What is put on: its name here and for the load generator, by how many clients, and whether a full queue is measured with it, too. */
export const WORKS = [
  { name: "send, 1 client", work: "send", clients: 1 },
  { name: `send, ${CLIENTS} clients`, work: "send", clients: CLIENTS, full: true },
  { name: "send by ten, 1 client", work: "send-ten", clients: 1 },
  { name: `send by ten, ${CLIENTS} clients`, work: "send-ten", clients: CLIENTS },
  { name: "receive and delete, 1 client", work: "take", clients: 1 },
  { name: `receive and delete, ${CLIENTS} clients`, work: "take", clients: CLIENTS, full: true },
  { name: "receive and delete by ten, 1 client", work: "take-ten", clients: 1 },
  { name: `receive and delete by ten, ${CLIENTS} clients`, work: "take-ten", clients: CLIENTS },
];
const ENTERS = [1, CLIENTS];

/** `loads` and `full` by the name of the work, `entered` by clients; lists of what the load generator says. `memory`: bytes of 100,000 messages. */
export function emptyResults() {
  return { loads: {}, full: {}, entered: {}, wake: [], memory: [] };
}

const add = (to, key, value) => (to[key] ??= []).push(value);

/** Adds one round to `results`. `plan`: `{ seconds, wakes, generator }`; `generator` is the program. */
export async function round(subject, plan, results) {
  await within(subject, async (server) => {
    const load = async (work, queue, options) => {
      const args = [`127.0.0.1:${server.port}`, work, "--queue", queue];
      for (const [name, value] of Object.entries(options)) args.push(`--${name}`, String(value));
      return JSON.parse((await run(plan.generator, args, { maxBuffer: 2 ** 20 })).stdout);
    };
    results.wake.push(await load("wake", "wake", { count: plan.wakes }));
    for (const { name, work, clients } of WORKS) add(results.loads, name, await once(load, "load", work, clients, plan.seconds));
    if (subject.entered) {
      // The function has its instances, and the mapping its pace, when it is measured.
      await load("enter", "entered", { clients: CLIENTS, seconds: plan.seconds });
      for (const clients of ENTERS) add(results.entered, clients, await load("enter", "entered", { clients, seconds: plan.seconds }));
    }
    await full(subject, server, load, plan, results);
  });
}

/** A queue that is taken from holds enough, whatever the rate: what was sent before is sent again as long as it takes. */
async function once(load, queue, work, clients, seconds) {
  if (work.startsWith("take")) await load("send-ten", queue, { clients: CLIENTS, seconds: seconds * 2 });
  return load(work, queue, { clients, seconds });
}

async function full(subject, server, load, plan, results) {
  await pause(REST);
  const before = memoryOf(server.process);
  await load("fill", "full", { count: subject.filled });
  await pause(REST);
  results.memory.push(((memoryOf(server.process) - before) / subject.filled) * 100_000);
  for (const { name, work, clients } of WORKS.filter(({ full }) => full)) {
    // Beside it, the same of an empty queue: what the machine does meanwhile counts for both.
    const empty = await once(load, "load", work, clients, plan.seconds);
    add(results.full, name, { full: (await load(work, "full", { clients, seconds: plan.seconds })).rate, empty: empty.rate });
  }
}

/** Starts the subject in a fresh place, hands it over when it answers, and ends it, whatever happens. */
async function within(subject, work) {
  const folder = mkdtempSync(join(tmpdir(), "greenroom-bench-"));
  const place = { app: join(folder, "app"), state: join(folder, "state"), log: join(folder, "log"), port: await freePort() };
  cpSync(CODE, place.app, { recursive: true });
  mkdirSync(place.state);
  const server = subject.start(place);
  try {
    await listening(place.port, server);
    await subject.give(place);
    await work({ ...place, process: server });
  } catch (error) {
    const log = readFileSync(place.log, "utf8").split("\n").slice(-20).join("\n");
    throw new Error(`${subject.name}: ${error.message}. Its log ends with:\n${log}`, { cause: error });
  } finally {
    await stop(server);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function listening(port, server) {
  const open = () =>
    new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true)).once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
  while (!(await open())) {
    if (server.hasEnded()) throw new Error("it ended before it listened");
    await pause(20);
  }
}
