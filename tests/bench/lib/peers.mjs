// The peers, from npm, in a cache folder of the user's: never in the repository.
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

// Exact versions, and no lock file: npm refuses its own here, because two versions of workerd have the same optional packages.
const MANIFEST = join(dirname(fileURLToPath(import.meta.url)), "../peers/package.json");

/** The folder whose `node_modules` holds miniflare, wrangler and a node that is new enough for both; filled when it is not. */
export function install(log) {
  const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "greenroom", "bench");
  const wanted = readFileSync(MANIFEST, "utf8");
  const mark = join(folder, "installed");
  if (existsSync(mark) && readFileSync(mark, "utf8") === wanted) return folder;
  log(`installing miniflare, wrangler and node from npm into ${folder}`);
  mkdirSync(folder, { recursive: true });
  copyFileSync(MANIFEST, join(folder, "package.json"));
  execFileSync("npm", ["install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: folder, stdio: ["ignore", 2, 2] });
  execFileSync(join(folder, "node_modules/node/bin/node"), ["--version"], { stdio: "ignore" });
  writeFileSync(mark, wanted);
  return folder;
}
