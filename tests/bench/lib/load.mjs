// Load on one route of a server on this machine: wrk where it is there, else a generator of our own in a worker thread.
import { execFile, spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";

const run = promisify(execFile);
const here = dirname(fileURLToPath(import.meta.url));

/** Requests under way at any time, where a route does not say otherwise. */
export const CONNECTIONS = 32;

/** @typedef {{ rate: number, p50: number, p99: number, failed: number }} Load good answers per second; milliseconds; those that failed. */

/** The generator to use: `{ name, load(port, path, seconds, connections?, body?) → Load }`; a body is posted. Installs Debian's wrk where that is possible. */
export function generator() {
  const installable = process.getuid?.() === 0 && spawnSync("apt-get", ["--version"]).status === 0;
  if (!version() && installable) spawnSync("apt-get", ["install", "-y", "--no-install-recommends", "wrk"], { stdio: "ignore" });
  const found = version();
  if (found) return { name: `${found}, ${CONNECTIONS} connections, 1 thread`, load: withWrk };
  return { name: `built in (node; slower than wrk), ${CONNECTIONS} connections`, load: withWorker };
}

function version() {
  return /^wrk \S+/.exec(spawnSync("wrk", ["-v"], { encoding: "utf8" }).stdout ?? "")?.[0];
}

async function withWrk(port, path, seconds, connections = CONNECTIONS, body = undefined) {
  const url = `http://127.0.0.1:${port}${path}`;
  const args = ["-t", "1", "-c", String(connections), "-d", `${seconds}s`, "--timeout", "10s", "-s", join(here, "wrk.lua"), url];
  const { stdout } = await run("wrk", args, { env: { ...process.env, ...(body && { BENCH_BODY: body }) } });
  const line = stdout.split("\n").find((line) => line.startsWith("{"));
  if (line === undefined) throw new Error(`wrk gave no result: ${stdout}`);
  return result(JSON.parse(line), path);
}

function withWorker(port, path, seconds, connections = CONNECTIONS, body = undefined) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(join(here, "load-worker.mjs"), { workerData: { port, path, seconds, connections, body } });
    worker.once("message", (message) => resolve(message));
    worker.once("error", reject);
  }).then((message) => result(message, path));
}

function result({ requests, seconds, failed, p50, p99 }, path) {
  if (requests <= failed) throw new Error(`no request to ${path} was answered well`);
  return { rate: (requests - failed) / seconds, p50, p99, failed };
}
