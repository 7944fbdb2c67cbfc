/** The flags as JSON, for those with the token: `GET /admin/flags`, `PUT` and `DELETE /admin/flags/:name`. */
import { Hono } from "hono";
import { bearerAuth } from "hono/bearer-auth";
import { z } from "zod";

import type { Env } from "./env";
import * as flags from "./flags";

export const admin = new Hono<Env>();

admin.use((c, next) => bearerAuth<Env>({ token: c.env.ADMIN_TOKEN })(c, next));

admin.get("/flags", async (c) => c.json(await flags.read(c.env.FLAGS)));

admin.put("/flags/:name", async (c) => {
  const name = flags.FlagName.safeParse(c.req.param("name"));
  if (!name.success) return c.json({ error: "the name is not right", faults: faultsOf(name.error) }, 400);
  const flag = flags.Flag.safeParse(await c.req.json().catch(() => undefined));
  if (!flag.success) return c.json({ error: "the flag is not right", faults: faultsOf(flag.error) }, 400);
  await flags.set(c.env.FLAGS, name.data, flag.data);
  return c.json(flag.data);
});

admin.delete("/flags/:name", async (c) => {
  if (!(await flags.reset(c.env.FLAGS, c.req.param("name")))) return c.json({ error: "nothing was set of that flag" }, 404);
  return c.body(null, 204);
});

/** `["variants.0.weight: Too small…"]` */
function faultsOf({ issues }: z.ZodError): string[] {
  return issues.map(({ path, message }) => (path.length > 0 ? `${path.join(".")}: ${message}` : message));
}
