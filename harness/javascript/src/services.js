/** The services that are bound to an app, as its code sees them, on the handles that the app has open. */
import { GreenroomError } from "./control.js";

/** A KV namespace. */
export class Kv {
  #control;
  #path;

  constructor(control, app, binding) {
    this.#control = control;
    this.#path = `/v1/kv/${encodeURIComponent(app)}/${encodeURIComponent(binding)}`;
  }

  /** The value as `"text"`, `"json"` or `"bytes"`; null where there is none. */
  async get(key, type = "text") {
    return (await this.getWithMetadata(key, type)).value;
  }

  /** The value with its metadata; both null where there is none. */
  async getWithMetadata(key, type = "text") {
    const read = READERS[type];
    if (read === undefined) throw new TypeError(`a value is read as text, json or bytes, not as ${type}`);
    try {
      const response = await this.#control.send("GET", this.#value(key));
      return { value: await read(response), metadata: JSON.parse(response.headers.get("kv-metadata") ?? "null") };
    } catch (error) {
      if (error instanceof GreenroomError && error.code === "no-value") return { value: null, metadata: null };
      throw error;
    }
  }

  /** Writes text or bytes; anything else as JSON. */
  async put(key, value, { expiration, expirationTtl, metadata } = {}) {
    const query = new URLSearchParams();
    if (expiration !== undefined) query.set("expiration", expiration);
    if (expirationTtl !== undefined) query.set("expiration_ttl", expirationTtl);
    if (metadata !== undefined) query.set("metadata", JSON.stringify(metadata));
    const isRaw = typeof value === "string" || value instanceof ArrayBuffer || ArrayBuffer.isView(value);
    await this.#control.send("PUT", `${this.#value(key)}&${query}`, { body: isRaw ? value : JSON.stringify(value) });
  }

  async delete(key) {
    await this.#control.send("DELETE", this.#value(key));
  }

  /** A page of keys: `{ keys, list_complete, cursor }`. */
  list({ prefix, limit, cursor } = {}) {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries({ prefix, limit, cursor })) {
      if (value !== undefined) query.set(name, value);
    }
    return this.#control.ask("GET", `${this.#path}/keys?${query}`);
  }

  /** The names of all keys. */
  async keys(prefix) {
    const names = [];
    for (let cursor, more = true; more; ) {
      const page = await this.list({ prefix, cursor });
      names.push(...page.keys.map((key) => key.name));
      cursor = page.cursor;
      more = !page.list_complete;
    }
    return names;
  }

  #value(key) {
    return `${this.#path}/values?key=${encodeURIComponent(key)}`;
  }
}

const READERS = {
  text: (response) => response.text(),
  json: (response) => response.json(),
  bytes: async (response) => new Uint8Array(await response.arrayBuffer()),
};

/** A D1 database. */
export class D1 {
  #control;
  #path;

  constructor(control, app, binding) {
    this.#control = control;
    this.#path = `/v1/d1/${encodeURIComponent(app)}/${encodeURIComponent(binding)}`;
  }

  /** Runs a statement, and gives its rows. */
  async query(sql, ...params) {
    return (await this.run(sql, ...params)).results;
  }

  /** The same with all that D1 says: `{ success, meta, results }`. */
  run(sql, ...params) {
    return this.#control.ask("POST", `${this.#path}/query`, { sql, params: params.map(parameter) });
  }

  /** The first row; null where there is none. */
  async first(sql, ...params) {
    return (await this.query(sql, ...params))[0] ?? null;
  }
}

function parameter(value) {
  if (value instanceof ArrayBuffer) return [...new Uint8Array(value)];
  return ArrayBuffer.isView(value) ? [...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)] : value;
}
