/** Feeds: RSS 2.0 and Atom, as far as a digest needs them. */
import { XMLParser } from "fast-xml-parser";

export type Item = { title: string; link: string; feed: string };

/** A feed that does not answer in this time counts as not read. */
const PATIENCE_MS = 10_000;

const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: "@", isArray: (name) => name === "item" || name === "entry" });

/** The items of a feed, the newest first, as the feed has them. */
export async function read(url: string): Promise<Item[]> {
  const response = await fetch(url, { headers: { accept: "application/rss+xml, application/atom+xml, application/xml" }, signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!response.ok) throw new Error(`answered ${response.status}`);
  const document = parser.parse(await response.text());
  const channel = document.rss?.channel ?? document.feed;
  if (channel === undefined) throw new Error("is neither RSS nor Atom");
  const feed = text(channel.title) || new URL(url).hostname;
  const entries: Record<string, unknown>[] = channel.item ?? channel.entry ?? [];
  return entries.map((entry) => ({ title: text(entry.title) || "Untitled", link: linkOf(entry.link), feed })).filter((item) => item.link !== "");
}

/** Elements with attributes are objects with their text in `#text`. */
function text(element: unknown): string {
  const content = typeof element === "object" && element !== null && "#text" in element ? element["#text"] : element;
  return typeof content === "string" || typeof content === "number" ? String(content).trim() : "";
}

/** RSS has the link as text; Atom in an attribute, of several links the one without `rel` or with `rel="alternate"`. */
function linkOf(link: unknown): string {
  if (typeof link === "string") return link.trim();
  const links = [link].flat() as { "@href"?: string; "@rel"?: string }[];
  return links.find((one) => one?.["@rel"] === undefined || one["@rel"] === "alternate")?.["@href"] ?? "";
}
