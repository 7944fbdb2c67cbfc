/** The shop: whole pages, in the variant that was decided. No script swaps anything in the browser, so nothing flickers. */
import { Hono, type Context } from "hono";
import { html } from "hono/html";
import type { Child, FC, PropsWithChildren } from "hono/jsx";

import { decide } from "./decide";
import type { Env } from "./env";
import { convert, expose } from "./exposures";

export const pages = new Hono<Env>();

pages.use(decide);

const Page: FC<PropsWithChildren<{ title: string; banner: string }>> = ({ title, banner, children }) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <title>{title}</title>
    </head>
    <body>
      {banner === "summer" && <aside>Summer sale: everything must go.</aside>}
      <h1>{title}</h1>
      {children}
    </body>
  </html>
);

pages.get("/", (c) => page(c, "The shop", <a href="/checkout">To the checkout</a>));

pages.get("/checkout", (c) =>
  page(
    c,
    "Checkout",
    <form method="post" action="/checkout">
      {expose(c, "checkout") === "express" ? <button>Buy now, with one click</button> : <ClassicForm />}
    </form>,
  ),
);

pages.post("/checkout", (c) => {
  convert(c, "purchase");
  return c.redirect("/", 303);
});

/** The same as JSON, for a front end of another kind. */
pages.get("/flags.json", (c) => {
  const shown = Object.keys(c.var.assignments).map((flag) => [flag, expose(c, flag)]);
  return c.json({ visitor: c.var.visitor, variants: Object.fromEntries(shown) });
});

const ClassicForm: FC = () => (
  <>
    <label>
      Address <input name="address" />
    </label>
    <button>Order</button>
  </>
);

function page(c: Context<Env>, title: string, content: Child) {
  const whole = (
    <Page title={title} banner={expose(c, "banner")}>
      {content}
    </Page>
  );
  return c.html(html`<!doctype html>${whole}`);
}
