/** What products cost, in cents. */
const PRICES: Record<string, number> = {
  cup: 900,
  tea: 450,
};

/** What one costs. */
export function priceOf(product: string): number {
  const price = PRICES[product];
  if (price === undefined) throw new Error(`${product} has no price`);
  return price;
}
