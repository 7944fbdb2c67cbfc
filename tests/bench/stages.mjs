// Where one request spends its time: `node stages.mjs BINARY FILE` asks the bench's hello world one request after another and writes the
// table that `run.mjs --stages ENGINE=FILE` takes. The program's own request log says how long the door and the guest took.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import http from "node:http";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const [binary, file] = process.argv.slice(2);
const app = fileURLToPath(new URL("app", import.meta.url));
const WARM_UP = 500;
const REQUESTS = 3000;

const server = spawn(binary, ["dev", app, "--json", "--port", "0", "--ephemeral"], { stdio: ["ignore", "pipe", "inherit"] });
process.on("exit", () => server.kill());
const logged = [];
let listening;
const ready = new Promise((resolve) => listening = resolve);
createInterface(server.stdout).on("line", (text) => {
  const line = JSON.parse(text);
  if (line.type === "ready") listening(new URL(line.url));
  if (line.type === "request") logged.push(line);
});

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const ask = (url) =>
  new Promise((resolve, reject) => {
    const started = process.hrtime.bigint();
    http.get(new URL("/hello", url), { agent }, (response) => {
      response.resume().on("end", () => resolve(Number(process.hrtime.bigint() - started) / 1000));
    }).on("error", reject);
  });

const url = await ready;
const client = [];
for (let i = 0; i < WARM_UP + REQUESTS; i++) client.push(await ask(url));
// The log comes through a thread that gathers lines; the last of them is awaited.
while (logged.length < client.length) await new Promise((resolve) => setImmediate(resolve));

const quantile = (values, q) => values.toSorted((a, b) => a - b)[Math.floor(q * (values.length - 1))];
const stage = (name, values) => {
  const measured = values.slice(WARM_UP);
  return { stage: name, p50_us: Math.round(quantile(measured, 0.5)), p99_us: Math.round(quantile(measured, 0.99)) };
};
const guest = logged.map((line) => line.guest_ms * 1000);
const door = logged.map((line) => line.ms * 1000);
writeFileSync(file, JSON.stringify([
  stage("isolate: from the request's arrival in the guest to its answer", guest),
  stage("channel: both ways, with the wake-ups of both processes, and the door's own work", door.map((took, i) => took - guest[i])),
  stage("the rest of what the client waits: its own work, the loopback, hyper", client.map((took, i) => took - door[i])),
  stage("the client's whole wait", client),
]) + "\n");
process.exit(0);
