/** The pages of the shop, in the language of numbers and dates of the place. */
import { html } from "hono/html";
import type { FC } from "hono/jsx";

import { MARKETS, termsOf, type MarketName } from "./markets";
import type { Place } from "./place";
import { priceList } from "./prices";

type ShopProps = { market: MarketName; place: Place; consent: boolean | null; now: Date };

export function shopPage(props: ShopProps) {
  return html`<!doctype html>${(<Shop {...props} />)}`;
}

const Shop: FC<ShopProps> = ({ market, place, consent, now }) => {
  const { locale } = termsOf(market, place);
  const time = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short", timeZone: place.timeZone });
  return (
    <html lang={locale}>
      <head>
        <meta charset="utf-8" />
        <title>Tea</title>
        {consent && <script src="/count.js" defer />}
      </head>
      <body>
        <h1>Tea{place.city && ` for ${place.city}`}</h1>
        <p>Prices of {time.format(now)}</p>
        <ul>
          {priceList(market, place).map(({ name, shown }) => (
            <li>
              {name}: {shown}
            </li>
          ))}
        </ul>
        <Choice current={market} />
        {consent === null && <Consent />}
      </body>
    </html>
  );
};

const Choice: FC<{ current: MarketName }> = ({ current }) => (
  <form method="post" action="/market">
    {Object.entries(MARKETS).map(([name, { currency }]) => (
      <button name="market" value={name} disabled={name === current}>
        {name} ({currency})
      </button>
    ))}
  </form>
);

const Consent: FC = () => (
  <form method="post" action="/consent">
    <p>May we count your visit?</p>
    <button name="consent" value="yes">
      Yes
    </button>
    <button name="consent" value="no">
      No
    </button>
  </form>
);
