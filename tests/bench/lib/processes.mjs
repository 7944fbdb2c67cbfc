// Starting processes, seeing what belongs to them, and leaving none behind.
import { spawn } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** Every process group that this run has started and not yet ended. Each is named after its first process. */
const groups = new Set();

// Outlives us by an instant: when its standard input ends, however that comes about (SIGKILL too), it ends the groups of the last line.
const reaper = spawn("sh", ["-c", 'while read -r line; do last=$line; done; for group in $last; do kill -KILL -"$group"; done 2>/dev/null'], {
  detached: true,
  stdio: ["pipe", "ignore", "ignore"],
});
reaper.stdin.on("error", () => {});
reaper.unref();
reaper.stdin.unref?.();

function tellReaper() {
  reaper.stdin.write(`${[...groups].join(" ")}\n`);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.once(signal, () => {
    killAll();
    process.exit(signal === "SIGINT" ? 130 : 143);
  });
}
process.on("exit", killAll);

function killAll() {
  for (const group of groups) kill(treeOf(group), group);
  groups.clear();
}

/**
 * Starts a program in a session of its own, its output going to the file `log`.
 * @returns {{ pid: number, startedAt: number, ended: Promise<string>, hasEnded: () => boolean }} `startedAt` in `performance.now()`'s milliseconds.
 */
export function start(program, args, { cwd, env, log }) {
  const output = openSync(log, "a");
  const startedAt = performance.now();
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, detached: true, stdio: ["ignore", output, output] });
  closeSync(output);
  let over = false;
  const ended = new Promise((resolve) => {
    child.once("error", (error) => resolve(`could not be started: ${error.message}`));
    child.once("exit", (code, signal) => resolve(`ended by itself with ${signal ?? `exit code ${code}`}`));
  }).finally(() => (over = true));
  if (child.pid !== undefined) {
    groups.add(child.pid);
    tellReaper();
  }
  return { pid: child.pid, startedAt, ended, hasEnded: () => over };
}

/** Asks the whole tree to end, and makes it after three seconds. Resolves when no process of it is left. */
export async function stop({ pid }) {
  if (pid === undefined) return;
  const tree = treeOf(pid);
  kill(tree, pid, "SIGTERM");
  const deadline = performance.now() + 3000;
  while (tree.some(isAlive)) {
    if (performance.now() > deadline) kill(tree.filter(isAlive), pid);
    await pause(10);
  }
  groups.delete(pid);
  tellReaper();
}

/** Proportional set size of a process and all that belong to it, in bytes: shared pages are counted once, spread over their users. */
export function memoryOf({ pid }) {
  return treeOf(pid).reduce((sum, each) => sum + proportionalSetSize(each), 0);
}

function proportionalSetSize(pid) {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0) * 1024;
  } catch {
    return 0; // it ended meanwhile
  }
}

/** The pids of a process, its descendants, and whatever shares their session, zombies left out. */
function treeOf(root) {
  const table = processTable();
  const found = new Set([root]);
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const { pid, parent, session } of table) if (found.has(parent) || session === root) found.add(pid);
  }
  return table.map(({ pid }) => pid).filter((pid) => found.has(pid));
}

function processTable() {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(Number(name)))
    .filter((entry) => entry !== null && entry.state !== "Z");
}

/** See proc_pid_stat(5). The name stands in parentheses and may itself hold any character. */
function statOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, parent, , session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { pid, state, parent: Number(parent), session: Number(session) };
  } catch {
    return null; // it ended meanwhile
  }
}

function isAlive(pid) {
  const entry = statOf(pid);
  return entry !== null && entry.state !== "Z";
}

function kill(tree, group, signal = "SIGKILL") {
  for (const target of [-group, ...tree]) {
    try {
      process.kill(target, signal);
    } catch {
      // it ended meanwhile
    }
  }
}
