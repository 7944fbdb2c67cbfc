// The same functions in their interpreters and nothing else: what no runner of them can be faster than.
import { execFileSync, spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const CODE = join(dirname(fileURLToPath(import.meta.url)), "../../lambda");
const CALLS = 20_000;

/** Programs and arguments by runtime. The interpreter itself is measured, not the script of a version manager in front of it. */
function programs() {
  const python = execFileSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).trim();
  return {
    node: [process.execPath, [join(CODE, "bare.js"), join(CODE, "node/index.js")]],
    python: [python, ["-B", join(CODE, "bare.py"), join(CODE, "python/index.py")]],
  };
}

/** Adds to `results`: from the start of the process to its answer (`cold`), and one call in it (`call`), in milliseconds. */
export async function bare(plan, results) {
  for (const [kind, [program, args]] of Object.entries(programs())) {
    for (let count = 0; count < plan.cold; count++) (results.cold[kind] ??= []).push(await firstAnswer(program, args));
    const took = Number(execFileSync(program, [...args, String(CALLS)], { encoding: "utf8" }));
    (results.call[kind] ??= []).push(took);
  }
}

function firstAnswer(program, args) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
    let answeredAt;
    child.once("error", reject);
    child.stdout.once("data", () => (answeredAt = performance.now()));
    child.once("close", () => (answeredAt === undefined ? reject(new Error(`${program} gave no answer`)) : resolve(answeredAt - started)));
  });
}
