// The function in node and nothing else: `node bare.js HANDLER.js` answers once; with a number it prints how many ms one of that many calls takes.
const { handler } = require(require("node:path").resolve(process.argv[2]));
const event = '{"say":"hello"}';
const call = async () => JSON.stringify(await handler(JSON.parse(event), {}));

async function main() {
  const calls = Number(process.argv[3] ?? 0);
  if (calls === 0) return console.log(await call());
  const started = performance.now();
  for (let count = 0; count < calls; count++) await call();
  console.log((performance.now() - started) / calls);
}
main();
