/** Webhooks, from the sender to whom they are handed on to. Run by `npm test`: minutes between attempts pass when the test says so. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, afterEach, test } from "node:test";

import { LambdaClient, UpdateFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import { greenroom } from "@greenroom/test";

const KEY = { "x-api-key": "a-key-for-this-machine-only" };

// Whom webhooks are handed on to: fails as often as a test wants.
let failures = 0;
let got = [];
const receiver = createServer(async (request, response) => {
  got.push({ source: request.headers["x-hook-source"], body: (await request.toArray()).join("") });
  response.writeHead(got.length > failures ? 200 : 503).end();
}).listen(0, "127.0.0.1");
await once(receiver, "listening");

const room = await greenroom();
after(() => {
  receiver.closeAllConnections();
  receiver.close();
  return room.stop();
});

// The world of every test: New Year, and webhooks go to the receiver above.
await room.clock.freeze("2027-01-01T00:00:00Z");
await new LambdaClient({}).send(
  new UpdateFunctionConfigurationCommand({
    FunctionName: "hooks-deliver",
    Environment: { Variables: { FORWARD_TO: `http://127.0.0.1:${receiver.address().port}/` } },
  }),
);
await room.isolate(afterEach);
afterEach(() => {
  failures = 0;
  got = [];
});

const signature = (body) => createHmac("sha256", "only-for-this-machine").update(body).digest("hex");
const send = (body, signed = signature(body)) => room.fetch("/hooks/shop", { method: "POST", headers: { "x-signature": signed }, body });
const status = (headers = KEY) => room.fetch("/status", { headers });

test("a signed webhook is taken at once and handed on in the background", async () => {
  const answer = await send('{"order":1}');
  assert.equal(answer.status, 202);
  await room.clock.advance("1s");
  assert.deepEqual(got, [{ source: "shop", body: '{"order":1}' }]);
  const taken = await room.expectEvent({ kind: "http.request", summary: "POST /hooks/shop", outcome: "ok" });
  const delivered = await room.expectEvent({ kind: "invoke.async", summary: /hooks-deliver/, outcome: "ok" });
  assert.equal(delivered.trace, taken.trace);
});

test("one that is not signed goes nowhere", async () => {
  assert.equal((await send("{}", signature("{ }"))).status, 401);
  await room.clock.advance("1h");
  assert.deepEqual(got, []);
});

test("what fails is tried again after a minute and after two more", async () => {
  failures = 2;
  await send("{}");
  await room.clock.advance("59s");
  assert.equal(got.length, 1);
  await room.clock.advance("1s");
  assert.equal(got.length, 2);
  await room.clock.advance("119s");
  assert.equal(got.length, 2);
  await room.clock.advance("1s");
  assert.equal(got.length, 3);
  await room.clock.advance("1day");
  assert.equal(got.length, 3, "it was delivered");
});

test("after the third failure somebody is told", async () => {
  failures = 3;
  const { id } = await (await send("{}")).json();
  await room.clock.advance("3m");
  assert.equal(got.length, 3);
  const told = await room.expectEvent({ kind: "invoke.async", summary: /Failed/, outcome: "ok" });
  assert.match(told.logs.map((line) => line.text).join("\n"), new RegExp(`given up after 3 attempts: ${id} \\(http://.* answered 503\\)`));
});

test("the status needs a key", async () => {
  const refused = await status({});
  assert.deepEqual([refused.status, await refused.json()], [403, { message: "Forbidden" }]);
  assert.equal((await status({ "x-api-key": "another" })).status, 403);
  const answer = await status();
  assert.equal(answer.status, 200);
  assert.match((await answer.json()).key, /^\w{10}$/);
});

test("a key may ask five times at once, and ten times a second", async () => {
  const asked = async () => (await status()).status;
  // Whatever was asked before.
  await room.clock.advance("1s");
  for (let time = 0; time < 5; time += 1) assert.equal(await asked(), 200);
  const refused = await status();
  assert.deepEqual([refused.status, await refused.json()], [429, { message: "Too Many Requests" }]);
  await room.clock.advance("100ms");
  assert.deepEqual([await asked(), await asked()], [200, 429]);
});
