/** Middleware: knows the visitor again by a cookie, and decides what they see before any of the page is made. */
import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { createMiddleware } from "hono/factory";

import { assign } from "./assign";
import type { Env } from "./env";
import * as flags from "./flags";

const COOKIE = "visitor";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const YEAR_SECONDS = 365 * 24 * 60 * 60;

export const decide = createMiddleware<Env>(async (c, next) => {
  c.set("visitor", visitorOf(c));
  c.set("assignments", await assign(await flags.read(c.env.FLAGS), c.var.visitor, forcedBy(c)));
  await next();
  // What one visitor sees is not what the next one does.
  c.header("cache-control", "private, no-store");
});

/** The visitor of the cookie, or a new one. Only what we have given out ourselves is taken. */
function visitorOf(c: Context<Env>): string {
  const known = getCookie(c, COOKIE);
  if (known !== undefined && UUID.test(known)) return known;
  const visitor = crypto.randomUUID();
  setCookie(c, COOKIE, visitor, { path: "/", maxAge: YEAR_SECONDS, httpOnly: true, sameSite: "Lax", secure: new URL(c.req.url).protocol === "https:" });
  return visitor;
}

/** `?flag.checkout=express` shows a variant to whoever asks for it, without a word in the results. */
function forcedBy(c: Context<Env>): Map<string, string> {
  const wishes = Object.entries(c.req.query()).filter(([key]) => key.startsWith("flag."));
  return new Map(wishes.map(([key, value]) => [key.slice("flag.".length), value]));
}
