/** Starts a run that lasts as long as this process wants it. */
import { spawn } from "node:child_process";

import { GreenroomError } from "./control.js";

/**
 * The command that `greenroom exec` runs: it tells where the control API is and ends when its standard input does, which also
 * happens when this process is killed.
 */
const WAIT = ["sh", "-c", 'echo "$GREENROOM_CONTROL"; cat >/dev/null'];

/** How much of what the program says is kept for an error. */
const KEPT = 64 * 1024;

/** Gives the control API's address, and a function that ends the run. */
export async function start({ dirs = ["."], cwd, bin = process.env.GREENROOM_BIN || "greenroom", freeze, seed, keepState, verbose, args = [] } = {}) {
  const options = [...args];
  if (freeze !== undefined && freeze !== false) options.push(freeze === true ? "--freeze" : `--freeze=${text(freeze)}`);
  if (seed !== undefined) options.push(`--seed=${seed}`);
  if (keepState) options.push("--keep-state");
  if (verbose) options.push("--verbose");
  const folders = [dirs].flat();
  const child = spawn(bin, ["exec", ...options, ...folders, "--", ...WAIT], { cwd, stdio: ["pipe", "pipe", "pipe"] });
  const ended = new Promise((resolve) => {
    child.once("error", (error) => resolve(`${bin}: ${error.message}`));
    child.once("close", (code, signal) => resolve(`it ended with ${signal ?? `exit code ${code}`}`));
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    said = (said + text).slice(-KEPT);
    if (verbose) process.stderr.write(text);
  });
  const url = await Promise.race([firstLine(child.stdout), ended.then(() => undefined)]);
  if (!url) {
    // What it says is whole only when it has ended.
    const end = await ended;
    const why = said.trim() || end;
    const hint = said ? undefined : "is greenroom on the PATH? Name the program in GREENROOM_BIN";
    throw new GreenroomError(`the apps could not be started: ${why}`, { code: "not-started", hint });
  }
  // A test that does not end the run ends all the same, and the run with it.
  for (const handle of [child, child.stdin, child.stdout, child.stderr]) handle.unref();
  const stop = async () => {
    for (const handle of [child, child.stdin, child.stdout, child.stderr]) handle.ref();
    child.stdin.end();
    await ended;
  };
  return { url, stop };
}

function text(instant) {
  return instant instanceof Date ? instant.toISOString() : instant;
}

function firstLine(stream) {
  return new Promise((resolve) => {
    let line = "";
    stream.setEncoding("utf8").on("data", (text) => {
      line += text;
      if (line.includes("\n")) resolve(line.slice(0, line.indexOf("\n")).trim());
    });
    stream.once("end", () => resolve(undefined));
  });
}
