/** Time, services, starting and attaching, on the real program. The app is the one of the examples. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

import { attach, greenroom, GreenroomError, start } from "../src/index.js";

const APP = process.env.GREENROOM_EXAMPLE_APP ?? fileURLToPath(new URL("../../app", import.meta.url));

const room = await start({ dirs: APP, freeze: "2027-01-01T00:00:00Z" });
after(() => room.stop());

/** The error of a promise, whose class and code are these. */
async function refused(promise, code) {
  const error = await promise.then(() => assert.fail("it was not refused"), (error) => error);
  assert(error instanceof GreenroomError, error);
  assert.equal(error.code, code);
  return error;
}

test("time is frozen and moved", async () => {
  assert.deepEqual(await room.clock.now(), new Date("2027-01-01"));
  assert.equal(await room.clock.isFrozen(), true);
  const { from, to } = await room.clock.advance("1h 30m");
  assert.deepEqual([from, to], [new Date("2027-01-01"), new Date("2027-01-01T01:30:00Z")]);
  await room.clock.advance(500);
  await room.clock.advanceTo(new Date("2027-01-02"));
  assert.deepEqual(await room.clock.now(), new Date("2027-01-02"));
  const backwards = await refused(room.clock.advanceTo("2027-01-01"), "backwards");
  assert.match(backwards.message, /time does not go backwards/);
  await refused(room.clock.advance("soon"), "invalid");
  assert.deepEqual(await room.clock.pending(), []);
  await room.clock.resume();
  const running = await refused(room.clock.next(), "not-frozen");
  assert.match(running.message, /\nhint: freeze it first/);
  assert.deepEqual(await room.clock.freeze(Date.UTC(2027, 0, 1)), new Date("2027-01-01"));
});

test("KV is read and written as the code does", async () => {
  const links = room.kv("LINKS");
  assert.equal(await links.get("none"), null);
  await links.put("a/b ü?&", "text", { expirationTtl: 60, metadata: { who: "Zoë" } });
  assert.deepEqual(await links.getWithMetadata("a/b ü?&"), { value: "text", metadata: { who: "Zoë" } });
  await links.put("json", { a: [1] });
  assert.deepEqual(await links.get("json", "json"), { a: [1] });
  await links.put("bytes", new Uint8Array([0, 255, 10]));
  assert.deepEqual(await links.get("bytes", "bytes"), new Uint8Array([0, 255, 10]));
  assert.deepEqual(await links.keys(), ["a/b ü?&", "bytes", "json"]);
  const page = await links.list({ prefix: "a", limit: 1 });
  assert.deepEqual(page.keys, [{ name: "a/b ü?&", expiration: Date.UTC(2027, 0, 1) / 1000 + 60, metadata: { who: "Zoë" } }]);
  await links.delete("json");
  await room.clock.advance("60s");
  assert.deepEqual(await links.keys(), ["bytes"]);
  const short = await refused(links.put("key", "value", { expirationTtl: 1 }), "refused");
  assert.equal(short.message, "KV PUT failed: 400 Invalid expiration_ttl of 1. Expiration TTL must be at least 60.");
  for (const [key, words] of [["", "Key name cannot be empty."], [".", '"." is not allowed as a key name.'], ["..", '".." is not allowed as a key name.']]) {
    for (const ask of [() => links.get(key), () => links.put(key, ""), () => links.delete(key)]) {
      assert.equal((await refused(ask(), "refused")).message, words);
    }
  }
  await links.put("../x", "dots");
  assert.equal(await links.get("../x"), "dots");
  await links.delete("../x");
  assert.equal((await refused(room.kv("LINK").keys(), "not-found")).hint, "of kind `kv_namespace` it has: `LINKS`");
});

test("a list of more than a page is read to its end", async () => {
  const links = room.kv("LINKS");
  const names = Array.from({ length: 1005 }, (_, index) => `many:${String(index).padStart(4, "0")}`);
  for (const name of names) await links.put(name, "");
  assert.deepEqual(await links.keys("many:"), names);
});

test("D1 is asked as the code does", async () => {
  const db = room.d1("DB");
  await db.query("INSERT INTO visits VALUES (?, ?), (?, ?)", "a", 1, "b", 2);
  assert.deepEqual(await db.query("SELECT * FROM visits ORDER BY at"), [{ link: "a", at: 1 }, { link: "b", at: 2 }]);
  assert.deepEqual(await db.first("SELECT ? AS yes, ? AS bytes", true, new Uint8Array([1, 2])), { yes: 1, bytes: [1, 2] });
  assert.equal(await db.first("SELECT * FROM visits WHERE link = ?", "c"), null);
  assert.equal((await db.run("DELETE FROM visits")).meta.changes, 2);
  assert.match((await refused(db.query("SELEC"), "refused")).message, /syntax error/);
});

test("requests are answered, and redirects are not followed", async () => {
  await room.kv("LINKS").put("here", "https://docs.example/");
  const answer = await room.fetch("/here");
  assert.deepEqual([answer.status, answer.headers.get("location")], [302, "https://docs.example/"]);
  assert.equal((await room.app("links").fetch("/there")).status, 404);
  await room.kv("LINKS").put("%C3%BC", "https://docs.example/");
  for (const path of ["/ü", "/%C3%BC", "/ü?q=ä b"]) assert.equal((await room.fetch(path)).status, 302, path);
  assert.throws(() => room.app("shop"), /no app of this run is named shop; there are: links/);
});

test("a branch leaves to files what they said", async () => {
  const outbound = () => room.control.ask("GET", "/v1/outbound");
  const before = await outbound();
  const branch = await room.state.branch();
  await room.outbound.denyOthers();
  assert.equal((await outbound()).set_default, "deny");
  await branch.restore();
  assert.deepEqual(await outbound(), before);
  assert.equal(before.set_default, undefined);
  await branch.drop();
});

test("a run that is there is joined, and goes on", async () => {
  const joined = await attach(room.control.url);
  assert.equal(joined.url, room.url);
  await joined.stop();
  assert.equal((await room.fetch("/none")).status, 404);
  await refused(attach("http://127.0.0.1:1"), "unreachable");
});

test("the run of the environment is taken, else one is started", async () => {
  const before = process.env.GREENROOM_CONTROL;
  process.env.GREENROOM_CONTROL = room.control.url;
  const joined = await greenroom({ dirs: "/nowhere" });
  assert.equal(joined.url, room.url);
  delete process.env.GREENROOM_CONTROL;
  const own = await greenroom({ dirs: APP, args: ["--profile", "production"] });
  assert.notEqual(own.url, room.url);
  assert.equal(await own.clock.isFrozen(), false);
  await own.stop();
  await assert.rejects(own.fetch("/"), TypeError);
  if (before !== undefined) process.env.GREENROOM_CONTROL = before;
});

test("an app that cannot be started is told", async () => {
  const missing = await refused(start({ dirs: "/nowhere" }), "not-started");
  assert.match(missing.message, /^the apps could not be started: error: the project folder `\/nowhere` is not there/);
  const noProgram = await refused(start({ dirs: APP, bin: "/no/greenroom" }), "not-started");
  assert.match(noProgram.message, /GREENROOM_BIN/);
});

test("an app is read again, and a run without queues says so", async () => {
  assert.equal(await room.app("links").reload(), false);
  assert.deepEqual(await room.queues(), []);
  const orders = room.queue("orders");
  for (const ask of [() => orders.send("hello"), () => orders.peek(), () => orders.purge(), () => orders.redrive()]) {
    assert.equal((await refused(ask(), "not-found")).message, "this run has no queues");
  }
  assert.equal((await refused(orders.counts(), "not-found")).message, "there is no queue orders; there are: none");
  await room.fetch("/none");
  const { id, trace } = await room.expectEvent({ kind: "http.request", summary: "GET /none" });
  assert.deepEqual((await room.events.trace(trace)).map((event) => event.id), [id]);
});
