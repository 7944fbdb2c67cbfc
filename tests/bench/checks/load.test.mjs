import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { Worker } from "node:worker_threads";

import { get, until } from "../lib/http.mjs";

let asked = 0;
const server = createServer((request, response) => {
  if (request.url === "/chunked") {
    response.write("first,");
    response.end("second");
  } else if (request.url === "/broken") {
    response.writeHead(500).end("no");
  } else if (request.url === "/third") {
    asked += 1;
    response.end(`${asked}`);
  } else if (request.url === "/cut") {
    response.writeHead(200, { "content-length": 10 }).write("half");
    response.socket.end();
  } else {
    response.end("whole");
  }
});
let port;
before(() => new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve((port = server.address().port)))));
after(() => server.close());

/** The built-in generator for a moment. */
function load(path) {
  return new Promise((resolve, reject) => {
    const workerData = { port, path, seconds: 0.1, connections: 2 };
    new Worker(new URL("../lib/load-worker.mjs", import.meta.url), { workerData }).once("message", resolve).once("error", reject);
  });
}

test("a body is read whole, by length and in chunks", async () => {
  assert.deepEqual(await get(port, "/"), { status: 200, body: "whole" });
  assert.deepEqual(await get(port, "/chunked"), { status: 200, body: "first,second" });
});

test("an answer that is cut off is no answer", async () => {
  await assert.rejects(get(port, "/cut"), /ended before the answer did/);
});

test("until returns at the first answer that is wanted", async () => {
  await until(port, "/third", ({ body }) => body === "3", { every: 1, timeout: 10_000 });
  assert.equal(asked, 3);
});

test("until says what the last answer was", async () => {
  await assert.rejects(until(port, "/broken", ({ status }) => status === 200, { every: 1, timeout: 50 }), /the last answer: 500 no/);
});

test("the built-in generator counts answers, and what is no 200 as failed", async () => {
  for (const path of ["/", "/chunked"]) {
    const { requests, failed } = await load(path);
    assert.ok(requests > 0);
    assert.equal(failed, 0);
  }
  const { requests, failed } = await load("/broken");
  assert.equal(failed, requests);
});
