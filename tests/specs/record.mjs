// Records what workerd answers to a spec: `node record.mjs <folder of the spec>` writes its `expected.json`.
// Needs node 24 and `npm install miniflare@4.20260730.0` where it is run.

import { readFileSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { Miniflare } from "miniflare";

const folder = process.argv[2];
const config = JSON.parse(readFileSync(`${folder}/wrangler.jsonc`, "utf8"));
const source = (name) => stripTypeScriptTypes(readFileSync(`${folder}/src/${name}.ts`, "utf8")).replaceAll('"./observe"', '"./observe.mjs"');
const byName = (list, id) => Object.fromEntries((list ?? []).map((binding) => [binding.binding, binding[id]]));

const miniflare = new Miniflare({
  modules: ["index", "observe"].map((name) => ({ type: "ESModule", path: `${name}.mjs`, contents: source(name) })),
  compatibilityDate: config.compatibility_date,
  kvNamespaces: byName(config.kv_namespaces, "id"),
  d1Databases: byName(config.d1_databases, "database_id"),
});
const seen = await (await miniflare.dispatchFetch("http://localhost/")).json();
writeFileSync(`${folder}/expected.json`, JSON.stringify(seen, null, 1) + "\n");
await miniflare.dispose();
