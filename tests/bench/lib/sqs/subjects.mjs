// What is measured, and how each is started; each has the queue `entered`, which feeds a function, where it runs functions.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { zipOf } from "../lambda/zip.mjs";
import { start } from "../processes.mjs";

/**
 * @typedef {{ app: string, state: string, port: number, log: string }} Place
 * @typedef {{ name: string, entered: boolean, filled: number, start: (place: Place) => ReturnType<typeof start>, give: (place: Place) => Promise<void> }} Subject
 *   `entered`: it runs functions; `filled`: how many messages a queue gets where a full one is measured; `give`: makes what starting does not.
 */

const RUNTIME = "nodejs20.x";
const TEMPLATE = {
  Transform: "AWS::Serverless-2016-10-31",
  Resources: {
    Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "entered" } },
    Works: {
      Type: "AWS::Serverless::Function",
      Properties: {
        FunctionName: "works",
        Runtime: RUNTIME,
        CodeUri: "node/",
        Handler: "index.handler",
        Events: { Queue: { Type: "SQS", Properties: { Queue: { "Fn::GetAtt": ["Queue", "Arn"] } } } },
      },
    },
  },
};

/** @returns {Subject} */
export function greenroom(name, binary, filled, options = []) {
  return {
    name,
    entered: true,
    filled,
    start: ({ app, state, port, log }) => {
      writeFileSync(join(app, "template.yaml"), JSON.stringify(TEMPLATE));
      return start(binary, ["dev", app, "--port", "0", "--control-port", "0", "--aws-port", String(port), ...options], { cwd: state, log });
    },
    give: async () => {},
  };
}

/** @returns {Subject} */
export function ministack({ ministack }, filled) {
  return {
    name: "MiniStack",
    entered: true,
    filled,
    start: ({ state, port, log }) => start(ministack, [], { cwd: state, log, env: { GATEWAY_PORT: String(port), LOG_LEVEL: "ERROR", TMPDIR: state } }),
    give: async ({ app, port }) => {
      const ask = asking(port);
      await ask("sqs", "/", { QueueName: "entered" }, { "content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.CreateQueue" });
      const code = zipOf("index.js", readFileSync(join(app, "node/index.js")), 0o644).toString("base64");
      const wanted = { FunctionName: "works", Runtime: RUNTIME, Handler: "index.handler", Role: "arn:aws:iam::000000000000:role/r", Code: { ZipFile: code } };
      await ask("lambda", "/2015-03-31/functions", wanted);
      const source = "arn:aws:sqs:us-east-1:000000000000:entered";
      await ask("lambda", "/2015-03-31/event-source-mappings/", { EventSourceArn: source, FunctionName: "works" });
    },
  };
}

/** Its functions run in Docker alone. @returns {Subject} */
export function moto({ moto }, filled) {
  return {
    name: "moto",
    entered: false,
    filled,
    start: ({ state, port, log }) => start(moto, ["--host", "127.0.0.1", "--port", String(port)], { cwd: state, log }),
    give: async () => {},
  };
}

/** Endpoints tell services apart by it. */
const authorization = (service) => `AWS4-HMAC-SHA256 Credential=test/20270101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

function asking(port) {
  return async (service, path, body, headers = { "content-type": "application/json" }) => {
    const all = { authorization: authorization(service), ...headers };
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method: "POST", body: JSON.stringify(body), headers: all });
    if (!answer.ok) throw new Error(`POST ${path} was answered with ${answer.status}: ${await answer.text()}`);
  };
}
