/** The JSON API under `/api/notes`. */
import { Hono, type Context } from "hono";
import { timingSafeEqual } from "hono/utils/buffer";
import type { ContentfulStatusCode } from "hono/utils/http-status";

import * as cache from "./cache";
import type { Env } from "./env";
import * as notes from "./notes";
import { draftFromJson, wholeNumber, type Faults } from "./validate";

export const api = new Hono<Env>();

api.use(async (c, next) => {
  const token = c.env.API_TOKEN;
  const reads = c.req.method === "GET" || c.req.method === "HEAD";
  if (token && !reads && !(await timingSafeEqual(c.req.header("authorization") ?? "", `Bearer ${token}`))) {
    c.header("www-authenticate", "Bearer");
    return refuse(c, 401, "unauthorized", "writes need the API token as a bearer token");
  }
  return next();
});

api.get("/", async (c) => {
  const limit = wholeNumber(c.req.query("limit"), 20, 1, 100);
  const offset = wholeNumber(c.req.query("offset"), 0, 0, 1_000_000);
  const faults: Faults = {};
  if (limit === null) faults["limit"] = "must be a whole number from 1 to 100";
  if (offset === null) faults["offset"] = "must be a whole number from 0 to 1000000";
  if (limit === null || offset === null) return invalid(c, faults);
  return c.json(await notes.list(c.env.DB, c.req.query("q") ?? "", limit, offset));
});

api.post("/", async (c) => {
  const json = await jsonBody(c);
  if (json instanceof Response) return json;
  const draft = draftFromJson(json);
  if (!draft.ok) return invalid(c, draft.faults);
  const note = await notes.add(c.env.DB, draft.value);
  await cache.dropFrontPage(c.env.CACHE);
  return c.json(note, 201, { location: `/api/notes/${note.id}` });
});

api.get("/:id{[1-9][0-9]{0,14}}", async (c) => {
  const note = await notes.get(c.env.DB, Number(c.req.param("id")));
  return note ? c.json({ ...note, views: await cache.views(c.env.CACHE, note.id) }) : missing(c);
});

api.put("/:id{[1-9][0-9]{0,14}}", async (c) => {
  const json = await jsonBody(c);
  if (json instanceof Response) return json;
  const draft = draftFromJson(json);
  if (!draft.ok) return invalid(c, draft.faults);
  const note = await notes.replace(c.env.DB, Number(c.req.param("id")), draft.value);
  if (note === null) return missing(c);
  await cache.dropFrontPage(c.env.CACHE);
  return c.json(note);
});

api.delete("/:id{[1-9][0-9]{0,14}}", async (c) => {
  const id = Number(c.req.param("id"));
  if (!(await notes.remove(c.env.DB, id))) return missing(c);
  await cache.dropFrontPage(c.env.CACHE);
  c.executionCtx.waitUntil(cache.forgetViews(c.env.CACHE, id));
  return c.body(null, 204);
});

api.all("*", missing);

/** The parsed body, or the refusal. Only what says that it is JSON is read: a form on another site cannot send that. */
async function jsonBody(c: Context<Env>): Promise<unknown> {
  if (!/^application\/json\b/i.test(c.req.header("content-type") ?? "")) {
    return refuse(c, 415, "not_json", "the body must be of type application/json");
  }
  try {
    return await c.req.json();
  } catch {
    return refuse(c, 400, "bad_json", "the body is no valid JSON");
  }
}

function invalid(c: Context<Env>, faults: Faults) {
  return refuse(c, 400, "invalid", "the request was not understood", { faults });
}

function missing(c: Context<Env>) {
  return refuse(c, 404, "not_found", "there is no such note");
}

/** Every refusal of the API has this shape. */
function refuse(c: Context<Env>, status: ContentfulStatusCode, code: string, message: string, more: object = {}) {
  return c.json({ error: { code, message, ...more } }, status);
}
