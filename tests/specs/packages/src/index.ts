// Each package is used once, the way its documentation shows first. `tests/packages.rs` has the answers.
import { differenceInCalendarDays, format, parse } from "date-fns";
import { Hono } from "hono";
import { getCookie } from "hono/cookie";
import { AutoRouter } from "itty-router";
import { jwtVerify, SignJWT } from "jose";
import _ from "lodash";
import { marked } from "marked";
import { v4, v5, validate } from "uuid";
import { z } from "zod";

const app = new Hono();

app.get("/hono/:name", (c) => {
  const name = c.req.param("name");
  return c.json({ hello: c.req.query("shout") === "yes" ? name.toUpperCase() : name, cookie: getCookie(c, "none") ?? null });
});

app.get("/zod", (c) => {
  const Person = z.object({ name: z.string().min(1), age: z.coerce.number().int() });
  const bad = Person.safeParse({ name: "", age: "x" });
  return c.json({ good: Person.parse({ name: "a", age: "5" }), bad: bad.error?.issues.map((issue) => issue.path).sort() });
});

const router = AutoRouter({ base: "/itty-router" }).get("/:id", ({ id }) => ({ id }));
app.get("/itty-router/*", (c) => router.fetch(c.req.raw));

app.get("/uuid", (c) => {
  return c.json({ v5: v5("example.com", v5.DNS), v4: validate(v4()), distinct: v4() !== v4() });
});

app.get("/date-fns", (c) => {
  return c.json({
    formatted: format(new Date(2026, 10, 23, 21, 5), "yyyy-MM-dd HH:mm"),
    days: differenceInCalendarDays(new Date(2026, 11, 25), new Date(2026, 10, 23)),
    parsed: parse("28.02.2026", "dd.MM.yyyy", new Date(0)),
  });
});

app.get("/lodash", (c) => {
  return c.json({ grouped: _.groupBy([1.2, 1.9, 2.5], Math.floor), cloned: _.cloneDeep({ a: [{ b: 1 }] }), words: _.camelCase("foo bar") });
});

app.get("/marked", async (c) => c.json(await marked.parse("# Title\nA *text* with `code`.\n")));

app.get("/jose", async (c) => {
  const secret = new TextEncoder().encode("a secret of at least thirty-two bytes");
  const token = await new SignJWT({}).setProtectedHeader({ alg: "HS256" }).setSubject("user").setIssuedAt().setExpirationTime("1h").sign(secret);
  const { payload, protectedHeader } = await jwtVerify(token, secret);
  const forged = await jwtVerify(token, new TextEncoder().encode("another secret of thirty-two bytes")).catch((error) => error.constructor.name);
  return c.json({ subject: payload.sub, algorithm: protectedHeader.alg, forged });
});

export default app;
