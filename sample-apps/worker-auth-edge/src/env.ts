import type { Identity } from "./identity";

/** What `wrangler.jsonc` and `.dev.vars` bind. */
export type Bindings = {
  DB: D1Database;
  CACHE: KVNamespace;
  /** The `iss` of the tokens that people come with. */
  ISSUER: string;
  /** Where the issuer publishes its public keys. */
  JWKS_URL: string;
  /** The `aud` of every token that is taken here. */
  AUDIENCE: string;
  /** A private JWK for ES256 with a `kid`, as JSON: what this Worker signs its own access tokens with. */
  SIGNING_KEY: string;
};

export type Env = {
  Bindings: Bindings;
  /** `identity` is there behind `authenticate`. */
  Variables: { identity: Identity };
};
