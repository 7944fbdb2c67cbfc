import { Hono } from "hono";
import { getCookie, setSignedCookie, getSignedCookie } from "hono/cookie";
import { cors } from "hono/cors";
import { etag } from "hono/etag";
import { HTTPException } from "hono/http-exception";
import { html } from "hono/html";
import { streamText } from "hono/streaming";
import { validator } from "hono/validator";

const app = new Hono<{ Variables: { started: boolean } }>();

app.use("/api/*", cors({ origin: "https://app.example", credentials: true }));
app.use("/api/*", async (c, next) => {
  c.set("started", true);
  await next();
  c.header("x-after", "set");
});
app.get("/api/items/:id{[0-9]+}", (c) => c.json({ id: Number(c.req.param("id")), started: c.var.started, tags: c.req.queries("tag") ?? [] }));
app.post(
  "/api/items",
  validator("json", (value, c) => (typeof value.name === "string" ? { name: value.name } : c.json({ fault: "name" }, 422))),
  (c) => c.json(c.req.valid("json"), 201),
);
app.post("/upload", async (c) => {
  const { file, note } = await c.req.parseBody();
  return c.json({ note, file: file instanceof File ? [file.name, file.type, await file.text()] : null });
});
app.get("/page", etag(), (c) => c.html(html`<p>${"<escaped>"}</p>`));
app.get("/cookie", async (c) => {
  await setSignedCookie(c, "session", "value", "secret", { httpOnly: true, sameSite: "Lax", path: "/" });
  return c.json({ plain: getCookie(c, "plain") ?? null, forged: await getSignedCookie(c, "secret", "forged") });
});
app.get("/stream", (c) =>
  streamText(c, async (stream) => {
    for (const word of ["one ", "two ", "three"]) await stream.write(word);
  }),
);
app.get("/teapot", () => {
  throw new HTTPException(418, { message: "short and stout" });
});
app.onError((error, c) => (error instanceof HTTPException ? error.getResponse() : c.text(`caught ${error.message}`, 500)));
app.get("/broken", () => {
  throw new Error("on purpose");
});

const JSON_TYPE = { "content-type": "application/json" };

async function show(reply: Response | Promise<Response>, ...headers: string[]) {
  const answer = await reply;
  return [answer.status, await answer.text(), ...headers.map((name) => answer.headers.get(name))];
}

export async function hono() {
  const form = new FormData();
  form.set("note", "a note");
  form.set("file", new File(["content"], "a.txt", { type: "text/plain" }));
  const page = await app.request("/page");
  const cookies = await app.request("/cookie", { headers: { cookie: "plain=yes; forged=value.AAAA" } });
  return {
    parameters: await show(app.request("/api/items/7?tag=a&tag=b"), "x-after", "access-control-allow-origin", "content-type"),
    "no number": await show(app.request("/api/items/x")),
    preflight: await show(app.request("/api/items", { method: "OPTIONS", headers: { "access-control-request-method": "PUT" } }), "access-control-allow-methods"),
    valid: await show(app.request("/api/items", { method: "POST", body: '{"name":"a"}', headers: JSON_TYPE })),
    invalid: await show(app.request("/api/items", { method: "POST", body: "{}", headers: JSON_TYPE })),
    "no JSON": await show(app.request("/api/items", { method: "POST", body: "{", headers: JSON_TYPE })),
    upload: await show(app.request("/upload", { method: "POST", body: form })),
    page: await show(page, "etag", "content-type"),
    unchanged: await show(app.request("/page", { headers: { "if-none-match": page.headers.get("etag") ?? "" } })),
    cookies: [await cookies.json(), cookies.headers.getSetCookie()],
    stream: await show(app.request("/stream"), "content-type"),
    teapot: await show(app.request("/teapot")),
    broken: await show(app.request("/broken")),
  };
}
