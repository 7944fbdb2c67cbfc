/** The products, and what each costs whom. */
import { mayBuy } from "./compliance";
import { MARKETS, termsOf, type MarketName } from "./markets";
import type { Place } from "./place";

export type Product = {
  sku: string;
  name: string;
  /** Net, in euro cents. */
  net: number;
  /** Where it may be sold, if that takes a licence. */
  licensed?: readonly string[];
};

export type Price = { sku: string; name: string; currency: string; amount: number; shown: string };

export const PRODUCTS: readonly Product[] = [
  { sku: "tea", name: "Tea, 100 g", net: 890 },
  { sku: "pot", name: "Teapot", net: 4550 },
  { sku: "samovar", name: "Samovar", net: 104900 },
  { sku: "rum", name: "Rum for the tea, 0.7 l", net: 2390, licensed: ["AT", "CH", "DE", "FR", "GB", "IT", "JP"] },
];

/** What the visitor may buy in a market, with prices as they are written there. */
export function priceList(market: MarketName, place: Place): Price[] {
  return PRODUCTS.filter((product) => mayBuy(product, place)).map((product) => priceOf(product, market, place));
}

export function priceOf({ sku, name, net }: Product, market: MarketName, place: Place): Price {
  const { currency, rate } = MARKETS[market];
  const { locale, tax } = termsOf(market, place);
  const format = new Intl.NumberFormat(locale, { style: "currency", currency });
  // Rounded to what the currency has: yen have no hundredths.
  const amount = Number(((net / 100) * rate * (1 + tax / 100)).toFixed(format.resolvedOptions().maximumFractionDigits));
  return { sku, name, currency, amount, shown: format.format(amount) };
}
