/**
 * The issuer's public keys. They are looked for in memory, then in KV, which all locations share, then at the issuer's; a key that the
 * first does not know may be new, so the next is asked.
 */
import { createLocalJWKSet, errors, type JSONWebKeySet } from "jose";

import type { Bindings } from "./env";
import { Refusal } from "./refusal";

/** What `jwtVerify` picks a key from. */
export type KeyFinder = ReturnType<typeof createLocalJWKSet>;

type KeySet = { url: string; fetchedAt: number; find: KeyFinder };
type Stored = { fetchedAt: number; jwks: JSONWebKeySet };

/** After so long, keys are fetched anew: the longest that a key which the issuer took back is still believed. */
const MOST_AGE_MS = 10 * 60_000;
/** KV keeps them longer than they are fresh, for the time when the issuer does not answer. */
const SECONDS_IN_KV = 24 * 60 * 60;
/** A token may name any key. Who sends made-up names must not make us flood the issuer. */
const MOST_MISSES_A_MINUTE = 5;
const PATIENCE_MS = 5_000;

let memory: KeySet | null = null;
let misses: number[] = [];

/** Runs `verify` with the known keys, and again with newer ones where they lack the key that it looks for. */
export async function withIssuerKeys<T>(env: Bindings, verify: (find: KeyFinder) => Promise<T>): Promise<T> {
  for await (const keys of candidates(env)) {
    try {
      return await verify(keys.find);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
    }
  }
  throw new Refusal(401, "unknown_key", "the issuer has no such key");
}

async function* candidates(env: Bindings): AsyncGenerator<KeySet> {
  const tried = memory?.url === env.JWKS_URL ? memory : null;
  if (tried && isFresh(tried)) yield tried;

  const shared = await fromKv(env);
  const newer = shared && shared.fetchedAt > (tried?.fetchedAt ?? 0) ? shared : null;
  if (newer) memory = newer;
  if (newer && isFresh(newer)) yield newer;

  const newest = newer ?? tried;
  const hasMissed = newest !== null && isFresh(newest);
  if (hasMissed && !mayMiss()) return;
  try {
    memory = await fromIssuer(env);
  } catch (error) {
    console.warn(`no keys from ${env.JWKS_URL}: ${error}`);
    // Old keys are better than locking everybody out; fresh ones have had their turn.
    if (newest === null || hasMissed) throw new Refusal(503, "keys_unavailable", "the issuer's keys cannot be had now");
    memory = newest;
  }
  yield memory;
}

function isFresh({ fetchedAt }: KeySet): boolean {
  return Date.now() - fetchedAt < MOST_AGE_MS;
}

function mayMiss(): boolean {
  misses = misses.filter((at) => Date.now() - at < 60_000);
  if (misses.length >= MOST_MISSES_A_MINUTE) return false;
  misses.push(Date.now());
  return true;
}

async function fromKv({ CACHE, JWKS_URL }: Bindings): Promise<KeySet | null> {
  const stored = await CACHE.get<Stored>(kvKey(JWKS_URL), "json");
  return stored && { url: JWKS_URL, fetchedAt: stored.fetchedAt, find: createLocalJWKSet(stored.jwks) };
}

// Each request fetches for itself: a promise that another request waits for cannot be shared on Workers, which end it with its request.
async function fromIssuer({ CACHE, JWKS_URL }: Bindings): Promise<KeySet> {
  const answer = await fetch(JWKS_URL, { headers: { accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!answer.ok) throw new Error(`it answered ${answer.status}`);
  const jwks = await answer.json<JSONWebKeySet>();
  const find = createLocalJWKSet(jwks); // throws where this is no key set
  const stored: Stored = { fetchedAt: Date.now(), jwks };
  await CACHE.put(kvKey(JWKS_URL), JSON.stringify(stored), { expirationTtl: SECONDS_IN_KV });
  return { url: JWKS_URL, fetchedAt: stored.fetchedAt, find };
}

function kvKey(url: string): string {
  return `jwks:${url}`;
}
