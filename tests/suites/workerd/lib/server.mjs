// Our binary with a project folder, and questions to the entry module there.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** Longer than any test needs, shorter than patience. */
const PATIENCE = 20_000;

/** Starts `greenroom dev` for these projects; resolves when the first is ready. Rejects with what it printed if that never comes. */
export async function start(binary, projects) {
  const child = spawn(binary, ["dev", ...projects.map(({ folder }) => folder), "--port", "0", "--ephemeral", "--json"], { stdio: ["ignore", "pipe", "pipe"] });
  const said = [];
  child.stderr.setEncoding("utf8").on("data", (text) => said.push(text));
  const ready = new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const event = JSON.parse(line);
      if (event.type === "ready" && event.app === projects[0].name) resolve(event);
      else said.push(`${line}\n`);
    });
    child.once("error", reject);
    child.once("exit", () => reject(new Error(said.join(""))));
  });
  const stop = () => child.kill("SIGKILL");
  const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
  try {
    const { url, engine } = await ready;
    return { url, engine, stop, said };
  } finally {
    clearTimeout(timer);
  }
}

/** Runs the test `name`, or lists the tests if it is empty. */
export async function ask({ url }, name) {
  try {
    const reply = await fetch(url, { headers: { "greenroom-suite": encodeURIComponent(name) }, signal: AbortSignal.timeout(PATIENCE) });
    const text = await reply.text();
    return reply.status === 200 ? JSON.parse(text) : { error: text };
  } catch (error) {
    return { error: `no answer: ${error.message}` };
  }
}
