// Makes of a `.wd-test` file what our binary runs: a folder with a `wrangler.jsonc`, an entry module of ours, and the test's own modules.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { readConstants } from "./capnp.mjs";

const GUEST = join(dirname(fileURLToPath(import.meta.url)), "../guest");

/** Modules that tests import and that stand here, so that a test fails for what it tests. */
const SHIMS = { "node:assert": "assert.js", assert: "assert.js", "node:assert/strict": "assert.js", "node:test": "test.js", "node:timers/promises": "timers-promises.js" };

/** wd-test's kind of module: the extension under which the bundler takes it as the same. */
const EXTENSIONS = { esModule: ".js", commonJsModule: ".cjs", text: ".txt", data: ".bin", wasm: ".wasm", json: ".json" };

const DATE = "2026-08-01";

/**
 * Writes a folder for each Worker that the file declares; the first holds the tests.
 * @returns {{ name: string, folder: string }[]} what each is called and where it is, the tests' own first.
 */
export function makeProjects(file, into) {
  const constants = readConstants(readFileSync(file, "utf8"));
  const follow = (value) => (value?.constant === undefined ? value : constants.get(value.constant));
  const config = constants.values().next().value;
  const workers = (config.services ?? []).map((service) => ({ name: service.name, ...follow(service.worker) })).filter((worker) => worker.modules);
  if (workers.length === 0) throw new Error("declares no Worker with modules");
  return workers.map((worker, index) => {
    const folder = join(into, String(index));
    mkdirSync(folder, { recursive: true });
    writeProject(worker, dirname(file), folder, follow);
    return { name: appName(worker.name), folder };
  });
}

function writeProject(worker, sources, folder, follow) {
  const alias = {};
  for (const [name, shim] of Object.entries(SHIMS)) alias[name] = join(GUEST, shim);
  const names = worker.modules.map((module, index) => writeModule(module, index, sources, folder, alias));
  const entry = readFileSync(join(GUEST, "entry.js"), "utf8").replaceAll("./worker.js", `./${names[0]}`).replace("GUEST", GUEST);
  writeFileSync(join(folder, "greenroom-entry.js"), entry);
  const bindings = (worker.bindings ?? []).map((binding) => Object.fromEntries(Object.entries(binding).map(([key, value]) => [key, follow(value)])));
  const wrangler = {
    name: appName(worker.name),
    main: "greenroom-entry.js",
    compatibility_date: worker.compatibilityDate ?? DATE,
    compatibility_flags: (worker.compatibilityFlags ?? []).filter((flag) => flag !== "experimental"),
    alias,
    ...bindingKeys(bindings),
  };
  writeFileSync(join(folder, "wrangler.jsonc"), JSON.stringify(wrangler, null, 2));
}

/** Writes one module into the folder and gives its file name there. */
function writeModule(module, index, sources, folder, alias) {
  const kind = Object.keys(module).find((key) => key in EXTENSIONS);
  if (kind === undefined) throw new Error(`the module ${module.name} is of a kind that is not read here`);
  const content = module[kind];
  const bare = index === 0 ? "worker" : module.name.replace(/^\.\//, "");
  let name = bare.endsWith(EXTENSIONS[kind]) ? bare : bare + EXTENSIONS[kind];
  if (content.embed === undefined) {
    write(join(folder, name), content);
  } else {
    let from = resolve(sources, content.embed);
    // Bazel makes the `.js` of a `.ts`; here the bundler reads the latter.
    if (!existsSync(from) && from.endsWith(".js")) {
      from = from.replace(/\.js$/, ".ts");
      name = name.replace(/\.js$/, ".ts");
    }
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    copyFileSync(from, join(folder, name));
  }
  if (index > 0 && !module.name.startsWith("./")) alias[module.name] = join(folder, name);
  return name;
}

function write(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** Bindings in the keys of a Wrangler configuration. What has no such key is left out; its tests then say what is missing. */
function bindingKeys(bindings) {
  const keys = {};
  const add = (key, value) => (keys[key] ??= []).push(value);
  for (const { name: original, ...binding } of bindings) {
    const name = identifier(original);
    const { service, kvNamespace, text, json } = binding;
    if (service !== undefined) {
      add("services", serviceKey(name, service));
    } else if (kvNamespace !== undefined) add("kv_namespaces", { binding: name, id: name });
    else if (text !== undefined) (keys.vars ??= {})[name] = text.embed === undefined ? text : "";
    else if (json !== undefined) (keys.vars ??= {})[name] = JSON.parse(json);
  }
  return keys;
}

function serviceKey(binding, service) {
  const { name, entrypoint } = typeof service === "string" ? { name: service } : service;
  return { binding, service: appName(name), entrypoint };
}

/** Wrangler's names of Workers are in lower case. */
function appName(name) {
  return name.toLowerCase();
}

/** Wrangler takes identifiers only; `guest/entry.js` gives the names back. */
function identifier(name) {
  return name.replace(/[^\w$]/g, (character) => `$${character.charCodeAt(0)}$`);
}
