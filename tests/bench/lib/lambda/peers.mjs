// What the bench of AWS Lambda runs beside Greenroom, from PyPI and npm, in a cache folder of the user's.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

// Serverless 3: later ones want an account. Docker is asked for what SAM needs; the bench does not install it.
const PYTHON = ["ministack==1.5.33"];
const NODE = { serverless: "3.40.0", "serverless-offline": "13.9.0" };

/** `{ ministack, serverless, versions }`: programs, and name and version of each. */
export function install(log) {
  const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "greenroom", "bench-lambda");
  const mark = join(folder, "installed");
  const wanted = JSON.stringify([PYTHON, NODE]);
  if (!existsSync(mark) || readFileSync(mark, "utf8") !== wanted) {
    log(`installing ${[...PYTHON, ...Object.keys(NODE)].join(", ")} into ${folder}`);
    mkdirSync(folder, { recursive: true });
    const run = (program, args) => execFileSync(program, args, { cwd: folder, stdio: ["ignore", 2, 2] });
    run("python3", ["-m", "venv", "python"]);
    run("python/bin/python", ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...PYTHON]);
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies: NODE }));
    run("npm", ["install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"]);
    writeFileSync(mark, wanted);
  }
  return {
    modules: join(folder, "node_modules"),
    ministack: join(folder, "python/bin/ministack"),
    serverless: join(folder, "node_modules/serverless/bin/serverless.js"),
    versions: [["ministack", PYTHON[0].split("==")[1]], ...Object.entries(NODE)],
  };
}

/** Why SAM cannot be measured here; none where it can. */
export function samIsMissing() {
  for (const [program, args, why] of [
    ["sam", ["--version"], "there is no `sam`"],
    ["docker", ["info"], "Docker, which it starts functions in, does not run here"],
  ]) {
    try {
      execFileSync(program, args, { stdio: "ignore", timeout: 10_000 });
    } catch {
      return why;
    }
  }
  return undefined;
}
