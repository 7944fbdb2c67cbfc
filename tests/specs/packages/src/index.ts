// Each package does what people use it for, and says what came of it: `GET /<package>`. `../expected.json` holds what workerd answers;
// `../record.mjs` records it again.
import { aws } from "./aws";
import { dateFns } from "./date-fns";
import { drizzle } from "./drizzle";
import { hono } from "./hono";
import { ittyRouter } from "./itty-router";
import { jose } from "./jose";
import { lodash } from "./lodash";
import { marked } from "./marked";
import { resvg } from "./resvg";
import { tiktoken } from "./tiktoken";
import { uuid } from "./uuid";
import { zod } from "./zod";

export type Env = { DB: D1Database };

const PACKAGES: Record<string, (env: Env, url: URL) => unknown> = {
  aws,
  "date-fns": dateFns,
  drizzle,
  hono,
  "itty-router": ittyRouter,
  jose,
  lodash,
  marked,
  resvg,
  tiktoken,
  uuid,
  zod,
};

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const url = new URL(request.url);
    if (url.pathname === "/") return Response.json(Object.keys(PACKAGES));
    const observe = PACKAGES[url.pathname.slice(1)];
    if (observe === undefined) return new Response("no such package", { status: 404 });
    try {
      return Response.json(await observe(env, url));
    } catch (error) {
      return Response.json({ error: String(error), stack: (error as Error).stack }, { status: 500 });
    }
  },
};
