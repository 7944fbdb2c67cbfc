// Calls the functions of `lambda_javascript.rs` by the vendor's client, of which the environment says where.
import assert from "node:assert/strict";

import { InvokeCommand, InvokeWithResponseStreamCommand, LambdaClient, paginateListFunctions } from "@aws-sdk/client-lambda";
import { GetFunctionCommand, PublishVersionCommand, UpdateFunctionConfigurationCommand, waitUntilFunctionUpdatedV2 } from "@aws-sdk/client-lambda";

const client = new LambdaClient({});
const FunctionName = "powers";
const text = (bytes) => Buffer.from(bytes).toString();
const invoke = (event, more = {}) => client.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event), ...more }));

const names = [];
for await (const page of paginateListFunctions({ client }, {})) names.push(...page.Functions.map((each) => each.FunctionName));
assert.deepEqual(names, ["powers"]);
const { Configuration } = await client.send(new GetFunctionCommand({ FunctionName }));
assert.deepEqual([Configuration.Runtime, Configuration.State], ["nodejs22.x", "Active"]);

const answer = await invoke({ who: "Zoë" }, { LogType: "Tail" });
const said = JSON.parse(text(answer.Payload));
assert.deepEqual([answer.StatusCode, answer.ExecutedVersion, said.hello], [200, "$LATEST", "Zoë"]);
assert.match(said.trace, /^1-[0-9a-f]{8}-[0-9a-f]{24}$/);
const log = Buffer.from(answer.LogResult, "base64").toString();
const lines = log.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
const asked = lines.find((line) => line.message === "asked");
assert.deepEqual([asked?.level, asked?.service, asked?.who, asked?.function_name], ["INFO", "powers", "Zoë", "powers"]);
const metric = lines.find((line) => line._aws);
assert.deepEqual([metric?._aws.CloudWatchMetrics[0].Namespace, metric?.greetings], ["shop", 1]);

const failed = await invoke({});
assert.deepEqual([failed.FunctionError, JSON.parse(text(failed.Payload)).errorType], ["Unhandled", "TypeError"]);
assert.equal((await invoke({ who: "x" }, { InvocationType: "Event" })).StatusCode, 202);
assert.equal((await invoke({ who: "x" }, { InvocationType: "DryRun" })).StatusCode, 204);

const { EventStream } = await client.send(new InvokeWithResponseStreamCommand({ FunctionName, Payload: JSON.stringify({ who: "stream" }) }));
let streamed = "";
let complete = false;
for await (const event of EventStream) {
  if (event.PayloadChunk) streamed += text(event.PayloadChunk.Payload);
  complete ||= event.InvokeComplete !== undefined;
}
assert.deepEqual([JSON.parse(streamed).hello, complete], ["stream", true]);

await client.send(new UpdateFunctionConfigurationCommand({ FunctionName, Description: "greets" }));
await waitUntilFunctionUpdatedV2({ client, maxWaitTime: 30 }, { FunctionName });
const { Version } = await client.send(new PublishVersionCommand({ FunctionName }));
assert.equal((await invoke({ who: "x" }, { Qualifier: Version })).ExecutedVersion, "1");
await assert.rejects(invoke({}, { Qualifier: "2" }), { name: "ResourceNotFoundException" });
await assert.rejects(client.send(new UpdateFunctionConfigurationCommand({ FunctionName, MemorySize: 127 })), { name: "ValidationException" });
