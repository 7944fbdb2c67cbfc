import { Hono } from "hono";
import { html } from "hono/html";
import type { FC, PropsWithChildren } from "hono/jsx";

import { days, find, type Digest } from "./digest";
import type { Env } from "./env";

export const pages = new Hono<Env>();

const Page: FC<PropsWithChildren<{ title: string }>> = ({ title, children }) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <title>{title}</title>
    </head>
    <body>
      <h1>{title}</h1>
      {children}
    </body>
  </html>
);

const Items: FC<{ digest: Digest }> = ({ digest }) => (
  <>
    <ul>
      {digest.items.length === 0 && <li>Nothing new.</li>}
      {digest.items.map((item) => (
        <li>
          <a href={item.link}>{item.title}</a> <small>{item.feed}</small>
        </li>
      ))}
    </ul>
    {digest.failed.map(({ feed, why }) => (
      <p>
        Not read today: {feed} {why}.
      </p>
    ))}
  </>
);

pages.get("/", async (c) => {
  const all = await days(c.env);
  const latest = all[0] && (await find(c.env, all[0].day));
  const whole = (
    <Page title="Daily digest">
      {latest ? <Items digest={latest} /> : <p>The first digest is made at six in the morning, UTC.</p>}
      {all.length > 1 && <h2>Earlier</h2>}
      {all.slice(1).map(({ day, items }) => (
        <p>
          <a href={`/${day}`}>{day}</a>: {items} items
        </p>
      ))}
    </Page>
  );
  return c.html(html`<!doctype html>${whole}`);
});

pages.get("/:day{\\d{4}-\\d{2}-\\d{2}}", async (c) => {
  const digest = await find(c.env, c.req.param("day"));
  if (digest === null) return c.notFound();
  const whole = (
    <Page title={`Digest of ${digest.day}`}>
      <Items digest={digest} />
    </Page>
  );
  return c.html(html`<!doctype html>${whole}`);
});

/** The same as JSON, for a reader of another kind. */
pages.get("/:file{\\d{4}-\\d{2}-\\d{2}\\.json}", async (c) => {
  const digest = await find(c.env, c.req.param("file").slice(0, 10));
  return digest === null ? c.notFound() : c.json(digest);
});

pages.notFound((c) => c.text("there is no such digest\n", 404));
