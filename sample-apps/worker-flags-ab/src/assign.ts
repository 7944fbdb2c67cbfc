/** Who sees what: the same visitor always sees the same variant, and nothing has to be stored for it. */
import type { Flag, Flags } from "./flags";

/** `counted`: whether the visitor takes part in the test, so that what they do says something about the variant. */
export type Assignment = { variant: string; counted: boolean };
export type Assignments = Record<string, Assignment>;

/** What a visitor sees of every flag. `forced` variants are for people who try things out, and are not counted. */
export async function assign(flags: Flags, visitor: string, forced: ReadonlyMap<string, string>): Promise<Assignments> {
  const entries = Object.entries(flags).map(async ([name, flag]): Promise<[string, Assignment]> => {
    const wish = forced.get(name);
    const known = flag.variants.some((variant) => variant.name === wish);
    return [name, wish !== undefined && known ? { variant: wish, counted: false } : await draw(name, flag, visitor)];
  });
  return Object.fromEntries(await Promise.all(entries));
}

async function draw(name: string, flag: Flag, visitor: string): Promise<Assignment> {
  const fallback: Assignment = { variant: flag.variants[0]?.name ?? "", counted: false };
  if (!flag.on) return fallback;
  // Two points, so that a greater share brings new visitors in and leaves those who take part with their variant.
  const [entry, point] = await points(`${name}:${flag.salt}:${visitor}`);
  if (entry * 100 >= flag.share) return fallback;
  return { variant: pick(flag, point), counted: true };
}

/** The variant in whose part of the whole the point lies. */
function pick({ variants }: Flag, point: number): string {
  const total = variants.reduce((sum, { weight }) => sum + weight, 0);
  let end = 0;
  const found = variants.find(({ weight }) => (end += weight) > point * total);
  return (found ?? variants.findLast(({ weight }) => weight > 0))?.name ?? "";
}

/** Two numbers from 0 up to, not including, 1. They look random, and are the same for the same text. */
async function points(text: string): Promise<[number, number]> {
  const view = new DataView(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return [view.getUint32(0) / 2 ** 32, view.getUint32(4) / 2 ** 32];
}
