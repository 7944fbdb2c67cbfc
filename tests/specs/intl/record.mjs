// Records what workerd answers to the cases: `node record.mjs` writes `expected/`. Needs node 24 and `npm install miniflare@4.20260730.0`
// where it is run; newer versions work, too.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { startMiniflare } from "../miniflare.mjs";
import { classes, locales, single } from "./src/cases.js";

const here = (path) => new URL(path, import.meta.url);
const files = readdirSync(here("src")).sort((a, b) => (b === "index.js") - (a === "index.js"));
const miniflare = startMiniflare({
  modules: files.map((path) => ({ type: "ESModule", path, contents: readFileSync(here(`src/${path}`), "utf8") })),
  compatibilityDate: JSON.parse(readFileSync(here("wrangler.jsonc"), "utf8")).compatibility_date,
});
mkdirSync(here("expected/"), { recursive: true });
let count = 0;
for (const name of classes) {
  const all = {};
  for (const locale of single.has(name) ? locales.slice(0, 1) : locales) {
    all[locale] = await (await miniflare.dispatchFetch(`http://localhost/${name}/${locale}`)).json();
    count += Object.keys(all[locale]).length;
  }
  writeFileSync(here(`expected/${name}.json`), `${JSON.stringify(all, null, 1)}\n`);
}
console.log(`${count} answers`);
await miniflare.dispose();
