/** Takes orders at the edge: what is an order goes to the queue, and the customer does not wait until it is worked off. */
import type { Env } from "./env";
import { verified } from "./order";
import { enqueue } from "./queue";

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname !== "/orders") return Response.json({ error: "there is nothing here; POST orders to /orders" }, { status: 404 });
    if (request.method !== "POST") return Response.json({ error: "orders are POSTed" }, { status: 405, headers: { allow: "POST" } });
    const asked = verified(await request.text());
    if ("problems" in asked) return Response.json({ error: "this is no order", problems: asked.problems }, { status: 422 });
    const order = { id: crypto.randomUUID(), ...asked.order };
    try {
      await enqueue(env, order);
    } catch (error) {
      // The customer may send it again: nothing has been promised yet.
      console.error(`order ${order.id} is not taken: ${error}`);
      return Response.json({ error: "orders cannot be taken at the moment" }, { status: 503, headers: { "retry-after": "30" } });
    }
    return Response.json({ id: order.id }, { status: 202 });
  },
} satisfies ExportedHandler<Env>;
