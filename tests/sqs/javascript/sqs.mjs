// All operations by the vendor's client, which checks the digests of what it sends and gets by itself. Run by `sqs_javascript.rs`; the
// environment says where, and where the control API is that moves time.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";

import * as sdk from "@aws-sdk/client-sqs";

const client = new sdk.SQSClient({});
const call = (operation, input = {}) => client.send(new sdk[`${operation}Command`](input));
const fails = (operation, input, error) => assert.rejects(call(operation, input), error);
const advance = async (by) => {
  const answer = await fetch(`${process.env.CONTROL_URL}/v1/clock/advance`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ by, max_settle_ms: 300_000, max_wall_ms: 300_000 }) });
  assert.equal(answer.status, 200);
};
const md5 = (text) => createHash("md5").update(text).digest("hex");
const counts = async (QueueUrl) => {
  const names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"];
  const { Attributes } = await call("GetQueueAttributes", { QueueUrl, AttributeNames: names });
  return names.map((name) => Number(Attributes[name]));
};
const arn = async (QueueUrl) => (await call("GetQueueAttributes", { QueueUrl, AttributeNames: ["QueueArn"] })).Attributes.QueueArn;

async function standard() {
  const dead = (await call("CreateQueue", { QueueName: "dead" })).QueueUrl;
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: await arn(dead), maxReceiveCount: 1 });
  const { QueueUrl } = await call("CreateQueue", { QueueName: "orders", Attributes: { VisibilityTimeout: "5" }, tags: { team: "a" } });
  assert.equal((await call("GetQueueUrl", { QueueName: "orders" })).QueueUrl, QueueUrl);
  assert.deepEqual((await call("ListQueues", { QueueNamePrefix: "ord" })).QueueUrls, [QueueUrl]);
  await fails("GetQueueUrl", { QueueName: "none" }, sdk.QueueDoesNotExist);

  const MessageAttributes = {
    text: { DataType: "String", StringValue: "häß" },
    number: { DataType: "Number.int", StringValue: "7" },
    bytes: { DataType: "Binary", BinaryValue: new Uint8Array([0, 1, 255]) },
  };
  const MessageSystemAttributes = { AWSTraceHeader: { DataType: "String", StringValue: "Root=1-5759e988-bd862e3fe1be46a994272793" } };
  const MessageBody = "hällo \u{1f680}";
  const sent = await call("SendMessage", { QueueUrl, MessageBody, MessageAttributes, MessageSystemAttributes, DelaySeconds: 3 });
  assert.equal(sent.MD5OfMessageBody, md5(MessageBody));
  assert.deepEqual(await counts(QueueUrl), [0, 0, 1]);
  await advance("3s");
  const all = { MessageSystemAttributeNames: ["All"], MessageAttributeNames: ["All"] };
  const [got] = (await call("ReceiveMessage", { QueueUrl, ...all })).Messages;
  assert.deepEqual([got.MessageId, got.Body, got.MD5OfMessageAttributes], [sent.MessageId, MessageBody, sent.MD5OfMessageAttributes]);
  assert.deepEqual([...got.MessageAttributes.bytes.BinaryValue], [0, 1, 255]);
  assert.equal(got.Attributes.AWSTraceHeader, MessageSystemAttributes.AWSTraceHeader.StringValue);
  assert.equal((await call("ReceiveMessage", { QueueUrl })).Messages, undefined);
  await call("ChangeMessageVisibility", { QueueUrl, ReceiptHandle: got.ReceiptHandle, VisibilityTimeout: 0 });
  const [again] = (await call("ReceiveMessage", { QueueUrl, ...all })).Messages;
  assert.equal(again.Attributes.ApproximateReceiveCount, "2");
  await call("DeleteMessage", { QueueUrl, ReceiptHandle: again.ReceiptHandle });

  const Entries = Array.from({ length: 10 }, (_, at) => ({ Id: `e${at}`, MessageBody: `body ${at}`, MessageAttributes }));
  const batch = await call("SendMessageBatch", { QueueUrl, Entries });
  assert.equal(batch.Successful.length, 10);
  const { Messages } = await call("ReceiveMessage", { QueueUrl, MaxNumberOfMessages: 10 });
  const handles = Messages.map(({ ReceiptHandle }, at) => ({ Id: `e${at}`, ReceiptHandle }));
  const changed = await call("ChangeMessageVisibilityBatch", { QueueUrl, Entries: handles.map((one) => ({ ...one, VisibilityTimeout: 60 })) });
  assert.equal(changed.Successful.length, 10);
  await advance("10s");
  assert.deepEqual(await counts(QueueUrl), [0, 10, 0]);
  const deleted = await call("DeleteMessageBatch", { QueueUrl, Entries: [...handles.slice(0, 9), { Id: "forged", ReceiptHandle: "forged" }] });
  assert.deepEqual([deleted.Successful.length, deleted.Failed[0].Id, deleted.Failed[0].Code], [9, "forged", "ReceiptHandleIsInvalid"]);
  await fails("SendMessageBatch", { QueueUrl, Entries: [] }, sdk.EmptyBatchRequest);
  await fails("SendMessageBatch", { QueueUrl, Entries: [Entries[0], Entries[0]] }, sdk.BatchEntryIdsNotDistinct);
  await fails("SendMessage", { QueueUrl, MessageBody: "\u0001" }, sdk.InvalidMessageContents);
  await fails("DeleteMessage", { QueueUrl, ReceiptHandle: "forged" }, sdk.ReceiptHandleIsInvalid);

  await call("SetQueueAttributes", { QueueUrl, Attributes: { RedrivePolicy, VisibilityTimeout: "1" } });
  assert.deepEqual((await call("ListDeadLetterSourceQueues", { QueueUrl: dead })).queueUrls, [QueueUrl]);
  await advance("1m");
  // It was received once already.
  assert.equal((await call("ReceiveMessage", { QueueUrl })).Messages, undefined);
  assert.deepEqual(await counts(dead), [1, 0, 0]);
  const SourceArn = await arn(dead);
  const { TaskHandle } = await call("StartMessageMoveTask", { SourceArn, MaxNumberOfMessagesPerSecond: 1 });
  await advance("10s");
  const { Results } = await call("ListMessageMoveTasks", { SourceArn });
  assert.deepEqual([Results[0].Status, Results[0].ApproximateNumberOfMessagesMoved], ["COMPLETED", 1]);
  await fails("CancelMessageMoveTask", { TaskHandle }, sdk.UnsupportedOperation);
  assert.deepEqual(await counts(QueueUrl), [1, 0, 0]);

  await call("TagQueue", { QueueUrl, Tags: { stage: "dev" } });
  await call("UntagQueue", { QueueUrl, TagKeys: ["team"] });
  assert.deepEqual((await call("ListQueueTags", { QueueUrl })).Tags, { stage: "dev" });
  await call("AddPermission", { QueueUrl, Label: "one", AWSAccountIds: ["111111111111"], Actions: ["SendMessage"] });
  await call("RemovePermission", { QueueUrl, Label: "one" });
  await call("PurgeQueue", { QueueUrl });
  await fails("PurgeQueue", { QueueUrl }, sdk.PurgeQueueInProgress);
  assert.deepEqual(await counts(QueueUrl), [0, 0, 0]);
  await call("DeleteQueue", { QueueUrl });
  await fails("CreateQueue", { QueueName: "orders" }, sdk.QueueDeletedRecently);
}

async function fifo() {
  const Attributes = { FifoQueue: "true", ContentBasedDeduplication: "true", VisibilityTimeout: "5" };
  const { QueueUrl } = await call("CreateQueue", { QueueName: "orders.fifo", Attributes });
  const send = (MessageGroupId, MessageBody, more = {}) => call("SendMessage", { QueueUrl, MessageGroupId, MessageBody, ...more });
  const [first, copy] = [await send("a", "a1"), await send("a", "a1")];
  assert.deepEqual([copy.MessageId, copy.SequenceNumber], [first.MessageId, first.SequenceNumber]);
  const Entries = ["a2", "a3"].map((MessageBody) => ({ Id: MessageBody, MessageBody, MessageGroupId: "a", MessageDeduplicationId: `of-${MessageBody}` }));
  const batch = await call("SendMessageBatch", { QueueUrl, Entries });
  const numbers = [first, ...batch.Successful].map(({ SequenceNumber }) => BigInt(SequenceNumber));
  assert.ok(numbers[0] < numbers[1] && numbers[1] < numbers[2], numbers.join());
  await send("b", "b1");

  const receive = async (most, more = {}) => {
    const input = { QueueUrl, MaxNumberOfMessages: most, MessageSystemAttributeNames: ["All"], ...more };
    return (await call("ReceiveMessage", input)).Messages ?? [];
  };
  const bodies = (messages) => messages.map(({ Body }) => Body);
  const attempt = { ReceiveRequestAttemptId: "one" };
  const one = await receive(2, attempt);
  assert.deepEqual(bodies(one), ["a1", "a2"]);
  assert.deepEqual([one[0].Attributes.MessageGroupId, one[0].Attributes.MessageDeduplicationId.length], ["a", 64]);
  assert.deepEqual((await receive(2, attempt)).map(({ MessageId }) => MessageId), one.map(({ MessageId }) => MessageId));
  assert.deepEqual(bodies(await receive(10)), ["b1"], "the group is somebody's");
  await advance("5s");
  const rest = await receive(10);
  assert.deepEqual(bodies(rest).toSorted(), ["a1", "a2", "a3", "b1"]);
  assert.deepEqual(bodies(rest).filter((body) => body.startsWith("a")), ["a1", "a2", "a3"]);
  await fails("DeleteMessage", { QueueUrl, ReceiptHandle: one[0].ReceiptHandle }, { message: /The receipt handle has expired/ });
  const handles = rest.map(({ ReceiptHandle }, at) => ({ Id: `${at}`, ReceiptHandle }));
  assert.equal((await call("DeleteMessageBatch", { QueueUrl, Entries: handles })).Successful.length, 4);
  assert.equal((await send("a", "a1")).MessageId, first.MessageId, "it is remembered for five minutes, deleted or not");
  await advance("5m");
  assert.notEqual((await send("a", "a1")).MessageId, first.MessageId);
  await fails("SendMessage", { QueueUrl, MessageBody: "x" }, { name: "MissingParameter" });
  await fails("SendMessage", { QueueUrl, MessageBody: "x", MessageGroupId: "a", DelaySeconds: 1 }, { name: "InvalidParameterValue" });
  await call("DeleteQueue", { QueueUrl });
}

await standard();
await fifo();
const operations = Object.keys(sdk).filter((name) => name.endsWith("Command") && !name.startsWith("$"));
assert.equal(operations.length, 23, "the client knows operations that are not called here");
