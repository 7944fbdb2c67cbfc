import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";

import type { Env } from "./index";

/** `?endpoint=`: the server that stands in for AWS. */
export async function aws(_: Env, url: URL) {
  const endpoint = url.searchParams.get("endpoint") ?? "";
  const options = { region: "eu-central-1", endpoint, credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" }, maxAttempts: 2 };
  const s3 = new S3Client({ ...options, forcePathStyle: true });
  const dynamodb = new DynamoDBClient(options);
  const sqs = new SQSClient(options);

  const put = await s3.send(new PutObjectCommand({ Bucket: "bucket", Key: "a key.txt", Body: "hello", ContentType: "text/plain", Metadata: { from: "worker" } }));
  const got = await s3.send(new GetObjectCommand({ Bucket: "bucket", Key: "a key.txt" }));
  // Answers in XML fail on Workers, here as there: the SDK's build for browsers wants a DOMParser.
  const listed = await s3.send(new ListObjectsV2Command({ Bucket: "bucket", Prefix: "a" })).catch(failure);
  const missing = await s3.send(new GetObjectCommand({ Bucket: "bucket", Key: "missing" })).catch(failure);
  await dynamodb.send(new PutItemCommand({ TableName: "table", Item: { id: { S: "1" }, count: { N: "5" } } }));
  const item = await dynamodb.send(new GetItemCommand({ TableName: "table", Key: { id: { S: "1" } } }));
  const refused = await dynamodb.send(new GetItemCommand({ TableName: "missing", Key: { id: { S: "1" } } })).catch(failure);
  const sent = await sqs.send(new SendMessageCommand({ QueueUrl: `${endpoint}/000000000000/queue`, MessageBody: "hello" }));
  return {
    put: put.ETag,
    got: [await got.Body?.transformToString(), got.ContentType, got.Metadata],
    listed,
    missing,
    item: item.Item,
    refused,
    sent: sent.MessageId,
  };
}

function failure(error: Error & { $metadata?: { httpStatusCode?: number } }) {
  return [error.name, error.message.split("\n")[0], error.$metadata?.httpStatusCode];
}
