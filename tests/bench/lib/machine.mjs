// What the numbers were measured on.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";

/** Name and value, in the order to print. `peers` is the folder with the peers' node_modules, or null. */
export function describe({ generator, peers, greenrooms, others = [] }) {
  const rows = [
    ["processor", `${cpus()[0]?.model.trim() ?? "unknown"}, ${cpus().length} cores`],
    ["memory", `${Math.round(totalmem() / 2 ** 30)} GiB`],
    ["system", `${distribution()}, Linux ${release()}`],
    ["load", generator],
    ...greenrooms.map(({ engine, binary }) => [`greenroom (${engine})`, firstLine(binary, ["--version"])]),
  ];
  rows.push(...others);
  if (peers !== null) {
    rows.push(
      ["miniflare", `${packageVersion(peers, "miniflare")} (workerd ${packageVersion(peers, "workerd")})`],
      ["wrangler", `${packageVersion(peers, "wrangler")} (workerd ${packageVersion(peers, "wrangler/node_modules/workerd")})`],
      ["node of the peers", firstLine(join(peers, "node_modules/node/bin/node"), ["--version"])],
    );
  }
  return rows;
}

function distribution() {
  try {
    return /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? "unknown";
  } catch {
    return "unknown";
  }
}

function packageVersion(folder, name) {
  try {
    return JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"), "utf8")).version;
  } catch {
    return "the same as miniflare's";
  }
}

export function firstLine(program, args) {
  try {
    return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).split("\n")[0];
  } catch {
    return "unknown";
  }
}
