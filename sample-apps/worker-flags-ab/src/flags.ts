/** The flags, in KV: one key, since every page needs them all, and one read is one read. */
import { z } from "zod";

const KEY = "flags";
/** How long a location may serve flags from its own cache, and so how long a change takes to be seen everywhere; 30 s is the least. */
const CACHE_SECONDS = 30;

const Name = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, "must be lower-case letters, digits and dashes");

/** A flag: off, everybody sees the first variant; on, visitors are shared out by weight. */
export const Flag = z
  .strictObject({
    on: z.boolean(),
    /** How many of a hundred visitors take part; the others see the first variant and are not counted. */
    share: z.number().min(0).max(100).default(100),
    /** Another salt shares the visitors out anew. */
    salt: z.string().max(40).default(""),
    variants: z.array(z.strictObject({ name: Name, weight: z.number().int().min(0).max(1000) })).min(2).max(10),
  })
  .refine(({ variants }) => new Set(variants.map(({ name }) => name)).size === variants.length, { path: ["variants"], error: "must have names of their own" })
  .refine(({ variants }) => variants.some(({ weight }) => weight > 0), { path: ["variants"], error: "must not all weigh nothing" });

export const FlagName = Name;
export type Flag = z.infer<typeof Flag>;
export type Flags = Record<string, Flag>;

/** What holds before anybody has set a flag. */
const DEFAULTS: Flags = {
  checkout: {
    on: true,
    share: 100,
    salt: "",
    variants: [
      { name: "classic", weight: 50 },
      { name: "express", weight: 50 },
    ],
  },
  banner: {
    on: false,
    share: 100,
    salt: "",
    variants: [
      { name: "hidden", weight: 0 },
      { name: "summer", weight: 100 },
    ],
  },
};

/** All flags, those of `DEFAULTS` under what was set. */
export async function read(kv: KVNamespace): Promise<Flags> {
  return { ...DEFAULTS, ...(await kv.get<Flags>(KEY, { type: "json", cacheTtl: CACHE_SECONDS })) };
}

/** Sets one flag. KV has no transactions: of two changes at the same instant, the later one wins whole. */
export async function set(kv: KVNamespace, name: string, flag: Flag): Promise<void> {
  await kv.put(KEY, JSON.stringify({ ...(await kv.get<Flags>(KEY, "json")), [name]: flag }));
}

/** Forgets what was set of a flag. Whether anything was. */
export async function reset(kv: KVNamespace, name: string): Promise<boolean> {
  const { [name]: removed, ...others } = (await kv.get<Flags>(KEY, "json")) ?? {};
  if (removed === undefined) return false;
  await kv.put(KEY, JSON.stringify(others));
  return true;
}
