/** What an order looks like. Whether a product is sold at all is not the edge's to know. */
import { z } from "zod";

const Order = z.object({
  customer: z.email(),
  items: z
    .array(z.object({ product: z.string().regex(/^[a-z][a-z-]{0,39}$/), quantity: z.int().min(1).max(100) }))
    .min(1)
    .max(20),
});

/** An order that was taken. */
export type Order = z.infer<typeof Order> & { id: string };

/** The order that a body holds, or what is wrong with it. */
export function verified(body: string): { order: z.infer<typeof Order> } | { problems: string[] } {
  const read = Order.safeParse(parsed(body));
  if (read.success) return { order: read.data };
  return { problems: read.error.issues.map((issue) => `${issue.path.join(".") || "body"}: ${issue.message}`) };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
