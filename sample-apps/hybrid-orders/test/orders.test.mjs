/** The way of an order, from the edge to the last attempt. Run by `npm test`: greenroom serves both apps, and time goes where the test wants it. */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { after, afterEach, test } from "node:test";

import { greenroom } from "@greenroom/test";

const PRICES = new URL("../functions/src/prices.ts", import.meta.url);

const room = await greenroom({ dirs: ["worker", "functions"] });
after(() => room.stop());

// The world of every test: noon, and empty queues.
await room.clock.freeze("2027-01-01T12:00:00Z");
await room.isolate(afterEach);

const [orders, dead, receipts] = ["orders", "orders-dead", "receipts"].map((name) => room.queue(name));
const empty = { visible: 0, inFlight: 0, delayed: 0 };

const order = (product, quantity) =>
  room.fetch("/orders", { method: "POST", body: JSON.stringify({ customer: "ada@example.com", items: [{ product, quantity }] }) });

/** What receipts say, in the order in which they were written. */
const totals = async () => (await receipts.peek()).map(({ body }) => JSON.parse(body).total);

/** Events below those that they are caused by, in words. */
function tree(events, cause) {
  const caused = events.filter((event) => event.cause === cause);
  return caused.map((event) => [`${event.kind}: ${event.summary} → ${event.outcome.type}`, ...tree(events, event.id)]);
}

test("an order gets a receipt", async () => {
  const taken = await order("cup", 2);
  assert.equal(taken.status, 202);
  const { id } = await taken.json();
  await room.clock.advance("0s");
  const [receipt, ...more] = await receipts.peek();
  assert.deepEqual([JSON.parse(receipt.body), more], [{ order: id, customer: "ada@example.com", total: 1800 }, []]);
  assert.deepEqual(await orders.counts(), empty);
});

test("what is no order is refused at the edge", async () => {
  const refused = await order("cup", 0);
  assert.equal(refused.status, 422);
  assert.match((await refused.json()).problems[0], /^items\.0\.quantity: /);
  assert.equal((await room.fetch("/orders", { method: "POST", body: "{" })).status, 422);
  assert.equal((await room.fetch("/orders")).status, 405);
  assert.deepEqual(await orders.counts(), empty);
});

test("of a batch only what failed is seen again", async () => {
  for (const product of ["cup", "pot", "tea"]) {
    await orders.send({ id: product, customer: "ada@example.com", items: [{ product, quantity: 1 }] }, { delaySeconds: 5 });
  }
  await room.clock.advance("5s");
  const { outcome } = await room.expectEvent({ kind: "invoke", outcome: "partial" });
  const [left, ...more] = await orders.peek();
  assert.deepEqual([outcome.failed, JSON.parse(left.body).id, more], [[left.messageId], "pot", []]);
  assert.deepEqual(await totals(), [900, 450]);
});

test("an order that fails three times waits for mended code", async (t) => {
  const forgotten = await readFile(PRICES, "utf8");
  t.after(async () => {
    await writeFile(PRICES, forgotten);
    await room.app("fulfilment").reload();
  });

  await order("pot", 2);
  await room.clock.advance("0s");
  for (const attempt of [1, 2, 3]) {
    assert.equal((await orders.peek())[0].receiveCount, attempt);
    assert.deepEqual(await dead.counts(), empty);
    await room.clock.advance("2m");
  }
  assert.deepEqual([await orders.counts(), await dead.counts()], [empty, { ...empty, visible: 1 }]);

  await writeFile(PRICES, forgotten.replace("  tea:", "  pot: 2900,\n  tea:"));
  await room.app("fulfilment").reload();
  assert.equal(await dead.redrive(), 1);
  await room.clock.advance("1s");
  assert.deepEqual([await orders.counts(), await dead.counts(), await totals()], [empty, empty, [5800]]);

  // One trace, from the request at the edge to the attempt that went well.
  const { trace } = await room.expectEvent({ kind: "http.request", summary: "POST /orders" });
  const failed = ["queue.receive: receive a message of orders → ok", ["invoke: invoke work-off → partial"]];
  const worked = [
    "queue.receive: receive a message of orders → ok",
    ["invoke: invoke work-off → ok", ["queue.send: send a message to receipts → ok"]],
    ["queue.delete: delete a message of orders → ok"],
  ];
  const redriven = ["queue.move: redrive a message of orders-dead to orders → ok", worked];
  const sent = ["queue.send: send a message to orders → ok", failed, failed, failed, ["queue.move: give up a message of orders to orders-dead → ok", redriven]];
  assert.deepEqual(tree(await room.events.trace(trace)), [["http.request: POST /orders → ok", sent]]);
});
