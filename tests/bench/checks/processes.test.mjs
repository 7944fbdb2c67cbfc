import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { memoryOf, start, stop } from "../lib/processes.mjs";

const folder = mkdtempSync(join(tmpdir(), "greenroom-bench-check-"));
const log = join(folder, "log");
after(() => rmSync(folder, { recursive: true }));

/** Resolves with the pid that the started shell has written to its log. */
async function pidFromLog() {
  for (;;) {
    const pid = /^\d+$/m.exec(readFileSync(log, "utf8"));
    if (pid) return Number(pid[0]);
    await new Promise(setImmediate);
  }
}

function isGone(pid) {
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return true;
  }
}

test("a child in a session of its own that ignores SIGTERM counts as memory and is ended too", async () => {
  const shell = start("sh", ["-c", `setsid sh -c 'trap "" TERM; echo $$; while :; do sleep 1; done' & wait`], { cwd: folder, log });
  const grandchild = await pidFromLog();
  assert.equal(isGone(grandchild), false);
  assert.ok(memoryOf(shell) > memoryOf({ pid: grandchild }));
  await stop(shell);
  assert.equal(isGone(grandchild), true);
});

test("a program that is not there says so", async () => {
  const missing = start(join(folder, "missing"), [], { cwd: folder, log });
  assert.match(await missing.ended, /^could not be started: /);
  assert.equal(missing.hasEnded(), true);
});
