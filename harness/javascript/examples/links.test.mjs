import assert from "node:assert/strict";
import { after, afterEach, test } from "node:test";

import { greenroom } from "@greenroom/test";

const room = await greenroom();
after(() => room.stop());

// The world of every test: New Year, and outside nothing but one site.
await room.clock.freeze("2027-01-01T00:00:00Z");
await room.outbound.denyOthers();
await room.outbound.reply("docs.example/*");
await room.isolate(afterEach);

const make = (target) => room.fetch("/docs", { method: "PUT", body: target });

test("a link leads where it should, and visits are counted", async () => {
  await make("https://docs.example/start");
  const answer = await room.fetch("/docs");
  assert.equal(answer.headers.get("location"), "https://docs.example/start");
  assert.deepEqual(await room.d1("DB").query("SELECT count(*) AS visits FROM visits"), [{ visits: 1 }]);
});

test("a link lives for an hour", async () => {
  await make("https://docs.example/start");
  await room.clock.advance("59m");
  assert.equal((await room.fetch("/docs")).status, 302);
  await room.clock.advance("1m");
  assert.equal((await room.fetch("/docs")).status, 404);
});

test("a link that leads nowhere is refused", async () => {
  assert.equal((await make("https://nowhere.example/")).status, 422);
  assert.deepEqual(await room.kv("LINKS").keys(), []);
});

test("a site that is down is no place for a link", async () => {
  await room.faults.add({ service: "fetch", resource: "docs.example", status: 503 });
  const refused = await make("https://docs.example/start");
  assert.equal(await refused.text(), "https://docs.example/start does not answer: 503\n");
});

test("what the code asked of services is in the journal", async () => {
  await make("https://docs.example/start");
  await room.expectEvent({ kind: "http.request", outcome: "ok", calls: [{ service: "kv", operation: "put", binding: "LINKS" }] });
});
