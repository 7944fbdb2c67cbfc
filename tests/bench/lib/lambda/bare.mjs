// The same functions in their interpreters and nothing else: what no runner of them can be faster than.
import { execFileSync, spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const CODE = join(dirname(fileURLToPath(import.meta.url)), "../../lambda");
const CALLS = 20_000;

/** Programs and arguments by runtime. The interpreter itself is measured, not the script of a version manager in front of it. */
let found;
function programs() {
  if (found) return found;
  const python = execFileSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).trim();
  found = {
    node: [process.execPath, [join(CODE, "bare.js"), join(CODE, "node/index.js")]],
    python: [python, ["-B", join(CODE, "bare.py"), join(CODE, "python/index.py")]],
  };
  return found;
}

/** Starts the interpreter of a kind with its function and nothing else, up to its answer, in milliseconds; none for a kind that has none. */
export async function bareStart(kind) {
  const found = programs()[kind];
  return found && firstAnswer(...found);
}

/** How long one call of each function takes in its interpreter, in milliseconds. */
export function bareCalls() {
  const call = ([program, args]) => [Number(execFileSync(program, [...args, String(CALLS)], { encoding: "utf8" }))];
  return Object.fromEntries(Object.entries(programs()).map(([kind, found]) => [kind, call(found)]));
}

function firstAnswer(program, args) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    // In a session of its own, as servers are here: the system shares its processors out by session.
    const child = spawn(program, args, { detached: true, env: { PATH: process.env.PATH }, stdio: ["ignore", "pipe", "inherit"] });
    let answeredAt;
    child.once("error", reject);
    child.stdout.once("data", () => (answeredAt = performance.now()));
    child.once("close", () => (answeredAt === undefined ? reject(new Error(`${program} gave no answer`)) : resolve(answeredAt - started)));
  });
}
