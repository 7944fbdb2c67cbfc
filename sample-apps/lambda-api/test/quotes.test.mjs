/** Quotes for parcels. Run by `npm test`: greenroom serves the API, and time goes where the test wants it. */
import assert from "node:assert/strict";
import { after, afterEach, test } from "node:test";

import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { greenroom } from "@greenroom/test";

import { token } from "./tokens.mjs";

const NOON = new Date("2027-01-01T12:00:00Z");
const room = await greenroom();
after(() => room.stop());

// The world of every test: noon.
await room.clock.freeze(NOON);
await room.isolate(afterEach);

const good = { country: "fr", kilograms: 2, centimetres: [30, 20, 10] };

const quote = (parcel, authorization = `Bearer ${token("acme", NOON / 1000 + 3600)}`) =>
  room.fetch("/quotes", { method: "POST", headers: { authorization, "content-type": "application/json" }, body: JSON.stringify(parcel) });

test("a customer gets a quote", async () => {
  const answer = await quote(good);
  assert.deepEqual([answer.status, await answer.json()], [200, { customer: "acme", zone: "near", kilograms: 2, price: 10.7, currency: "EUR" }]);
});

test("large parcels are charged by their volume", async () => {
  assert.equal((await (await quote({ ...good, centimetres: [50, 50, 40] })).json()).kilograms, 20);
});

test("what is no parcel is refused, by name", async () => {
  const answer = await quote({ ...good, kilograms: 31 });
  assert.equal(answer.status, 422);
  assert.match((await answer.json()).issues[0], /^kilograms: /);
});

test("nobody gets a quote without a token, or with one that has been tampered with", async () => {
  assert.equal((await quote(good, "")).status, 401);
  const stolen = token("acme", NOON / 1000 + 3600).replace("acme", "emca");
  assert.equal((await quote(good, `Bearer ${stolen}`)).status, 403);
});

test("a token expires; until the authorizer is asked again its last answer counts", async () => {
  const brief = `Bearer ${token("brief", NOON / 1000 + 30)}`;
  assert.equal((await quote(good, brief)).status, 200);
  await room.clock.advance("45s");
  assert.equal((await quote(good, brief)).status, 200);
  await room.clock.advance("15s");
  assert.equal((await quote(good, brief)).status, 403);
});

test("the rates can be asked for by the SDK", async () => {
  const lambda = new LambdaClient({});
  const rates = async (event, more) => {
    const answer = await lambda.send(new InvokeCommand({ FunctionName: "quotes-rates", Payload: JSON.stringify(event), ...more }));
    return { ...answer, said: JSON.parse(Buffer.from(answer.Payload).toString()) };
  };
  const { StatusCode, ExecutedVersion, LogResult, said } = await rates({ country: "JP" }, { LogType: "Tail" });
  assert.deepEqual([StatusCode, ExecutedVersion, said], [200, "$LATEST", { zone: "far", base: 24, perKilogram: 6.5 }]);
  assert.match(Buffer.from(LogResult, "base64").toString(), /\[INFO\]\t.*\tJP is in zone far\nEND RequestId: /);
  const failed = await rates({});
  assert.deepEqual([failed.StatusCode, failed.FunctionError], [200, "Unhandled"]);
  assert.deepEqual([failed.said.errorType, failed.said.errorMessage], ["KeyError", "'country'"]);
});

test("one trace leads from the request to the rates", async () => {
  await quote(good);
  const asked = await room.expectEvent({ kind: "http.request", summary: "POST /quotes", outcome: "ok" });
  const rates = await room.expectEvent({ kind: "invoke", summary: /quotes-rates/, outcome: "ok" });
  assert.equal(rates.trace, asked.trace);
});
