/** The routes: `/session` for everybody, `/me` behind a token, `/admin` behind roles. */
import { Hono, type Context } from "hono";

import type { Env } from "./env";
import { allow, authenticate } from "./guard";
import { Refusal } from "./refusal";
import * as sessions from "./sessions";
import { ACCESS_SECONDS, sign } from "./tokens";

const MOST_LISTED = 100;

export const session = new Hono<Env>();

/** A token of the issuer's for a session here. */
session.post("/", authenticate, async (c) => {
  if (c.var.identity.session !== null) throw new Refusal(403, "not_from_issuer", "a session is opened with a token of the issuer's");
  return granted(c, await sessions.open(c.env.DB, c.var.identity), 201);
});

session.post("/refresh", async (c) => granted(c, await sessions.renew(c.env.DB, await refreshTokenIn(c)), 200));

session.delete("/", authenticate, async (c) => {
  if (c.var.identity.session === null) throw new Refusal(403, "no_session", "this token belongs to no session");
  await sessions.end(c.env.DB, c.var.identity.session, "signed_out");
  return c.body(null, 204);
});

export const admin = new Hono<Env>();

admin.use(authenticate);

admin.get("/sessions", allow("auditor", "admin"), async (c) => {
  return c.json({ sessions: await sessions.list(c.env.DB, c.req.query("subject") ?? null, MOST_LISTED) });
});

admin.delete("/sessions/:id", allow("admin"), async (c) => {
  if (!(await sessions.end(c.env.DB, c.req.param("id"), "by_admin"))) throw new Refusal(404, "not_found", "there is no such session, or it has ended");
  return c.body(null, 204);
});

async function granted(c: Context<Env>, { session, refreshToken }: Awaited<ReturnType<typeof sessions.open>>, status: 200 | 201) {
  const access_token = await sign(c.env, session);
  return c.json({ access_token, token_type: "Bearer", expires_in: ACCESS_SECONDS, refresh_token: refreshToken }, status);
}

async function refreshTokenIn(c: Context<Env>): Promise<string> {
  const body: unknown = await c.req.json().catch(() => null);
  const token = typeof body === "object" && body !== null && "refresh_token" in body ? body.refresh_token : undefined;
  if (typeof token !== "string") throw new Refusal(400, "bad_request", 'the body must be JSON: { "refresh_token": "…" }');
  return token;
}
