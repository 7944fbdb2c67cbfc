// `node miniflare.mjs APP PORT`: the app on miniflare's own API, with the shortest way from a saved file to a new version that it
// allows: a file event, esbuild, `setOptions`. (`wrangler dev` is the same runtime with esbuild's polling watcher and a proxy in front.)
import { readFileSync, watch } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [app, port] = process.argv.slice(2);
// This file stays in the repository; the packages are in the cache folder, which is the working directory.
const require = createRequire(join(process.cwd(), "package.json"));
const esbuild = require("esbuild");
const { Miniflare } = require("miniflare");

const bundle = await esbuild.context({
  entryPoints: [join(app, "src/index.ts")],
  bundle: true,
  format: "esm",
  target: "es2024",
  sourcemap: "inline",
  external: ["*.wasm"],
  write: false,
});

async function options() {
  const { outputFiles } = await bundle.rebuild();
  return {
    host: "127.0.0.1",
    port: Number(port),
    modules: [
      { type: "ESModule", path: "index.mjs", contents: outputFiles[0].text },
      { type: "CompiledWasm", path: "fib.wasm", contents: readFileSync(join(app, "src/fib.wasm")) },
    ],
    compatibilityDate: "2026-07-01",
    kvNamespaces: ["KV"],
    d1Databases: ["DB"],
    cf: false,
  };
}

const miniflare = new Miniflare(await options());
let reloading = Promise.resolve();
watch(join(app, "src"), () => {
  reloading = reloading.then(async () => miniflare.setOptions(await options())).catch((error) => console.error(error.message));
});
await miniflare.ready;
