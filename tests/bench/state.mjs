// How long a snapshot and a restore of 10 MB (half KV, half D1) take: `node state.mjs BINARY [ROUNDS]` serves the app in `state/`, in files and
// in memory, fills it, prints a table and writes it to `results/state.md`. The time is that of the whole request to the control API.
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { describe } from "./lib/machine.mjs";

const [binary, rounds = "50"] = process.argv.slice(2);
const APP = fileURLToPath(new URL("state", import.meta.url));
const TARGETS = { snapshot: 50, restore: 20 };

const agent = new http.Agent({ keepAlive: true });

function ask(url, method, body) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const request = http.request(url, { method, agent, headers: { "content-type": "application/json" } }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (piece) => (text += piece)).on("end", () => {
        if (response.statusCode !== 200) reject(new Error(`${method} ${url}: ${response.statusCode} ${text}`));
        else resolve({ ms: performance.now() - started, text });
      });
    });
    request.on("error", reject).end(body && JSON.stringify(body));
  });
}

async function measure(kind, args) {
  const folder = mkdtempSync(join(tmpdir(), "greenroom-bench-"));
  cpSync(APP, folder, { recursive: true });
  const server = spawn(binary, ["dev", folder, "--json", "--port", "0", "--control-port", "0", ...args], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const { app, control } = await started(server);
    await ask(`${app}/fill`, "POST");
    const times = { snapshot: [], restore: [] };
    for (let round = 0; round < Number(rounds); round++) {
      times.snapshot.push((await ask(`${control}/v1/state/snapshots`, "POST", { name: "bench", replace: true })).ms);
      await ask(`${app}/change`, "POST");
      times.restore.push((await ask(`${control}/v1/state/restore`, "POST", { name: "bench" })).ms);
    }
    return Object.entries(times).map(([what, values]) => row(kind, what, values));
  } finally {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

function started(server) {
  const found = {};
  return new Promise((resolve, reject) => {
    server.on("exit", () => reject(new Error("the server ended")));
    createInterface(server.stdout).on("line", (text) => {
      const line = JSON.parse(text);
      if (line.type === "ready") found.app = line.url;
      if (line.type === "control") found.control = line.url;
      if (found.app && found.control) resolve(found);
    });
  });
}

function row(kind, what, values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (q) => sorted[Math.floor(q * (sorted.length - 1))].toFixed(1);
  return `| ${what} of 10 MB, ${kind} | ${at(0.5)} | ${at(0.99)} | ${TARGETS[what]} |`;
}

const rows = [...(await measure("in files", [])), ...(await measure("in memory", ["--ephemeral"]))];
const table = `| | p50 ms | p99 ms | target |\n| --- | --- | --- | --- |\n${rows.join("\n")}\n`;
process.stdout.write(table);
const about = describe({ generator: "none", peers: null, greenrooms: [{ engine: "as measured", binary }] }).map(([name, value]) => `| ${name} | ${value} |`);
writeFileSync(fileURLToPath(new URL("results/state.md", import.meta.url)), `${table}\n| | |\n| --- | --- |\n${about.join("\n")}\n`);
process.exit();
