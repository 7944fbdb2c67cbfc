// What a frozen clock does with a thousand cron triggers: `node time.mjs ENGINE=BINARY… [--days N]` advances a year (or N days) with 1,000
// crons due daily, and then with nothing due, and writes `results/time.md`. Every one must have run, in order.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { describe } from "./lib/machine.mjs";

const CRONS = 1000;
const { values, positionals } = parseArgs({ allowPositionals: true, options: { days: { type: "string", default: "365" } } });
const days = Number(values.days);

const crons = Array.from({ length: CRONS }, (_, index) => `${index % 60} ${Math.floor(index / 60) % 24} * * *`);
const code = `
  let count = 0, wrong = 0, last = 0;
  export default {
    scheduled({ scheduledTime }) { count++; if (scheduledTime < last || scheduledTime !== Date.now()) wrong++; last = scheduledTime; },
    fetch: () => Response.json({ count, wrong }),
  };`;

async function measure(binary) {
  const folder = mkdtempSync(join(tmpdir(), "greenroom-time-"));
  writeFileSync(join(folder, "wrangler.json"), JSON.stringify({ name: "time", main: "index.js", compatibility_date: "2026-08-01", triggers: { crons } }));
  writeFileSync(join(folder, "index.js"), code);
  const arguments_ = ["dev", folder, "--json", "--port", "0", "--control-port", "0", "--ephemeral"];
  const server = spawn(binary, arguments_, { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const urls = {};
    await new Promise((resolve) => {
      createInterface(server.stdout).on("line", (text) => {
        const line = JSON.parse(text);
        if (line.type === "ready" || line.type === "control") urls[line.type] = line.url;
        if (urls.ready && urls.control) resolve();
      });
    });
    const post = async (path, body) => {
      const started = performance.now();
      const response = await fetch(urls.control + path, { method: "POST", body: JSON.stringify(body) });
      const value = await response.json();
      if (!response.ok || value.stopped) throw new Error(JSON.stringify(value).slice(0, 500));
      return { value, ms: performance.now() - started };
    };
    await post("/v1/clock/freeze", { at: "2027-01-01" });
    const { value, ms } = await post("/v1/clock/advance", { by: `${days}days`, max_wall_ms: 600_000 });
    const { count, wrong } = await (await fetch(urls.ready)).json();
    if (value.count !== CRONS * days || count !== CRONS * days || wrong > 0) throw new Error(`${value.count} were due, ${count} ran, ${wrong} of them wrong`);
    const nothing = [];
    for (let i = 0; i < 200; i++) nothing.push((await post("/v1/clock/advance", { by: "1ms" })).ms);
    return { count, ms, nothing: nothing.toSorted((a, b) => a - b)[100] };
  } finally {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

const greenrooms = positionals.map((text) => text.split(/=(.*)/s)).map(([engine, binary]) => ({ engine, binary }));
const rows = [];
for (const { engine, binary } of greenrooms) {
  const { count, ms, nothing } = await measure(binary);
  rows.push(`| ${engine} | ${count.toLocaleString("en")} | ${(ms / 1000).toFixed(1)} s | ${Math.round(count / ms * 1000).toLocaleString("en")} | ${nothing.toFixed(2)} ms |`);
}
const table = [
  "# Time\n",
  `${CRONS.toLocaleString("en")} cron triggers of one Worker, each due once a day, over ${days} days of a frozen clock; then the clock moved by a millisecond in which`,
  "nothing is due, over HTTP, median of 200. Every trigger ran, in order.\n",
  "| engine | events | took | events/s | nothing due |\n| --- | --- | --- | --- | --- |",
  ...rows,
  "",
].join("\n");
process.stdout.write(table);
const machine = describe({ generator: "none", peers: null, greenrooms }).map(([name, value]) => `| ${name} | ${value} |`);
writeFileSync(fileURLToPath(new URL("results/time.md", import.meta.url)), `${table}\n| | |\n| --- | --- |\n${machine.join("\n")}\n`);
