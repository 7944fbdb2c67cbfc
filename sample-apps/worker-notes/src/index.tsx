import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { secureHeaders } from "hono/secure-headers";

import { api } from "./api";
import type { Env } from "./env";
import { pages } from "./pages";
import css from "./style.css";
import { Layout } from "./views";

const app = new Hono<Env>();

app.use(secureHeaders({ contentSecurityPolicy: { defaultSrc: ["'none'"], styleSrc: ["'self'"], imgSrc: ["data:"], formAction: ["'self'"] } }));

app.get("/style.css", (c) => c.body(css, 200, { "content-type": "text/css; charset=utf-8", "cache-control": "no-cache" }));
app.route("/api/notes", api);
app.route("/", pages);

app.notFound((c) =>
  c.html(
    <Layout site={c.env.TITLE} title="Not found">
      <p class="empty">There is nothing here.</p>
    </Layout>,
    404,
  ),
);

app.onError((error, c) => {
  if (error instanceof HTTPException) return error.getResponse();
  console.error(error);
  return c.text("Something went wrong. The log says what.", 500);
});

export default app;
