/** Where the shop sells, in which money, and what tax is in the price. The figures are examples. */
import type { Place } from "./place";

export type Market = {
  currency: string;
  /** Whose tax and language hold for somebody from another country who chose this market. */
  home: string;
  /** How much of the net price in euros one unit of the currency is. */
  rate: number;
};

export const MARKETS = {
  eu: { currency: "EUR", home: "DE", rate: 1 },
  uk: { currency: "GBP", home: "GB", rate: 0.86 },
  ch: { currency: "CHF", home: "CH", rate: 0.95 },
  us: { currency: "USD", home: "US", rate: 1.1 },
  jp: { currency: "JPY", home: "JP", rate: 165 },
  in: { currency: "INR", home: "IN", rate: 92 },
} satisfies Record<string, Market>;

export type MarketName = keyof typeof MARKETS;

/** `tax` is the standard rate in per cent that the shown price holds. In the US it is added at the till. */
type Country = { market: MarketName; locale: string; tax: number };

const COUNTRIES: Record<string, Country> = {
  AT: { market: "eu", locale: "de-AT", tax: 20 },
  CH: { market: "ch", locale: "de-CH", tax: 8.1 },
  DE: { market: "eu", locale: "de-DE", tax: 19 },
  ES: { market: "eu", locale: "es-ES", tax: 21 },
  FI: { market: "eu", locale: "fi-FI", tax: 25.5 },
  FR: { market: "eu", locale: "fr-FR", tax: 20 },
  GB: { market: "uk", locale: "en-GB", tax: 20 },
  IE: { market: "eu", locale: "en-IE", tax: 23 },
  IN: { market: "in", locale: "en-IN", tax: 18 },
  IT: { market: "eu", locale: "it-IT", tax: 22 },
  JP: { market: "jp", locale: "ja-JP", tax: 10 },
  NL: { market: "eu", locale: "nl-NL", tax: 21 },
  PL: { market: "eu", locale: "pl-PL", tax: 23 },
  US: { market: "us", locale: "en-US", tax: 0 },
};

export function isMarket(name: string | undefined): name is MarketName {
  return name !== undefined && Object.hasOwn(MARKETS, name);
}

/** The market of the visitor's country; Europe without an entry of its own buys in euros, the rest of the world in dollars. */
export function marketOf({ country, continent, isEu }: Place): MarketName {
  return COUNTRIES[country ?? ""]?.market ?? (isEu || continent === "EU" ? "eu" : "us");
}

/** Language and tax for a visitor in a market: those of their country if it buys there, else those of the market's home. */
export function termsOf(market: MarketName, { country }: Place): Country {
  const own = COUNTRIES[country ?? ""];
  return own?.market === market ? own : (COUNTRIES[MARKETS[market].home] as Country);
}
