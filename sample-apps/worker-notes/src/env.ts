/** What `wrangler.jsonc` and `.dev.vars` bind. */
export type Env = {
  Bindings: {
    DB: D1Database;
    CACHE: KVNamespace;
    TITLE: string;
    /** When set, writes to the JSON API need it as a bearer token. */
    API_TOKEN?: string;
  };
};
