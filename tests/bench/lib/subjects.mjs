// What is measured, and how each is started. A new one is a new function and a line in `run.mjs`.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { start } from "./processes.mjs";

const PEERS = join(dirname(fileURLToPath(import.meta.url)), "../peers");

/**
 * @typedef {{ name: string, serves: "app" | "hello", start: (place: Place) => ReturnType<typeof start> }} Subject
 * `serves`: the whole bench app, or a hello world alone.
 * @typedef {{ app: string, state: string, port: number, log: string }} Place a copy of the app, an empty folder, a free port, a log file.
 */

/** @returns {Subject} */
export function floor(binary) {
  return { name: "bare hyper", serves: "hello", start: ({ state, port, log }) => start(binary, [String(port)], { cwd: state, log }) };
}

/** @returns {Subject} */
export function greenroom(engine, binary) {
  return {
    name: `greenroom (${engine})`,
    serves: "app",
    start: ({ app, state, port, log }) => start(binary, ["dev", app, "--port", String(port), "--ephemeral"], { cwd: state, log }),
  };
}

/** @returns {Subject} */
export function miniflare(peers) {
  return {
    name: "miniflare",
    serves: "app",
    start: ({ app, port, log }) => start(nodeOf(peers), [join(PEERS, "miniflare.mjs"), app, String(port)], { cwd: peers, log }),
  };
}

/** @returns {Subject} */
export function wrangler(peers) {
  const script = join(peers, "node_modules/wrangler/bin/wrangler.js");
  return {
    name: "wrangler dev",
    serves: "app",
    start: ({ app, state, port, log }) =>
      start(nodeOf(peers), [script, "dev", "--ip", "127.0.0.1", "--port", String(port), "--inspector-port", "0", "--persist-to", state], {
        cwd: app,
        log,
        // Nothing that asks the network: it would only slow it down.
        env: {
          WRANGLER_SEND_METRICS: "false",
          WRANGLER_HIDE_BANNER: "true",
          CLOUDFLARE_CF_FETCH_ENABLED: "false",
          XDG_CONFIG_HOME: state,
          CI: "true",
        },
      }),
  };
}

function nodeOf(peers) {
  return join(peers, "node_modules/node/bin/node");
}
