// The functions of the bench of AWS Lambda, in the words of each kind of project.
import { chmodSync, copyFileSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const CODE = join(dirname(fileURLToPath(import.meta.url)), "../../lambda");

/** Runtimes by the name that the tables have for them; `file` has the handler. */
export const RUNTIMES = {
  node: { runtime: "nodejs20.x", file: "index.js" },
  python: { runtime: "python3.11", file: "index.py" },
  bootstrap: { runtime: "provided.al2023", file: "bootstrap" },
};

/** @typedef {{ name: string, kind: string, runtime: string }} Function `kind` names its folder. */

/** One function to be kept warm for each kind, and `cold` more that are called once. @returns {Function[]} */
export function functionsOf(kinds, cold) {
  const names = (kind) => [kind, ...Array.from({ length: cold }, (_, index) => `${kind}-cold${index}`)];
  return kinds.flatMap((kind) => names(kind).map((name) => ({ name, kind, runtime: RUNTIMES[kind].runtime })));
}

/** The code of all kinds, in folders of their names. */
export function writeCode(folder, bootstrap) {
  cpSync(CODE, folder, { recursive: true });
  mkdirSync(join(folder, "bootstrap"));
  const file = join(folder, "bootstrap/bootstrap");
  copyFileSync(bootstrap, file);
  chmodSync(file, 0o755);
}

/** `template.yaml` of SAM, which is JSON here, as YAML may be. */
export function writeTemplate(folder, functions) {
  const resource = ({ name, kind, runtime }) => ({
    Type: "AWS::Serverless::Function",
    Properties: { FunctionName: name, Runtime: runtime, CodeUri: `${kind}/`, Handler: "index.handler", Timeout: 30, MemorySize: 256 },
  });
  const Resources = Object.fromEntries(functions.map((each) => [each.name.replace(/\W/g, ""), resource(each)]));
  writeFileSync(join(folder, "template.yaml"), JSON.stringify({ Transform: "AWS::Serverless-2016-10-31", Resources }, null, 1));
}

/** `serverless.json`, with the plugin. */
export function writeServerless(folder, functions) {
  const of = ({ name, kind, runtime }) => ({ name, runtime, handler: `${kind}/index.handler`, timeout: 30, memorySize: 256 });
  const project = {
    service: "bench",
    frameworkVersion: "3",
    provider: { name: "aws", runtime: "nodejs20.x" },
    plugins: ["serverless-offline"],
    functions: Object.fromEntries(functions.map((each) => [each.name, of(each)])),
  };
  writeFileSync(join(folder, "serverless.json"), JSON.stringify(project, null, 1));
}
