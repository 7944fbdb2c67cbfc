// One subject, once: start, warm calls, cold calls, a hundred at once, saves, end.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { freePort, get, until } from "../http.mjs";
import { memoryOf, stop } from "../processes.mjs";
import { bareStart } from "./bare.mjs";
import { functionsOf, writeCode } from "./project.mjs";

const EVENT = '{"say":"hello"}';
/** How many calls are under way at once where that is measured, and how long each waits in its function. */
export const AT_ONCE = 100;
const WAIT = 100;
const REST = 1000;
/** How long what was started last is left to come to rest. */
const SETTLE = 150;
/** Callers of the row that shows more than one at a time. */
export const CALLERS = 8;

const path = (name) => `/2015-03-31/functions/${name}/invocations`;

export function emptyResults() {
  return { start: [], idle: [], reload: [], warm: {}, rate: {}, cold: {}, bare: {}, burst: {}, again: {}, instances: {}, memory: {} };
}

const add = (to, kind, value) => (to[kind] ??= []).push(value);

/** Adds one round to `results`. `plan`: `{ cold, seconds, warmUp, reloads, load, bootstrap }`. */
export async function round({ main, reloading }, plan, results) {
  await within(main, plan, async (server) => {
    results.start.push(server.start);
    await pause(REST);
    results.idle.push(memoryOf(server.process));
    for (const kind of main.kinds) {
      await colds(server, kind, plan, results);
      await warm(server, kind, plan, results);
    }
    if (reloading === main) await reloads(main, server, plan, results);
    for (const kind of main.kinds) await atOnce(server, kind, results);
  });
  if (reloading !== main) await within(reloading, plan, (server) => reloads(reloading, server, plan, results));
}

/** Cold calls, and a bare start beside each: what else a machine does then counts for both. */
async function colds({ port }, kind, plan, results) {
  for (let count = 0; count < plan.cold; count++) {
    await pause(SETTLE);
    const started = performance.now();
    said(await get(port, path(`${kind}-cold${count}`), undefined, EVENT));
    add(results.cold, kind, performance.now() - started);
    await pause(SETTLE);
    const bare = await bareStart(kind);
    if (bare !== undefined) add(results.bare, kind, bare);
  }
}

async function warm({ port }, kind, plan, results) {
  said(await get(port, path(kind), undefined, EVENT));
  await plan.load(port, path(kind), plan.warmUp, 1, EVENT);
  add(results.warm, kind, await plan.load(port, path(kind), plan.seconds, 1, EVENT));
  await plan.load(port, path(kind), plan.warmUp, CALLERS, EVENT);
  add(results.rate, kind, await plan.load(port, path(kind), plan.seconds, CALLERS, EVENT));
}

/** A hundred calls at once of a function that has an instance for `CALLERS` of them, and again when it has one for each. */
async function atOnce({ port, process: server }, kind, results) {
  const before = memoryOf(server);
  const burst = async () => {
    const started = performance.now();
    const calls = Array.from({ length: AT_ONCE }, () => get(port, path(kind), 120_000, JSON.stringify({ say: "hello", wait: WAIT })));
    const answers = (await Promise.all(calls)).map(said);
    return { took: performance.now() - started, instances: new Set(answers.map(({ instance }) => instance)).size };
  };
  const first = await burst();
  add(results.burst, kind, first.took);
  add(results.again, kind, (await burst()).took);
  add(results.instances, kind, first.instances);
  if (first.instances > CALLERS) add(results.memory, kind, (memoryOf(server) - before) / (first.instances - CALLERS));
}

async function reloads(subject, server, plan, results) {
  const text = readFileSync(join(server.app, "node/index.js"), "utf8");
  for (let count = 1; count <= plan.reloads; count++) {
    const savedAt = performance.now();
    await subject.save(server, text.replace('VERSION = "0"', `VERSION = "${count}"`));
    const wanted = (answer) => said(answer).version === String(count);
    const found = await until(server.port, path("node"), wanted, { every: 1, timeout: 30_000, isOver: server.process.hasEnded, body: EVENT });
    results.reload.push(found - savedAt);
    await pause(300); // the next save is a new one, not a part of this
  }
}

function said({ status, body }) {
  const answer = status === 200 ? JSON.parse(body) : {};
  if (answer.said !== "hello") throw new Error(`a call was answered with ${status}: ${body.slice(0, 300)}`);
  return answer;
}

/** Starts the subject in a fresh place, hands it over after the first answer of a function, and ends it, whatever happens. */
async function within(subject, plan, work) {
  const folder = mkdtempSync(join(tmpdir(), "greenroom-bench-"));
  const functions = functionsOf(subject.kinds, plan.cold);
  const place = { app: join(folder, "app"), state: join(folder, "state"), log: join(folder, "log"), port: await freePort(), functions };
  writeCode(place.app, plan.bootstrap);
  mkdirSync(place.state);
  const server = await subject.start(place);
  try {
    await subject.give(place);
    const answered = (answer) => answer.status === 200;
    const firstAt = await until(place.port, path("node"), answered, { every: 2, timeout: 60_000, isOver: server.hasEnded, body: EVENT });
    await work({ ...place, process: server, start: firstAt - server.startedAt });
  } catch (error) {
    const log = readFileSync(place.log, "utf8").split("\n").slice(-20).join("\n");
    throw new Error(`${subject.name}: ${error.message}. Its log ends with:\n${log}`, { cause: error });
  } finally {
    await stop(server);
    rmSync(folder, { recursive: true, force: true });
  }
}
