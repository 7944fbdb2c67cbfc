/** Takes webhooks in: what is signed is handed on in the background, so that the sender does not wait. */
import { createHmac, timingSafeEqual } from "node:crypto";

import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";

const lambda = new LambdaClient({});
let taken = 0;

export async function handler(event) {
  if (event.resource === "/status") {
    return answer(200, { taken, key: event.requestContext.identity.apiKeyId });
  }
  const { source } = event.pathParameters;
  if (!isSigned(event.body ?? "", event.headers["X-Signature"] ?? event.headers["x-signature"] ?? "")) {
    console.warn("not signed: %s", source);
    return answer(401, { error: "the signature is not right" });
  }
  const hook = { source, body: event.body, id: event.requestContext.requestId };
  const { StatusCode } = await lambda.send(
    new InvokeCommand({ FunctionName: process.env.DELIVER, InvocationType: "Event", Payload: JSON.stringify(hook) }),
  );
  taken += 1;
  return answer(StatusCode, { id: hook.id });
}

function isSigned(body, signature) {
  const expected = createHmac("sha256", process.env.SECRET).update(body).digest();
  const given = Buffer.from(signature, "hex");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function answer(statusCode, body) {
  return { statusCode, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
