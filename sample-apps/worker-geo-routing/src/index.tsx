import { Hono, type Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { csrf } from "hono/csrf";

import { blocked, comply, consentOf, CONSENT_COOKIE, mayBuy } from "./compliance";
import type { Env } from "./env";
import { isMarket, marketOf, termsOf, type MarketName } from "./markets";
import { shopPage } from "./pages";
import { priceList, priceOf, PRODUCTS } from "./prices";
import { passOn, regionOf } from "./region";

const MARKET_COOKIE = "market";
const YEAR_SECONDS = 365 * 24 * 60 * 60;

const app = new Hono<Env>();

// What the law says is the same for everybody.
app.get("/legal", (c) => c.json({ embargoed: c.env.EMBARGOED, licensed: Object.fromEntries(PRODUCTS.flatMap(({ sku, licensed }) => (licensed ? [[sku, licensed]] : []))) }));
app.get("/count.js", (c) => c.body("navigator.sendBeacon('/api/visits');\n", 200, { "content-type": "text/javascript" }));

app.use(comply);

app.get("/", (c) => c.redirect(`/${chosenMarket(c)}`));

app.get("/where", (c) => c.json({ ...c.var.place, region: regionOf(c.var.place), market: chosenMarket(c) }));

app.all("/api/*", (c) => passOn(c.req.raw, c.env.ORIGINS[regionOf(c.var.place)], c.var.place));

// Another site's form is not the visitor's choice.
app.post("*", csrf());

app.post("/market", async (c) => {
  const { market } = await c.req.parseBody();
  if (typeof market !== "string" || !isMarket(market)) return c.json({ error: "there is no such market" }, 400);
  remember(c, MARKET_COOKIE, market);
  return c.redirect(`/${market}`, 303);
});

app.post("/consent", async (c) => {
  const { consent } = await c.req.parseBody();
  if (consent !== "yes" && consent !== "no") return c.json({ error: "the answer must be yes or no" }, 400);
  remember(c, CONSENT_COOKIE, consent);
  return c.redirect("/", 303);
});

app.get("/:market", (c) => {
  const market = c.req.param("market");
  if (!isMarket(market)) return c.notFound();
  return c.html(shopPage({ market, place: c.var.place, consent: consentOf(c), now: new Date() }));
});

app.get("/:market/prices", (c) => {
  const market = c.req.param("market");
  if (!isMarket(market)) return c.notFound();
  const { locale, tax } = termsOf(market, c.var.place);
  return c.json({ market, locale, tax, prices: priceList(market, c.var.place) });
});

app.get("/:market/prices/:sku", (c) => {
  const market = c.req.param("market");
  const product = PRODUCTS.find(({ sku }) => sku === c.req.param("sku"));
  if (!isMarket(market) || product === undefined) return c.notFound();
  if (!mayBuy(product, c.var.place)) return blocked(c, `${product.name} is not licensed where you are.`);
  return c.json(priceOf(product, market, c.var.place));
});

/** The market that the visitor chose, else that of their country. */
function chosenMarket(c: Context<Env>): MarketName {
  const chosen = getCookie(c, MARKET_COOKIE);
  return isMarket(chosen) ? chosen : marketOf(c.var.place);
}

function remember(c: Context<Env>, name: string, value: string): void {
  setCookie(c, name, value, { path: "/", maxAge: YEAR_SECONDS, httpOnly: true, sameSite: "Lax", secure: new URL(c.req.url).protocol === "https:" });
}

export default app;
