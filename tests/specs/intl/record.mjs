// Records what Node.js answers to the cases: `node record.mjs` writes `expected/`. Node.js 26.10.0 (`npm install node@26.10.0`) has ICU 78.3,
// whose data is that of CLDR 48.2.
import { mkdirSync, writeFileSync } from "node:fs";
import { answers, classes, locales, single } from "./src/cases.js";

process.env.TZ = "UTC";
mkdirSync(new URL("expected/", import.meta.url), { recursive: true });
let count = 0;
for (const name of classes) {
  const all = {};
  for (const locale of single.has(name) ? locales.slice(0, 1) : locales) {
    all[locale] = answers(name, locale);
    count += Object.keys(all[locale]).length;
  }
  writeFileSync(new URL(`expected/${name}.json`, import.meta.url), `${JSON.stringify(all, null, 1)}\n`);
}
console.log(`${count} answers of Node.js ${process.version}, ICU ${process.versions.icu}, CLDR ${process.versions.cldr}, tz ${process.versions.tz}`);
