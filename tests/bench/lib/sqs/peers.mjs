// What the bench of SQS runs beside Greenroom, from PyPI, in a cache folder of the user's.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const PYTHON = ["ministack==1.5.33", "moto[server,sqs]==5.2.5"];

/** `{ ministack, moto, versions }`: programs, and name and version of each. */
export function install(log) {
  const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "greenroom", "bench-sqs");
  const mark = join(folder, "installed");
  const wanted = JSON.stringify(PYTHON);
  if (!existsSync(mark) || readFileSync(mark, "utf8") !== wanted) {
    log(`installing ${PYTHON.join(", ")} into ${folder}`);
    mkdirSync(folder, { recursive: true });
    const run = (program, args) => execFileSync(program, args, { cwd: folder, stdio: ["ignore", 2, 2] });
    run("python3", ["-m", "venv", "python"]);
    run("python/bin/python", ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...PYTHON]);
    writeFileSync(mark, wanted);
  }
  const program = (name) => join(folder, "python/bin", name);
  return { ministack: program("ministack"), moto: program("moto_server"), versions: PYTHON.map((each) => each.replace(/\[.*\]/, "").split("==")) };
}
