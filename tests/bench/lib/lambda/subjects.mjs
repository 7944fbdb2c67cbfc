// What is measured, and how each is started, given its functions and a new version of one.
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { freePort, get } from "../http.mjs";
import { start } from "../processes.mjs";
import { RUNTIMES, writeServerless, writeTemplate } from "./project.mjs";
import { zipOf } from "./zip.mjs";

/**
 * @typedef {{ app: string, state: string, port: number, log: string, functions: import("./project.mjs").Function[] }} Place
 * @typedef {{
 *   name: string, kinds: string[], start: (place: Place) => Promise<ReturnType<typeof start>>,
 *   give: (place: Place) => Promise<void>, save: (place: Place, text: string) => Promise<void>,
 * }} Subject `give`: hands over the functions, where starting does not; `save`: makes `text` the code of the function `node`.
 */

const saved = async ({ app }, text) => writeFileSync(join(app, "node/index.js"), text);
const nothing = async () => {};

/** @returns {Subject} */
export function greenroom(name, binary, options = [], kinds = Object.keys(RUNTIMES)) {
  return {
    name,
    kinds,
    start: async ({ app, state, port, log, functions }) => {
      writeTemplate(app, functions);
      const args = ["dev", app, "--port", "0", "--control-port", "0", "--aws-port", String(port), "--ephemeral", ...options];
      return start(binary, args, { cwd: state, log });
    },
    give: nothing,
    save: saved,
  };
}

/** Its functions are uploaded: it takes no project. @returns {Subject} */
export function ministack({ ministack }) {
  const zip = (kind, data) => zipOf(RUNTIMES[kind].file, data, 0o755).toString("base64");
  const health = "/_ministack/health";
  return {
    name: "MiniStack",
    kinds: Object.keys(RUNTIMES),
    start: async ({ state, port, log }) => start(ministack, [], { cwd: state, log, env: { GATEWAY_PORT: String(port), LOG_LEVEL: "ERROR", TMPDIR: state } }),
    give: async ({ app, port, functions }) => {
      while ((await get(port, health).catch(() => null)) === null);
      for (const { name, kind, runtime } of functions) {
        const code = { ZipFile: zip(kind, readFileSync(join(app, kind, RUNTIMES[kind].file))) };
        const wanted = { FunctionName: name, Runtime: runtime, Handler: "index.handler", Role: "arn:aws:iam::000000000000:role/r", Code: code, Timeout: 30 };
        await ask(port, "POST", "/2015-03-31/functions", wanted);
      }
    },
    save: ({ port }, text) => ask(port, "PUT", "/2015-03-31/functions/node/code", { ZipFile: zip("node", Buffer.from(text)) }),
  };
}

async function ask(port, method, path, body) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: JSON.stringify(body), headers: { "content-type": "application/json" } });
  if (!answer.ok) throw new Error(`${method} ${path} was answered with ${answer.status}: ${await answer.text()}`);
}

/** `reloads`: functions are loaded anew by each call, which is what it has for saves, and no way to run fast. @returns {Subject} */
export function serverlessOffline({ serverless, modules }, reloads) {
  return {
    name: "serverless-offline",
    kinds: ["node", "python"],
    start: async ({ app, state, port, log, functions }) => {
      writeServerless(app, functions);
      symlinkSync(modules, join(app, "node_modules"));
      const ports = ["--httpPort", String(await freePort()), "--lambdaPort", String(port), "--noPrependStageInUrl"];
      const args = [serverless, "offline", ...ports, ...(reloads ? ["--reloadHandler"] : [])];
      return start(process.execPath, args, { cwd: app, log, env: { SLS_TELEMETRY_DISABLED: "1", SLS_NOTIFICATIONS_MODE: "off", CI: "1", HOME: state } });
    },
    give: nothing,
    save: saved,
  };
}
