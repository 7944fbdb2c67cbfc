/** Digests: made once a day, kept for a month, without what has been in one already. */
import type { Bindings } from "./env";
import { read, type Item } from "./feeds";

export type Digest = { day: string; items: Item[]; failed: { feed: string; why: string }[] };

const DAY = 24 * 60 * 60;
/** How long a digest can be read, in seconds. */
const KEPT = 30 * DAY;
/** How long an item is remembered; feeds list what is older no more. */
const REMEMBERED = 14 * DAY;
/** Items of one feed in one digest. */
const MOST = 10;
/** KV takes one write a second to a key, and says 429 to more: wait so long, in milliseconds, then twice as long. */
const RETRIES_MS = [1_000, 2_000, 4_000];

/** Makes the digest of the day, and keeps it. Made again, a day's digest has the items that it had, and new ones. */
export async function make(env: Bindings, at: Date): Promise<Digest> {
  const day = at.toISOString().slice(0, 10);
  const before = await find(env, day);
  const read = await Promise.all(env.FEEDS.map((feed) => fresh(env, feed)));
  const items = [...(before?.items ?? []), ...read.flatMap((feed) => feed.items)];
  const failed = read.flatMap((feed) => (feed.why === undefined ? [] : [{ feed: feed.feed, why: feed.why }]));
  const digest = { day, items, failed };
  await keep(env, `digest:${day}`, JSON.stringify(digest), KEPT, { items: items.length });
  // After the digest is kept: an item that is remembered and in no digest would be lost.
  await Promise.all(items.map((item) => keep(env, seen(item), day, REMEMBERED)));
  return digest;
}

/** A day's digest, `2027-01-01`; null where there is none. */
export function find(env: Bindings, day: string): Promise<Digest | null> {
  return env.DIGESTS.get<Digest>(`digest:${day}`, "json");
}

/** The days that have a digest, the newest first, with the number of its items. */
export async function days(env: Bindings): Promise<{ day: string; items: number }[]> {
  const { keys } = await env.DIGESTS.list<{ items: number }>({ prefix: "digest:" });
  return keys.map((key) => ({ day: key.name.slice("digest:".length), items: key.metadata?.items ?? 0 })).reverse();
}

async function fresh(env: Bindings, feed: string): Promise<{ feed: string; items: Item[]; why?: string }> {
  try {
    const items = (await read(feed)).slice(0, MOST);
    const known = await Promise.all(items.map((item) => env.DIGESTS.get(seen(item))));
    return { feed, items: items.filter((_, index) => known[index] === null) };
  } catch (error) {
    return { feed, items: [], why: error instanceof Error ? error.message : String(error) };
  }
}

/** Keys have 512 bytes at most; links may be longer. */
function seen(item: Item): string {
  return `seen:${new TextDecoder().decode(new TextEncoder().encode(item.link).slice(0, 500), { stream: true })}`;
}

async function keep(env: Bindings, key: string, value: string, expirationTtl: number, metadata?: object): Promise<void> {
  for (const wait of RETRIES_MS) {
    try {
      return await env.DIGESTS.put(key, value, { expirationTtl, metadata });
    } catch (error) {
      if (!String(error).includes("429")) throw error;
      await scheduler.wait(wait);
    }
  }
  await env.DIGESTS.put(key, value, { expirationTtl, metadata });
}
