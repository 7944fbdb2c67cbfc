export type Bindings = {
  /** `digest:2027-01-01` has a day's digest, `seen:<link>` what has been in one already. */
  DIGESTS: KVNamespace;
  /** The URLs of the feeds. */
  FEEDS: string[];
};

export type Env = { Bindings: Bindings };
