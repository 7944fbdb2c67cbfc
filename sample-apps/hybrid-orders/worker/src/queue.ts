/** The queue, by AWS's own client. */
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";

import type { Env } from "./env";
import type { Order } from "./order";

/** Sends an order. When this returns the queue has it for good. */
export async function enqueue(env: Env, order: Order): Promise<void> {
  const send = new SendMessageCommand({
    QueueUrl: env.ORDERS_QUEUE_URL,
    MessageBody: JSON.stringify(order),
    MessageAttributes: { customer: { DataType: "String", StringValue: order.customer } },
  });
  await client(env).send(send);
}

let made: SQSClient | undefined;

/** One for all requests of an isolate: variables of the environment do not change while it lives. */
function client(env: Env): SQSClient {
  made ??= new SQSClient({
    region: env.AWS_REGION,
    endpoint: env.AWS_ENDPOINT_URL,
    credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY },
  });
  return made;
}
