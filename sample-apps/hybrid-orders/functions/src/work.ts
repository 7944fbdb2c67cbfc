/** Works orders off: each gets a receipt. What fails is seen again, and only that. */
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { SQSBatchItemFailure, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";

import { priceOf } from "./prices";

type Order = { id: string; customer: string; items: { product: string; quantity: number }[] };

const sqs = new SQSClient({});

export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchItemFailure[] = [];
  for (const record of event.Records) {
    try {
      await work(record);
    } catch (error) {
      console.error("attempt %s of %s: %s", record.attributes.ApproximateReceiveCount, record.messageId, error);
      batchItemFailures.push({ itemIdentifier: record.messageId });
    }
  }
  return { batchItemFailures };
}

async function work(record: SQSRecord): Promise<void> {
  const order: Order = JSON.parse(record.body);
  const total = order.items.reduce((sum, { product, quantity }) => sum + priceOf(product) * quantity, 0);
  const receipt = { order: order.id, customer: order.customer, total };
  // A queue delivers at least once: whoever reads receipts knows them by the order's id.
  await sqs.send(new SendMessageCommand({ QueueUrl: process.env["RECEIPTS_QUEUE_URL"], MessageBody: JSON.stringify(receipt) }));
  console.info("order %s: %d cents", order.id, total);
}
