// What a namespace makes of arguments of every kind, and what it gives back.

const KEYS = "shapes/";
const read = async (kv: any, key: string) => [await kv.get(key), await kv.get(key, "arrayBuffer")];
const nameOf = (run: () => unknown) => {
  try {
    run();
    return "nothing thrown";
  } catch (error) {
    return `${(error as Error).name}`;
  }
};
const rejection = (promise: Promise<unknown>) => promise.then(() => "no error", (error: Error) => `${error.name}`);
const withMetadata = async (kv: any, metadata: unknown) => {
  await kv.put(KEYS + "metadata", "v", { metadata });
  return (await kv.getWithMetadata(KEYS + "metadata")).metadata;
};
const afterPut = async (kv: any, value: unknown) => {
  await kv.put(KEYS + "value", value);
  return read(kv, KEYS + "value");
};

export const shapes: Record<string, (env: any) => unknown> = {
  "shapes: cloned": ({ KV }) => structuredClone(KV),
  "shapes: cloned within": ({ KV }) => structuredClone({ KV }),
  "shapes: metadata that is a function": ({ KV }) => KV.put(KEYS + "function", "v", { metadata: () => 1 }),
  "shapes: metadata that is a symbol": ({ KV }) => KV.put(KEYS + "symbol", "v", { metadata: Symbol("x") }),
  "shapes: metadata that becomes nothing": ({ KV }) => KV.put(KEYS + "nothing", "v", { metadata: { toJSON() {} } }),
  "shapes: a value with a lone surrogate": ({ KV }) => afterPut(KV, "a\ud800b"),
  "shapes: a value with characters of four bytes": ({ KV }) => afterPut(KV, "\ud83d\ude48\udc00é日"),
  // The object itself.
  "shapes: names on the prototype": ({ KV }) => Object.getOwnPropertyNames(Object.getPrototypeOf(KV)).sort(),
  "shapes: deleteBulk": ({ KV }) => typeof KV.deleteBulk,
  "shapes: a method taken off": ({ KV }) => {
    const { get } = KV;
    return get("a");
  },
  "shapes: the constructor": ({ KV }) => nameOf(() => new KV.constructor()),
  "shapes: JSON": ({ KV }) => JSON.stringify(KV),
  "shapes: put gives": async ({ KV }) => typeof (await KV.put(KEYS + "undefined", "v")),
  "shapes: delete gives": async ({ KV }) => typeof (await KV.delete(KEYS + "undefined")),

  // Values.
  "shapes: put bigint": ({ KV }) => afterPut(KV, 12n),
  "shapes: put symbol": ({ KV }) => rejection(Promise.resolve().then(() => KV.put(KEYS + "symbol", Symbol("s")))),
  "shapes: put function": ({ KV }) => rejection(Promise.resolve().then(() => KV.put(KEYS + "function", () => 1))),
  "shapes: put date": ({ KV }) => KV.put(KEYS + "date", new Date(0)),
  "shapes: put Float64Array": ({ KV }) => afterPut(KV, new Float64Array([1])),
  "shapes: put Uint16Array in the middle": ({ KV }) => afterPut(KV, new Uint16Array([1, 2, 3]).subarray(1, 2)),
  "shapes: put empty buffer": ({ KV }) => afterPut(KV, new ArrayBuffer(0)),
  "shapes: put NaN": ({ KV }) => afterPut(KV, NaN),
  "shapes: put -0": ({ KV }) => afterPut(KV, -0),
  "shapes: put with a byte order mark": async ({ KV }) => afterPut(KV, new Uint8Array([0xef, 0xbb, 0xbf, 0x61])),
  "shapes: a value is taken when it is put": async ({ KV }) => {
    const bytes = new Uint8Array([1, 2]);
    const putting = KV.put(KEYS + "taken", bytes);
    bytes[0] = 9;
    await putting;
    return KV.get(KEYS + "taken", "arrayBuffer");
  },
  "shapes: put URLSearchParams": ({ KV }) => KV.put(KEYS + "params", new URLSearchParams("a=1")),
  "shapes: put FormData": ({ KV }) => KV.put(KEYS + "form", new FormData()),
  "shapes: put Response": ({ KV }) => KV.put(KEYS + "response", new Response("a")),

  // Reading.
  "shapes: json of nothing": ({ KV }) => (async () => (await KV.put(KEYS + "nothing", ""), rejection(KV.get(KEYS + "nothing", "json"))))(),
  "shapes: json with a byte order mark": async ({ KV }) => {
    await KV.put(KEYS + "bom", new Uint8Array([0xef, 0xbb, 0xbf, 0x31]));
    return rejection(KV.get(KEYS + "bom", "json"));
  },
  "shapes: json of every kind": async ({ KV }) => {
    await KV.put(KEYS + "json", '{"a":[1,-0.5,1e3,true,null,"\\u00e9"],"__proto__":{"b":1}}');
    const value = await KV.get(KEYS + "json", "json");
    return [value.a, Object.keys(value)];
  },
  "shapes: type of another case": ({ KV }) => KV.get(KEYS + "json", "JSON"),
  "shapes: type empty": ({ KV }) => KV.get(KEYS + "json", ""),
  "shapes: type null": ({ KV }) => rejection(KV.get(KEYS + "json", { type: null })),
  "shapes: options with other keys": async ({ KV }) => typeof (await KV.get(KEYS + "json", { kind: "json" })),
  "shapes: two array buffers are two": async ({ KV }) => (await KV.get("buffer", "arrayBuffer")) !== (await KV.get("buffer", "arrayBuffer")),
  "shapes: a composed and a decomposed letter": async ({ KV }) => (await KV.put("\u00e9", "one"), KV.get("e\u0301")),
  "shapes: symbol as key": ({ KV }) => rejection(Promise.resolve().then(() => KV.get(Symbol("s")))),
  "shapes: a key that cannot be text": ({ KV }) =>
    rejection(Promise.resolve().then(() => KV.get({ toString() { throw new RangeError("no text"); } }))),

  // Metadata.
  "shapes: metadata number": ({ KV }) => withMetadata(KV, 1.5),
  "shapes: metadata string": ({ KV }) => withMetadata(KV, "text"),
  "shapes: metadata list": ({ KV }) => withMetadata(KV, [1, [2], {}]),
  "shapes: metadata 0": ({ KV }) => withMetadata(KV, 0),
  "shapes: metadata empty string": ({ KV }) => withMetadata(KV, ""),
  "shapes: metadata date": ({ KV }) => withMetadata(KV, new Date(0)),
  "shapes: metadata with toJSON": ({ KV }) => withMetadata(KV, { toJSON: () => ({ told: true }) }),
  "shapes: metadata with undefined": ({ KV }) => withMetadata(KV, { a: undefined, b: 1 }),
  "shapes: metadata NaN": ({ KV }) => withMetadata(KV, NaN),
  "shapes: metadata bigint": ({ KV }) => rejection(KV.put(KEYS + "metadata", "v", { metadata: 1n })),
  "shapes: metadata undefined": ({ KV }) => withMetadata(KV, undefined),
  "shapes: metadata of 1025 bytes leaves the value": async ({ KV }) => {
    await KV.put(KEYS + "kept", "before", { metadata: 1 });
    const error = await KV.put(KEYS + "kept", "after", { metadata: "x".repeat(1023) }).catch((error: Error) => error.message);
    return [error, await KV.getWithMetadata(KEYS + "kept")];
  },
  "shapes: metadata beyond ASCII of 1025 bytes": ({ KV }) => KV.put(KEYS + "metadata", "v", { metadata: "é".repeat(512) }),

  // Expiry.
  "shapes: expirationTtl as text": async ({ KV }) => (await KV.put(KEYS + "ttl", "v", { expirationTtl: "60" }), "stored"),
  "shapes: expirationTtl text of 59": ({ KV }) => KV.put(KEYS + "ttl", "v", { expirationTtl: "59" }),
  "shapes: expirationTtl Infinity": ({ KV }) => rejection(KV.put(KEYS + "ttl", "v", { expirationTtl: Infinity })),
  "shapes: expirationTtl huge": ({ KV }) => rejection(KV.put(KEYS + "ttl", "v", { expirationTtl: 1e12 })),
  "shapes: expirationTtl 2147483647": async ({ KV }) => (await KV.put(KEYS + "long", "v", { expirationTtl: 2147483647 }), KV.get(KEYS + "long")),
  "shapes: expirationTtl bigint": ({ KV }) => rejection(KV.put(KEYS + "ttl", "v", { expirationTtl: 60n })),
  "shapes: expirationTtl true": ({ KV }) => KV.put(KEYS + "ttl", "v", { expirationTtl: true }),
  "shapes: expirationTtl 59.99": ({ KV }) => KV.put(KEYS + "ttl", "v", { expirationTtl: 59.99 }),
  "shapes: expiration null": ({ KV }) => KV.put(KEYS + "ttl", "v", { expiration: null }),
  "shapes: expiration 0": ({ KV }) => KV.put(KEYS + "ttl", "v", { expiration: 0 }),
  "shapes: expiration negative": ({ KV }) => KV.put(KEYS + "ttl", "v", { expiration: -5 }),
  "shapes: a bad expirationTtl beside a good expiration": ({ KV }) =>
    KV.put(KEYS + "ttl", "v", { expiration: 2000000000, expirationTtl: 10 }),
  "shapes: a bad key and a bad expirationTtl": ({ KV }) => KV.put("", "v", { expirationTtl: 10 }),
  "shapes: a bad expirationTtl and too much metadata": ({ KV }) =>
    KV.put(KEYS + "ttl", "v", { expirationTtl: 10, metadata: "x".repeat(2000) }),
  "shapes: too much metadata and too large a value": ({ KV }) =>
    KV.put(KEYS + "ttl", new Uint8Array(25 * 1024 * 1024 + 1), { metadata: "x".repeat(2000) }),
  "shapes: expiry is gone after put without": async ({ KV }) => {
    await KV.put(KEYS + "lasting", "v", { expirationTtl: 600 });
    await KV.put(KEYS + "lasting", "v");
    return (await KV.list({ prefix: KEYS + "lasting" })).keys;
  },

  // Several keys.
  "shapes: bulk order": async ({ KV }) => [...(await KV.get(["text", "json", "empty", "none"])).keys()],
  "shapes: bulk with null": ({ KV }) => KV.get([null, "text"]),
  "shapes: bulk with undefined": ({ KV }) => KV.get([undefined]),
  "shapes: bulk of a Set": ({ KV }) => KV.get(new Set(["text"])),
  "shapes: bulk of an array of arrays": ({ KV }) => KV.get([["text"]]),
  "shapes: bulk type null": ({ KV }) => rejection(KV.get(["text"], { type: null })),
  "shapes: bulk type stream": ({ KV }) => KV.get(["text"], "stream"),
  "shapes: bulk with metadata type arrayBuffer": ({ KV }) => KV.getWithMetadata(["text"], { type: "arrayBuffer" }),
  "shapes: bulk with key ..": ({ KV }) => KV.getWithMetadata([".."]),
  "shapes: bulk of none with metadata": ({ KV }) => KV.getWithMetadata([]),
  "shapes: bulk of 101 with metadata": ({ KV }) => KV.getWithMetadata(Array.from({ length: 101 }, (_, i) => `n${i}`)),
  "shapes: bulk of 101 times the same": ({ KV }) => KV.get(Array.from({ length: 101 }, () => "text")),
  "shapes: bulk json of many kinds": async ({ KV }) => {
    await Promise.all([KV.put(KEYS + "1", "1"), KV.put(KEYS + "s", '"s"'), KV.put(KEYS + "f", "false"), KV.put(KEYS + "n", "null")]);
    return KV.get([KEYS + "1", KEYS + "s", KEYS + "f", KEYS + "n"], "json");
  },
  "shapes: bulk of invalid UTF-8": ({ KV }) => KV.get(["buffer"]),
  "shapes: bulk is a Map": async ({ KV }) => (await KV.get(["text"])) instanceof Map,
  "shapes: bulk with a lone surrogate": ({ KV }) => KV.get(["a\ud800", "text"]),
  "shapes: many at once": async ({ KV }) => {
    await Promise.all(Array.from({ length: 50 }, (_, i) => KV.put(`${KEYS}many/${i}`, `${i}`)));
    const values = await Promise.all(Array.from({ length: 50 }, (_, i) => KV.get(`${KEYS}many/${i}`)));
    return values.every((value, i) => value === `${i}`);
  },
  "shapes: the last of two puts": async ({ KV }) => {
    await KV.put(KEYS + "twice", "first");
    await KV.put(KEYS + "twice", "second");
    return KV.get(KEYS + "twice");
  },
};
