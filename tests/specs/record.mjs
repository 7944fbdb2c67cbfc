// Records what workerd answers to a spec: `node record.mjs <folder of the spec>` writes its `expected.json`.
// Needs node 24 and `npm install miniflare@4.20260730.0` where it is run.

import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { Miniflare } from "miniflare";

const folder = process.argv[2];
const config = JSON.parse(readFileSync(`${folder}/wrangler.jsonc`, "utf8"));
const names = readdirSync(`${folder}/src`).filter((name) => name.endsWith(".ts")).map((name) => name.slice(0, -3));
// The entry comes first; the others are imported without an extension, which workerd wants to see.
names.sort((a, b) => (b === "index") - (a === "index"));
const source = (name) => stripTypeScriptTypes(readFileSync(`${folder}/src/${name}.ts`, "utf8")).replaceAll(/from "(\.\/\w+)"/g, 'from "$1.mjs"');
const byName = (list, id) => Object.fromEntries((list ?? []).map((binding) => [binding.binding, binding[id]]));

const miniflare = new Miniflare({
  modules: names.map((name) => ({ type: "ESModule", path: `${name}.mjs`, contents: source(name) })),
  compatibilityDate: config.compatibility_date,
  kvNamespaces: byName(config.kv_namespaces, "id"),
  d1Databases: byName(config.d1_databases, "database_id"),
});
const seen = await (await miniflare.dispatchFetch("http://localhost/")).json();
writeFileSync(`${folder}/expected.json`, JSON.stringify(seen, null, 1) + "\n");
await miniflare.dispose();
