// Records what workerd answers to a spec: `node record.mjs <folder of the spec>` writes its `expected.json`, or its `logs.json` where what counts
// is what the console writes: the lines between those that begin with `== `, by what these name, each with its level. A spec without an
// `observe.ts` of its own has the one beside this file.
// Needs node 24 and `npm install miniflare@4.20260730.0` where it is run; newer versions work, too.

import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { startMiniflare } from "./miniflare.mjs";
import { startSite } from "./site.mjs";

const folder = process.argv[2];
const config = JSON.parse(readFileSync(`${folder}/wrangler.jsonc`, "utf8"));
const own = (name) => `${folder}/src/${name}.ts`;
const fileOf = (name) => (name === "observe" && !existsSync(own(name)) ? new URL("observe.ts", import.meta.url) : own(name));
const found = readdirSync(`${folder}/src`).filter((name) => name.endsWith(".ts")).map((name) => name.slice(0, -3));
const names = [...new Set([...found, "observe"])];
const wasm = readdirSync(`${folder}/src`).filter((name) => name.endsWith(".wasm"));
// The entry comes first; the others are imported without an extension, which workerd wants to see.
names.sort((a, b) => (b === "index") - (a === "index"));
const source = (name) => stripTypeScriptTypes(readFileSync(fileOf(name), "utf8")).replaceAll(/from "(\.\/\w+)"/g, 'from "$1.mjs"');
const byName = (list, id) => Object.fromEntries((list ?? []).map((binding) => [binding.binding, binding[id]]));

const site = await startSite();
const logs = {};
let current;

function onLog({ level, message }) {
  if (message.startsWith("== ")) logs[(current = message.slice("== ".length))] = [];
  // Here there is one level for both.
  else logs[current]?.push([level === "log" ? "info" : level, message]);
}

const miniflare = startMiniflare({
  name: config.name,
  modules: [
    ...names.map((name) => ({ type: "ESModule", path: `${name}.mjs`, contents: source(name) })),
    ...wasm.map((path) => ({ type: "CompiledWasm", path, contents: readFileSync(`${folder}/src/${path}`) })),
  ],
  compatibilityDate: config.compatibility_date,
  bindings: { SITE: site.url },
  compatibilityFlags: config.compatibility_flags ?? [],
  kvNamespaces: byName(config.kv_namespaces, "id"),
  d1Databases: byName(config.d1_databases, "database_id"),
  // The place that miniflare falls back to, not that of the machine.
  cf: false,
  structuredWorkerdLogs: true,
  handleStructuredLogs: onLog,
});
// Over the network, as the tests do: what is dispatched directly has headers of its own.
const response = await fetch(await miniflare.ready, { headers: { "x-observed": "yes", "accept-encoding": "gzip" } });
const text = await response.text();
const written = (value) => JSON.stringify(value, null, 1) + "\n";
if (!response.ok) console.error(text);
else if (current === undefined) writeFileSync(`${folder}/expected.json`, written(JSON.parse(text)));
await miniflare.dispose();
if (response.ok && current !== undefined) writeFileSync(`${folder}/logs.json`, written(logs));
site.close();
