// Records what the packages do on workerd: run `wrangler d1 migrations apply DB --local` and `wrangler dev` here, then `node record.mjs URL`.
// `aws` is left out: it wants a server that stands in for AWS, and tests/tests/packages.rs has one.
import { writeFileSync } from "node:fs";

const [, , url] = process.argv;
const names = (await (await fetch(url)).json()).filter((name) => name !== "aws");
const answers = {};
for (const name of names) answers[name] = await (await fetch(new URL(name, url))).json();
writeFileSync(new URL("expected.json", import.meta.url), `${JSON.stringify(answers, null, 1)}\n`);
