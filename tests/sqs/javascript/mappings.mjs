// Queues that feed functions, set up and used by the vendor's clients. Run by `sqs_javascript.rs`, while time stands, with a function `works`
// that fails orders which are to fail the first time.
import assert from "node:assert/strict";

import * as lambda from "@aws-sdk/client-lambda";
import * as sqs from "@aws-sdk/client-sqs";

const [functions, queues] = [new lambda.LambdaClient({}), new sqs.SQSClient({})];
const FunctionName = "works";
const mapping = (operation, input) => functions.send(new lambda[`${operation}EventSourceMappingCommand`](input));
const control = async (path, body) => {
  const init = body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(process.env.CONTROL_URL + path, init);
  assert.equal(answer.status, 200);
  return answer.json();
};
const advance = (by) => control("/v1/clock/advance", { by, max_settle_ms: 300_000, max_wall_ms: 300_000 });

async function queue(QueueName, Attributes = {}) {
  const all = { VisibilityTimeout: "30", ...(QueueName.endsWith(".fifo") && { FifoQueue: "true" }), ...Attributes };
  const { QueueUrl } = await queues.send(new sqs.CreateQueueCommand({ QueueName, Attributes: all }));
  const got = await queues.send(new sqs.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
  return { QueueUrl, EventSourceArn: got.Attributes.QueueArn };
}

const send = ({ QueueUrl }, name, more = {}, group = undefined) =>
  queues.send(new sqs.SendMessageCommand({
    QueueUrl,
    MessageBody: JSON.stringify({ name, ...more }),
    MessageAttributes: { name: { DataType: "String", StringValue: name } },
    ...(group && { MessageGroupId: group, MessageDeduplicationId: name }),
  }));

const left = async ({ QueueUrl }) => {
  const AttributeNames = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
  const { Attributes } = await queues.send(new sqs.GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
  return AttributeNames.map((name) => Number(Attributes[name]));
};

// What the function was called with since the last time, oldest first.
let seen = 0;
async function calls() {
  const { events } = await control("/v1/events?kind=invoke&limit=1000");
  const fresh = events.reverse().slice(seen);
  seen = events.length;
  return Promise.all(fresh.map(async ({ id }) => (await control(`/v1/events/${id}`)).payload.data.Records));
}
const names = (batches) => batches.map((records) => records.map(({ body }) => JSON.parse(body).name).join(" "));

async function crud() {
  const { QueueUrl, EventSourceArn } = await queue("orders");
  const made = await mapping("Create", { FunctionName, EventSourceArn, BatchSize: 5, Tags: { team: "a" } });
  assert.deepEqual([made.State, made.BatchSize, made.MaximumBatchingWindowInSeconds], ["Creating", 5, 0]);
  const { UUID } = made;
  await assert.rejects(mapping("Create", { FunctionName, EventSourceArn }), lambda.ResourceConflictException);
  const none = EventSourceArn.replace("orders", "none");
  await assert.rejects(mapping("Create", { FunctionName, EventSourceArn: none }), { name: "InvalidParameterValueException", message: /NonExistentQueue/ });
  await assert.rejects(mapping("Create", { FunctionName: "nobody", EventSourceArn }), { name: "InvalidParameterValueException" });
  const listed = [];
  for await (const page of lambda.paginateListEventSourceMappings({ client: functions }, { FunctionName })) listed.push(...page.EventSourceMappings);
  assert.deepEqual(listed.map((one) => one.UUID), [UUID]);
  assert.equal((await mapping("Get", { UUID })).State, "Enabled");

  await send({ QueueUrl }, "a");
  await advance("0s");
  const [[record]] = await calls();
  assert.deepEqual([record.eventSource, record.eventSourceARN, record.awsRegion], ["aws:sqs", EventSourceArn, "us-east-1"]);
  assert.deepEqual([record.attributes.ApproximateReceiveCount, record.messageAttributes.name.stringValue], ["1", "a"]);
  assert.deepEqual(await left({ QueueUrl }), [0, 0]);

  await mapping("Update", { UUID, Enabled: false });
  assert.equal((await mapping("Get", { UUID })).State, "Disabled");
  for (const name of ["b", "c"]) await send({ QueueUrl }, name);
  await advance("1m");
  assert.deepEqual([names(await calls()), await left({ QueueUrl })], [[], [2, 0]]);
  const FilterCriteria = { Filters: [{ Pattern: '{"body":{"name":["c"]}}' }] };
  await mapping("Update", { UUID, Enabled: true, FilterCriteria });
  await advance("0s");
  assert.deepEqual([names(await calls()), await left({ QueueUrl })], [["c"], [0, 0]]);
  await mapping("Delete", { UUID });
  await assert.rejects(mapping("Get", { UUID }), lambda.ResourceNotFoundException);
  await send({ QueueUrl }, "c");
  await advance("1m");
  assert.deepEqual([names(await calls()), await left({ QueueUrl })], [[], [1, 0]]);
}

async function fifo() {
  const dead = await queue("dead.fifo");
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.EventSourceArn, maxReceiveCount: 2 });
  const orders = await queue("orders.fifo", { RedrivePolicy });
  for (const [name, group, more] of [["a1", "a", { fails: 9 }], ["a2", "a"], ["b1", "b"], ["b2", "b", { fails: 1 }]]) await send(orders, name, more, group);
  const { EventSourceArn } = orders;
  await mapping("Create", { FunctionName, EventSourceArn, BatchSize: 2, FunctionResponseTypes: ["ReportBatchItemFailures"] });
  await advance("0s");
  assert.deepEqual(names(await calls()), ["a1 a2", "b1 b2"]);
  assert.deepEqual(await left(orders), [0, 3], "b1 alone is worked off");
  await advance("30s");
  assert.deepEqual(names(await calls()).toSorted(), ["a1 a2", "b2"]);
  await advance("30s");
  // Both were received twice.
  assert.deepEqual([names(await calls()), await left(orders), await left(dead)], [[], [0, 0], [2, 0]]);
  const input = { QueueUrl: dead.QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ["All"] };
  const { Messages } = await queues.send(new sqs.ReceiveMessageCommand(input));
  assert.deepEqual(Messages.map(({ Body }) => JSON.parse(Body).name), ["a1", "a2"]);
  assert.deepEqual(Messages.map(({ Attributes }) => Attributes.DeadLetterQueueSourceArn), [EventSourceArn, EventSourceArn]);
}

await crud();
await fifo();
