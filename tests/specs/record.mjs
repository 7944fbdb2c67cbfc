// Records what workerd answers to a spec: `node record.mjs <folder of the spec>` writes its `expected.json`. A spec without an
// `observe.ts` of its own has the one beside this file.
// Needs node 24 and `npm install miniflare@4.20260730.0` where it is run.

import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { Miniflare } from "miniflare";
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
const miniflare = new Miniflare({
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
});
// Over the network, as the tests do: what is dispatched directly has headers of its own.
const response = await fetch(await miniflare.ready, { headers: { "x-observed": "yes", "accept-encoding": "gzip" } });
const text = await response.text();
if (response.ok) writeFileSync(`${folder}/expected.json`, JSON.stringify(JSON.parse(text), null, 1) + "\n");
else console.error(text);
await miniflare.dispose();
site.close();
