// Makes `cldr.bin` from CLDR's JSON packages: `node generate.mjs <folder with node_modules>`. README.md beside it says which packages.
//
// What a locale inherits from its parent is left out (`null`: the parent has it, the locale has not). Every locale has a chunk for each
// section that differs from its parent's; every chunk is compressed alone, so that a formatter reads only what it needs.

import { readFileSync, readdirSync, existsSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";
import { sections } from "./sections.mjs";
import { supplemental } from "./supplemental.mjs";

const root = `${process.argv[2]}/node_modules`;
const cache = new Map();
export const json = (path) => {
  if (!cache.has(path)) cache.set(path, existsSync(`${root}/${path}`) ? JSON.parse(readFileSync(`${root}/${path}`, "utf8")) : undefined);
  return cache.get(path);
};

const available = json("cldr-core/availableLocales.json").availableLocales.full;
// The locales that V8's build of ICU has: it leaves out languages whose data is thin. Asked of the node that runs this.
const supported = (tag) => tag === "und" || new Intl.NumberFormat(tag).resolvedOptions().locale === Intl.getCanonicalLocales(tag)[0];
const locales = available.filter(supported);
const known = new Set(locales);
const parents = json("cldr-core/supplemental/parentLocales.json").supplemental.parentLocales.parentLocale;

function parentOf(tag) {
  if (tag === "und") return undefined;
  if (parents[tag] !== undefined) return parents[tag] === "root" ? "und" : parents[tag];
  const cut = tag.lastIndexOf("-");
  if (cut < 0) return "und";
  const shorter = tag.slice(0, cut);
  return known.has(shorter) ? shorter : parentOf(shorter);
}

/** What has to be laid over `base` to get `whole`; undefined when they are alike. */
function difference(base, whole) {
  const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isObject(base) || !isObject(whole)) return JSON.stringify(base) === JSON.stringify(whole) ? undefined : whole;
  const result = {};
  for (const key of Object.keys(whole)) {
    const inner = key in base ? difference(base[key], whole[key]) : whole[key];
    if (inner !== undefined) result[key] = inner;
  }
  for (const key of Object.keys(base)) if (!(key in whole)) result[key] = null;
  return Object.keys(result).length === 0 ? undefined : result;
}

const chunks = new Map(); // name → JSON text
const inherited = {}; // locale → parent, where cutting off the last subtag does not give it
for (const tag of locales) {
  const parent = parentOf(tag);
  const cut = tag.lastIndexOf("-");
  if (parent !== undefined && parent !== (cut < 0 ? "und" : tag.slice(0, cut))) inherited[tag] = parent;
}
for (const [section, read] of Object.entries(sections)) {
  const whole = new Map();
  for (const tag of locales) whole.set(tag, JSON.parse(JSON.stringify(read(tag, json) ?? {})));
  for (const tag of locales) {
    const parent = parentOf(tag);
    const own = parent === undefined ? whole.get(tag) : difference(whole.get(parent), whole.get(tag));
    if (own !== undefined) chunks.set(`${tag}/${section}`, JSON.stringify(own));
  }
}
const all = supplemental(json, { locales, inherited });
for (const [name, value] of Object.entries(all)) chunks.set(name, JSON.stringify(value));

// count u32, then for each chunk in the order of its name: name length u8, name, compressed length u32; then the chunks.
const names = [...chunks.keys()].sort();
const head = [Buffer.alloc(4)];
head[0].writeUInt32LE(names.length);
const bodies = [];
let plain = 0;
for (const name of names) {
  const text = Buffer.from(chunks.get(name));
  plain += text.length;
  const body = brotliCompressSync(text, { params: {
    [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 18, [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
  } });
  const entry = Buffer.alloc(1 + name.length + 4);
  entry.writeUInt8(name.length);
  entry.write(name, 1, "latin1");
  entry.writeUInt32LE(body.length, 1 + name.length);
  head.push(entry);
  bodies.push(body);
}
const out = Buffer.concat([...head, ...bodies]);
writeFileSync(process.argv[3] ?? new URL("cldr.bin", import.meta.url), out);
const by = {};
names.forEach((name, i) => (by[name.split("/").pop()] = (by[name.split("/").pop()] ?? 0) + bodies[i].length));
console.log(`${names.length} chunks of ${locales.length} locales: ${plain} bytes, ${out.length} compressed`, by);
