// Records what workerd answers to the observations of service bindings: `node tests/specs/rpc/record.mjs` writes `expected.json`.
// Needs node 24 and `npm install miniflare@4.20260730.0` where it is run; newer versions work, too.

import { readFileSync, writeFileSync } from "node:fs";

import { startMiniflare } from "../miniflare.mjs";

const here = new URL(".", import.meta.url);
const worker = (name) => {
  const config = JSON.parse(readFileSync(new URL(`${name}/wrangler.jsonc`, here), "utf8"));
  return {
    name,
    modules: [{ type: "ESModule", path: "index.js", contents: readFileSync(new URL(`${name}/index.js`, here), "utf8") }],
    compatibilityDate: config.compatibility_date,
    bindings: config.vars,
    serviceBindings: Object.fromEntries((config.services ?? []).map(({ binding, service, entrypoint, props }) => [binding, { name: service, entrypoint, props }])),
  };
};

const miniflare = startMiniflare({ workers: [worker("caller"), worker("callee")] });
const seen = await (await miniflare.dispatchFetch("http://localhost/")).json();
writeFileSync(new URL("expected.json", here), `${JSON.stringify(seen, null, 1)}\n`);
await miniflare.dispose();
