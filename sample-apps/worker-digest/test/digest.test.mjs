/** The digest, day by day. Run by `npm test`: greenroom serves the app, and time goes where the test wants it. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, afterEach, test } from "node:test";

import { greenroom } from "@greenroom/test";

const feed = (name) => readFile(new URL(`feeds/${name}`, import.meta.url), "utf8");

const room = await greenroom();
after(() => room.stop());
const digests = room.kv("DIGESTS");

// The world of every test: midnight, no digest, and two feeds that say what is in the files beside this one.
await room.clock.freeze("2027-01-01T00:00:00Z");
await room.outbound.denyOthers();
await room.outbound.reply("blog.cloudflare.com/rss/", { body: await feed("rss.xml") });
await room.outbound.reply("blog.rust-lang.org/feed.xml", { body: await feed("atom.xml") });
await room.isolate(afterEach);

/** A day's digest, as the app tells it. */
async function digest(day) {
  const answer = await room.fetch(`/${day}.json`);
  return answer.status === 200 ? await answer.json() : null;
}

test("at six in the morning there is a digest", async () => {
  await room.clock.advance("5h 59m");
  assert.equal(await digest("2027-01-01"), null);
  const { ran } = await room.clock.advance("1m");
  assert.deepEqual(ran.map((ran) => ran.label), ["app worker-digest: cron 0 6 * * *"]);
  const { items, failed } = await digest("2027-01-01");
  assert.deepEqual(items.map((item) => item.title), ["Workers & time", "Older", "A release"]);
  assert.deepEqual(failed, []);
  const page = await (await room.fetch("/")).text();
  assert.match(page, /<a href="https:\/\/language.example\/release">A release<\/a> <small>The Language Blog<\/small>/);
});

test("what was in one digest is not in the next", async () => {
  await room.clock.advance("6h");
  await room.outbound.reply({ name: "newer", host: "blog.cloudflare.com" }, {
    body: (await feed("rss.xml")).replace("<item>", "<item><title>Newer</title><link>https://cloud.example/newer</link></item><item>"),
  });
  await room.outbound.remove("outbound-1");
  await room.clock.advance("1day");
  assert.deepEqual((await digest("2027-01-02")).items.map((item) => item.title), ["Newer"]);
});

test("a digest can be read for a month", async () => {
  await room.clock.advance("6h");
  assert.deepEqual(await digests.keys("digest:"), ["digest:2027-01-01"]);
  await room.clock.advance("30days");
  const kept = await digests.keys("digest:");
  assert.deepEqual([kept.length, kept[0], kept.at(-1)], [30, "digest:2027-01-02", "digest:2027-01-31"]);
});

test("a feed that does not answer is named, and the others are read", async () => {
  await room.faults.add({ service: "fetch", resource: "blog.rust-lang.org", status: 503 });
  await room.clock.advance("6h");
  const { items, failed } = await digest("2027-01-01");
  assert.equal(items.length, 2);
  assert.deepEqual(failed, [{ feed: "https://blog.rust-lang.org/feed.xml", why: "answered 503" }]);
});

test("what KV refuses because it is too much is tried again a little later", async () => {
  await room.faults.add({ name: "busy", service: "kv", operation: "put", resource: "DIGESTS/digest:*", action: "throttle", first: 2 });
  await room.clock.advance("6h");
  assert.equal(await digest("2027-01-01"), null);
  await room.clock.advance("3s");
  assert.equal((await digest("2027-01-01")).items.length, 3);
  assert.equal(await room.faults.applied("busy"), 2);
});

test("a morning that was recorded goes as it went then", async () => {
  await room.clock.advance("5h 59m");
  const { failed, differences } = await room.events.replay(new URL("morning.json", import.meta.url));
  assert.deepEqual({ failed, differences }, { failed: false, differences: [] });
  const tick = await room.expectEvent({ kind: "cron.tick", outcome: "ok", calls: [{ service: "kv", operation: "put" }] });
  assert.match(tick.logs[0].text, /^digest of 2027-01-01: 3 items/);
});
