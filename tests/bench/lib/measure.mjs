// One subject, once: start, memory, load, reload, end.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { freePort, get, until } from "./http.mjs";
import { memoryOf, stop } from "./processes.mjs";

const APP = join(dirname(fileURLToPath(import.meta.url)), "../app");

/** Requests under way where each keeps a processor busy: more would only wait for each other. */
const FEW = 2;

/** The routes under load, by what they show; `held`: there are targets for it, since it shows the server rather than the engine. */
export const ROUTES = [
  { name: "hello world", path: "/hello", in: "hello", held: true },
  { name: "KV read", path: "/kv", in: "app", held: true },
  { name: "D1 query", path: "/d1", in: "app", held: true },
  { name: "100 KB body", path: "/body", in: "app", held: true },
  { name: "1 MB JSON, parsed and written", path: "/json", in: "app", held: false, connections: FEW },
  { name: "ECDSA, signed and verified", path: "/crypto", in: "app", held: false, connections: FEW },
  { name: "100 KB through two transforms", path: "/transforms", in: "app", held: false, connections: FEW },
  { name: "wasm fib(23)", path: "/wasm", in: "app", held: false, connections: FEW },
];

/** How long the server is left alone before its memory is taken, in milliseconds. */
const REST = 1000;

/** What one round adds, all times in milliseconds: `start`, `reload`, `idle` and `loaded` (bytes), and a list of loads for each route. */
export function emptyResults() {
  return { start: [], reload: [], idle: [], loaded: [], loads: Object.fromEntries(ROUTES.map(({ name }) => [name, []])) };
}

/** Adds one round to `results`. `plan`: `{ starts, reloads, warmUp, seconds, load }`. */
export async function round(subject, plan, results) {
  for (let extra = 1; extra < plan.starts; extra++) await within(subject, async ({ start }) => results.start.push(start));
  await within(subject, async (server) => {
    results.start.push(server.start);
    await pause(REST);
    results.idle.push(memoryOf(server.process));
    await underLoad(subject, server, plan, results);
    await pause(REST);
    results.loaded.push(memoryOf(server.process));
    if (subject.serves === "app") await reloads(server, plan, results);
  });
}

async function underLoad(subject, { port }, plan, results) {
  if (subject.serves === "app") expect(await get(port, "/seed"), "/seed");
  for (const { name, path, connections } of ROUTES.filter((route) => subject.serves === "app" || route.in === "hello")) {
    expect(await get(port, path), path);
    await plan.load(port, path, plan.warmUp, connections);
    results.loads[name].push(await plan.load(port, path, plan.seconds, connections));
  }
}

async function reloads({ app, port, process: server }, plan, results) {
  const file = join(app, "src/version.ts");
  for (let count = 1; count <= plan.reloads; count++) {
    const version = `${count}-${server.pid}`;
    const savedAt = performance.now();
    writeFileSync(file, `export const VERSION = "${version}";\n`);
    const wanted = ({ body }) => body === version;
    results.reload.push((await until(port, "/version", wanted, { every: 1, timeout: 30_000, isOver: server.hasEnded })) - savedAt);
    await pause(300); // the next save is a new one, not a part of this
  }
}

const folders = new Set();
process.on("exit", () => folders.forEach(remove));

function remove(folder) {
  rmSync(folder, { recursive: true, force: true });
  folders.delete(folder);
}

/** Starts the subject in a fresh place, hands it over after its first answer, and ends it, whatever happens. */
async function within(subject, work) {
  const folder = mkdtempSync(join(tmpdir(), "greenroom-bench-"));
  folders.add(folder);
  const place = { app: join(folder, "app"), state: join(folder, "state"), log: join(folder, "log"), port: await freePort() };
  cpSync(APP, place.app, { recursive: true });
  mkdirSync(place.state);
  const server = subject.start(place);
  try {
    const answered = ({ status }) => status === 200;
    const firstAt = await until(place.port, "/hello", answered, { every: 2, timeout: 60_000, isOver: server.hasEnded });
    await work({ ...place, process: server, start: firstAt - server.startedAt });
  } catch (error) {
    const fate = server.hasEnded() ? ` It ${await server.ended}.` : "";
    throw new Error(`${subject.name}: ${error.message}.${fate} Its log ends with:\n${tail(place.log)}`, { cause: error });
  } finally {
    await stop(server);
    remove(folder);
  }
}

function expect({ status, body }, path) {
  if (status !== 200) throw new Error(`GET ${path} was answered with ${status}: ${body.slice(0, 200)}`);
}

function tail(file) {
  return readFileSync(file, "utf8").split("\n").slice(-20).join("\n");
}
