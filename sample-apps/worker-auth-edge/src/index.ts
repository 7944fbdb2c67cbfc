import { Hono } from "hono";

import type { Env } from "./env";
import { authenticate } from "./guard";
import { Refusal } from "./refusal";
import { admin, session } from "./routes";
import { publicKeys } from "./tokens";

const app = new Hono<Env>();

// No answer here is for a cache: most are about one person alone.
app.use(async (c, next) => {
  await next();
  c.header("cache-control", c.req.path.startsWith("/.well-known/") ? "public, max-age=300" : "no-store");
});

app.get("/.well-known/jwks.json", async (c) => c.json(await publicKeys(c.env)));
app.get("/me", authenticate, (c) => c.json(c.var.identity));
app.route("/session", session);
app.route("/admin", admin);

app.notFound(() => new Refusal(404, "not_found", "there is nothing here").response());

app.onError((error) => {
  if (error instanceof Refusal) return error.response();
  console.error(error);
  return new Refusal(500, "failed", "something went wrong; the log says what").response();
});

export default app;
