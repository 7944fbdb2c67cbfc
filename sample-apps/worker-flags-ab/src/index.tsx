import { Hono } from "hono";

import { admin } from "./admin";
import type { Env } from "./env";
import { pages } from "./pages";

const app = new Hono<Env>();

app.route("/admin", admin);
app.route("/", pages);

export default app;
