/** What the law of a place does not allow, and what it asks for first. */
import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import { createMiddleware } from "hono/factory";

import type { Env } from "./env";
import { placeOf, type Place } from "./place";
import type { Product } from "./prices";

export const CONSENT_COOKIE = "consent";

/** Countries outside the Union with the same rules on cookies. */
const ASK_TOO = ["CH", "GB", "IS", "LI", "NO"];

/** Finds out where the visitor is, and shows the door to those whom nothing may be sold. */
export const comply = createMiddleware<Env>(async (c, next) => {
  const place = placeOf(c.req.raw);
  c.set("place", place);
  const embargoed = [place.country, place.subdivision].some((name) => name !== null && c.env.EMBARGOED.includes(name));
  if (embargoed) return blocked(c, "Nothing is sold where you are.");
  await next();
  c.header("cache-control", "private, no-store");
});

/** Where a licence is needed, somebody who may be anywhere is in none of its countries. */
export function mayBuy({ licensed }: Product, { country }: Place): boolean {
  return licensed === undefined || (country !== null && licensed.includes(country));
}

/** 451, with who demands it: https://www.rfc-editor.org/rfc/rfc7725 */
export function blocked(c: Context<Env>, reason: string): Response {
  const by = new URL("/legal", c.req.url);
  return c.json({ error: "unavailable_for_legal_reasons", reason, country: c.var.place.country }, 451, {
    link: `<${by}>; rel="blocked-by"`,
    "cache-control": "private, no-store",
  });
}

/** Whether visits may be counted: without asking, or because the visitor has said yes. `null`: ask. */
export function consentOf(c: Context<Env>): boolean | null {
  const { isEu, country } = c.var.place;
  if (!isEu && !ASK_TOO.includes(country ?? "")) return true;
  const said = getCookie(c, CONSENT_COOKIE);
  return said === "yes" ? true : said === "no" ? false : null;
}
