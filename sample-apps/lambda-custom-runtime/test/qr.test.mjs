/** QR codes. Run by `npm test` after `./build.sh`. */
import assert from "node:assert/strict";
import { after, test } from "node:test";

import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { greenroom } from "@greenroom/test";

const room = await greenroom();
after(() => room.stop());
const lambda = new LambdaClient({});

test("a text becomes a picture", async () => {
  const answer = await room.fetch("/?text=https%3A%2F%2Fexample.com%2F");
  assert.deepEqual([answer.status, answer.headers.get("content-type")], [200, "image/svg+xml"]);
  assert.match(await answer.text(), /^<\?xml .*<svg /s);
});

test("what cannot be one is refused", async () => {
  assert.equal((await room.fetch("/")).status, 400);
  assert.equal((await room.fetch(`/?text=${"x".repeat(5000)}`)).status, 422);
});

test("an event that is none of a function URL is an error of the function", async () => {
  const answer = await lambda.send(new InvokeCommand({ FunctionName: "qr", Payload: "[]" }));
  assert.deepEqual([answer.StatusCode, answer.FunctionError], [200, "Unhandled"]);
  assert.match(JSON.parse(Buffer.from(answer.Payload).toString()).errorMessage, /invalid/);
});
