/** What is kept in KV: the rendered list of the front page, and how often each note was looked at. */

const FRONT_PAGE = "html:front-page";

/**
 * How long a list may outlive a change that failed to drop it; the least that KV takes is 60 s:
 * https://developers.cloudflare.com/kv/api/write-key-value-pairs/#expiring-keys
 */
const SECONDS_TO_LIVE = 300;

export type Cached = { html: string; hit: boolean };

/** The rendered list from KV; where it is not there, `render` makes it and `later` stores it after the answer. */
export async function frontPage(kv: KVNamespace, later: (work: Promise<unknown>) => void, render: () => Promise<string>): Promise<Cached> {
  const cached = await kv.get(FRONT_PAGE);
  if (cached !== null) return { html: cached, hit: true };
  const html = await render();
  later(kv.put(FRONT_PAGE, html, { expirationTtl: SECONDS_TO_LIVE }));
  return { html, hit: false };
}

/** Called after every change. Elsewhere in the world KV may serve the old list for up to a minute more. */
export async function dropFrontPage(kv: KVNamespace): Promise<void> {
  await kv.delete(FRONT_PAGE);
}

export async function views(kv: KVNamespace, note: number): Promise<number> {
  return Number((await kv.get(viewsKey(note))) ?? "0");
}

/** KV has no increment: of two views at the same instant, one is lost. Good enough to say how popular a note is. */
export async function countView(kv: KVNamespace, note: number): Promise<void> {
  await kv.put(viewsKey(note), String((await views(kv, note)) + 1));
}

export async function forgetViews(kv: KVNamespace, note: number): Promise<void> {
  await kv.delete(viewsKey(note));
}

function viewsKey(note: number): string {
  return `views:${note}`;
}
