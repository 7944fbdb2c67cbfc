import { make } from "./digest";
import type { Bindings } from "./env";
import { pages } from "./pages";

export default {
  fetch: pages.fetch,

  async scheduled(controller, env) {
    const digest = await make(env, new Date(controller.scheduledTime));
    console.log(`digest of ${digest.day}: ${digest.items.length} items, ${digest.failed.length} feeds not read`);
  },
} satisfies ExportedHandler<Bindings>;
