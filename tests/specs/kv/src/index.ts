// Observations of a KV namespace: each runs in order and is recorded as its value or its error. `expected.json` beside the folder of
// sources holds what workerd answers.

import { observe } from "./observe";
import { listing } from "./listing";
import { shapes } from "./shapes";
import { streams } from "./streams";

interface Env {
  KV: any;
  SAME: any;
  OTHER: any;
}

const KEY_512 = "k".repeat(512);
const KEY_513 = "k".repeat(513);
const seconds = () => Math.floor(Date.now() / 1000);
const bytes = (...values: number[]) => new Uint8Array(values);
const streamOf = (...chunks: unknown[]) =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
const textOf = async (stream: ReadableStream) => await new Response(stream).text();

const observations: Record<string, (env: Env) => unknown> = {
  // The object itself.
  "class name": ({ KV }) => KV.constructor.name,
  "tag": ({ KV }) => Object.prototype.toString.call(KV),
  "own keys": ({ KV }) => Object.keys(KV),
  "methods": ({ KV }) => ["get", "getWithMetadata", "put", "delete", "list"].map((name) => typeof KV[name]),
  "get is a promise": ({ KV }) => KV.get("none") instanceof Promise,

  // put and get, all types.
  "put string": ({ KV }) => KV.put("text", "välue 🙈"),
  "get text by default": ({ KV }) => KV.get("text"),
  "get text": ({ KV }) => KV.get("text", "text"),
  "get text by options": ({ KV }) => KV.get("text", { type: "text" }),
  "get with empty options": ({ KV }) => KV.get("text", {}),
  "get with undefined options": ({ KV }) => KV.get("text", undefined),
  "get arrayBuffer": ({ KV }) => KV.get("text", "arrayBuffer"),
  "get stream": async ({ KV }) => textOf(await KV.get("text", "stream")),
  "get stream is a ReadableStream": async ({ KV }) => (await KV.get("text", { type: "stream" })) instanceof ReadableStream,
  "get unknown type": ({ KV }) => KV.get("text", "blob"),
  "get unknown type of a missing key": ({ KV }) => KV.get("none", "blob"),
  "get missing": ({ KV }) => KV.get("none"),
  "get missing json": ({ KV }) => KV.get("none", "json"),
  "get missing stream": ({ KV }) => KV.get("none", "stream"),
  "put empty": ({ KV }) => KV.put("empty", ""),
  "get empty": ({ KV }) => KV.get("empty"),
  "get empty arrayBuffer": ({ KV }) => KV.get("empty", "arrayBuffer"),
  "get empty stream": async ({ KV }) => textOf(await KV.get("empty", "stream")),
  "put ArrayBuffer": ({ KV }) => KV.put("buffer", bytes(0, 1, 255).buffer),
  "get ArrayBuffer back": ({ KV }) => KV.get("buffer", "arrayBuffer"),
  "get invalid UTF-8 as text": ({ KV }) => KV.get("buffer"),
  "put view": ({ KV }) => KV.put("view", bytes(1, 2, 3, 4).subarray(1, 3)),
  "get view back": ({ KV }) => KV.get("view", "arrayBuffer"),
  "put DataView": ({ KV }) => KV.put("dataview", new DataView(bytes(7, 8, 9).buffer, 1)),
  "get DataView back": ({ KV }) => KV.get("dataview", "arrayBuffer"),
  "put stream": ({ KV }) => KV.put("stream", streamOf(bytes(65, 66), bytes(67))),
  "get stream back": ({ KV }) => KV.get("stream"),
  "put body of a response": ({ KV }) => KV.put("body", new Response("from a body").body),
  "get body back": ({ KV }) => KV.get("body"),
  "put json": ({ KV }) => KV.put("json", JSON.stringify({ a: [1, 2, { b: null }] })),
  "get json": ({ KV }) => KV.get("json", "json"),
  "get json by options": ({ KV }) => KV.get("json", { type: "json" }),
  "get json that is none": async ({ KV }) => KV.get("text", "json").catch((error: Error) => error.name),
  "put replaces": async ({ KV }) => (await KV.put("text", "second"), KV.get("text")),
  "keys are case-sensitive": async ({ KV }) => (await KV.put("TEXT", "upper"), [await KV.get("text"), await KV.get("TEXT")]),
  "a number is its text": async ({ KV }) => (await KV.put("number", 12.5), KV.get("number")),
  "null is its text": async ({ KV }) => (await KV.put("null", null), KV.get("null")),
  "undefined is its text": async ({ KV }) => (await KV.put("undefined", undefined), KV.get("undefined")),
  "a boolean is its text": async ({ KV }) => (await KV.put("boolean", true), KV.get("boolean")),
  "put object": ({ KV }) => KV.put("object", { a: 1 }),
  "put array": ({ KV }) => KV.put("object", [1]),
  "put Blob": ({ KV }) => KV.put("object", new Blob(["a"])),
  "put String object": ({ KV }) => KV.put("object", new String("a")),
  "put without value": ({ KV }) => KV.put("object"),
  "put without arguments": ({ KV }) => KV.put(),
  "put locked stream": ({ KV }) => {
    const stream = streamOf(bytes(1));
    stream.getReader();
    return KV.put("object", stream);
  },
  "put stream that fails": ({ KV }) =>
    KV.put("object", new ReadableStream({ pull: (controller) => controller.error(new RangeError("broken source")) })),
  "two bindings of one id": async ({ KV, SAME }) => (await KV.put("shared", "yes"), SAME.get("shared")),
  "another id": ({ OTHER }) => OTHER.get("shared"),
  "lone surrogates": async ({ KV }) => (await KV.put("lone\ud800", "v\udc00"), [await KV.get("lone\ud800"), await KV.get("lone\ufffd")]),
  "zero in key and value": async ({ KV }) => (await KV.put("a\0b", "c\0d"), [await KV.get("a\0b"), await KV.get("a")]),

  // Keys.
  "get empty key": ({ KV }) => KV.get(""),
  "get key .": ({ KV }) => KV.get("."),
  "get key ..": ({ KV }) => KV.get(".."),
  "get key ...": ({ KV }) => KV.get("..."),
  "get key too long": ({ KV }) => KV.get(KEY_513),
  "get key too long in UTF-8": ({ KV }) => KV.get("é".repeat(257)),
  "get longest key": ({ KV }) => KV.get(KEY_512),
  "getWithMetadata key too long": async ({ KV }) => KV.getWithMetadata(KEY_513),
  "put empty key": ({ KV }) => KV.put("", "v"),
  "put key too long": ({ KV }) => KV.put(KEY_513, "v"),
  "put longest key": async ({ KV }) => (await KV.put(KEY_512, "v"), KV.get(KEY_512)),
  "delete empty key": ({ KV }) => KV.delete(""),
  "delete key too long": ({ KV }) => KV.delete(KEY_513),
  "delete without key": ({ KV }) => KV.delete(),
  "get without key": ({ KV }) => KV.get(),
  "get undefined key": ({ KV }) => KV.get(undefined),
  "get null key": ({ KV }) => KV.get(null),
  "get number key": async ({ KV }) => (await KV.put(7, "seven"), [await KV.get(7), await KV.get("7")]),
  "get object key": ({ KV }) => KV.get({}),
  "get with null options": ({ KV }) => KV.get("text", null),
  "get with number options": ({ KV }) => KV.get("text", 5),
  "a key with slashes and percents": async ({ KV }) => (await KV.put("a/b%20c?d#e", "v"), KV.get("a/b%20c?d#e")),

  // cacheTtl.
  "cacheTtl 29": ({ KV }) => KV.get("text", { cacheTtl: 29 }),
  "cacheTtl 30": ({ KV }) => KV.get("text", { cacheTtl: 30 }),
  "cacheTtl no number": ({ KV }) => KV.get("text", { cacheTtl: "abc" }),
  "cacheTtl number in a string": ({ KV }) => KV.get("text", { cacheTtl: "60" }),
  "cacheTtl null": ({ KV }) => KV.get("text", { cacheTtl: null }),
  "cacheTtl undefined": ({ KV }) => KV.get("text", { cacheTtl: undefined }),
  "cacheTtl of a missing key": ({ KV }) => KV.get("none", { cacheTtl: 1 }),
  "cacheTtl fraction": ({ KV }) => KV.get("text", { cacheTtl: 29.9 }),
  "cacheTtl huge": ({ KV }) => KV.get("text", { cacheTtl: 1e12 }),

  // Metadata.
  "put metadata": ({ KV }) => KV.put("meta", "v", { metadata: { a: 1, b: ["x"] } }),
  "getWithMetadata": ({ KV }) => KV.getWithMetadata("meta"),
  "getWithMetadata json": async ({ KV }) => (await KV.put("metajson", "[1]", { metadata: "m" }), KV.getWithMetadata("metajson", "json")),
  "getWithMetadata stream": async ({ KV }) => textOf((await KV.getWithMetadata("meta", { type: "stream" })).value),
  "getWithMetadata missing": ({ KV }) => KV.getWithMetadata("none"),
  "getWithMetadata without metadata": ({ KV }) => KV.getWithMetadata("text"),
  "getWithMetadata unknown type": ({ KV }) => KV.getWithMetadata("text", "blob"),
  "metadata null": async ({ KV }) => (await KV.put("metanull", "v", { metadata: null }), KV.getWithMetadata("metanull")),
  "metadata false": async ({ KV }) => (await KV.put("metafalse", "v", { metadata: false }), KV.getWithMetadata("metafalse")),
  "metadata is gone after put without": async ({ KV }) => (await KV.put("meta", "v"), KV.getWithMetadata("meta")),
  "metadata of 1024 bytes": async ({ KV }) => (await KV.put("meta1024", "v", { metadata: "m".repeat(1022) }), "ok"),
  "metadata of 1025 bytes": ({ KV }) => KV.put("meta1025", "v", { metadata: "m".repeat(1023) }),
  "metadata beyond ASCII": async ({ KV }) => (await KV.put("metautf8", "v", { metadata: { ä: "🙈" } }), KV.getWithMetadata("metautf8")),
  "metadata with a cycle": ({ KV }) => {
    const cycle: any = {};
    cycle.self = cycle;
    return KV.put("metacycle", "v", { metadata: cycle }).catch((error: Error) => error.name);
  },

  // Expiration.
  "expirationTtl 59": ({ KV }) => KV.put("ttl", "v", { expirationTtl: 59 }),
  "expirationTtl 0": ({ KV }) => KV.put("ttl", "v", { expirationTtl: 0 }),
  "expirationTtl -1": ({ KV }) => KV.put("ttl", "v", { expirationTtl: -1 }),
  "expirationTtl no number": ({ KV }) => KV.put("ttl", "v", { expirationTtl: "abc" }),
  "expirationTtl 60": ({ KV }) => KV.put("ttl", "v", { expirationTtl: 60 }),
  "expirationTtl 60.9": ({ KV }) => KV.put("ttl", "v", { expirationTtl: 60.9 }),
  "expirationTtl in list": async ({ KV }) => {
    const { keys } = await KV.list({ prefix: "ttl" });
    return keys.length === 1 && Math.abs(keys[0].expiration - seconds() - 60) <= 2;
  },
  "expirationTtl null": async ({ KV }) => KV.put("ttlnull", "v", { expirationTtl: null }),
  "expirationTtl undefined": async ({ KV }) => (await KV.put("ttlundef", "v", { expirationTtl: undefined }), "ok"),
  "expiration in the past": ({ KV }) => KV.put("exp", "v", { expiration: 1000 }),
  "expiration no number": ({ KV }) => KV.put("exp", "v", { expiration: "abc" }),
  "expiration too near": async ({ KV }) =>
    KV.put("exp", "v", { expiration: seconds() + 30 }).catch((error: Error) => error.message.replace(/\d{9,}/, "N")),
  "expiration in milliseconds": ({ KV }) => KV.put("exp", "v", { expiration: 1900000000000 }),
  "expiration": async ({ KV }) => (await KV.put("exp", "v", { expiration: 2000000000 }), KV.list({ prefix: "exp" })),
  "expirationTtl wins over expiration": async ({ KV }) => {
    await KV.put("both", "v", { expiration: 2000000000, expirationTtl: 120 });
    const { keys } = await KV.list({ prefix: "both" });
    return Math.abs(keys[0].expiration - seconds() - 120) <= 2;
  },
  "put with null options": ({ KV }) => KV.put("options", "v", null),
  "put with string options": ({ KV }) => KV.put("options", "v", "x"),

  // Sizes.
  "value of 25 MiB": async ({ OTHER }) => {
    await OTHER.put("large", new Uint8Array(25 * 1024 * 1024));
    return (await OTHER.get("large", "arrayBuffer")).byteLength;
  },
  "value of 25 MiB and a byte": ({ OTHER }) => OTHER.put("larger", new Uint8Array(25 * 1024 * 1024 + 1)),
  "stream of 25 MiB and a byte": ({ OTHER }) =>
    OTHER.put("larger", streamOf(new Uint8Array(25 * 1024 * 1024), bytes(1))),
  "nothing larger is there": ({ OTHER }) => OTHER.get("larger"),

  // delete.
  "delete": async ({ KV }) => [await KV.delete("shared"), await KV.get("shared")],
  "delete missing": ({ KV }) => KV.delete("none"),

  // Several keys at once.
  "bulk": ({ KV }) => KV.get(["text", "none", "json"]),
  "bulk twice the same": ({ KV }) => KV.get(["text", "text"]),
  "bulk json": async ({ KV }) => (await KV.put("json2", "0"), KV.get(["json", "json2", "none"], "json")),
  "bulk json that is none": ({ KV }) => KV.get(["json", "text"], { type: "json" }),
  "bulk unknown type": ({ KV }) => KV.get(["text"], "arrayBuffer"),
  "bulk of none": ({ KV }) => KV.get([]),
  "bulk of 100": async ({ KV }) => (await KV.get(Array.from({ length: 100 }, (_, i) => `n${i}`))).size,
  "bulk of 101": ({ KV }) => KV.get(Array.from({ length: 101 }, (_, i) => `n${i}`)),
  "bulk with an empty key": ({ KV }) => KV.get(["text", ""]),
  "bulk with key .": ({ KV }) => KV.get(["."]),
  "bulk with a key too long": ({ KV }) => KV.get([KEY_513]),
  "bulk cacheTtl 29": ({ KV }) => KV.get(["text"], { cacheTtl: 29 }),
  "bulk cacheTtl 60": ({ KV }) => KV.get(["text"], { cacheTtl: 60 }),
  "bulk with metadata": async ({ KV }) => (
    await KV.put("bulkmeta", "v", { metadata: { m: 1 } }), KV.getWithMetadata(["bulkmeta", "text", "none"])
  ),
  "bulk with metadata json null": async ({ KV }) => (await KV.put("jsonnull", "null"), KV.getWithMetadata(["jsonnull"], "json")),
  "bulk with metadata of empty": ({ KV }) => KV.getWithMetadata(["empty"]),
  "bulk with number keys": async ({ KV }) => (await KV.put("1", "one"), KV.get(["text", "1", "json"])),
  "bulk with numbers": ({ KV }) => KV.get([7, "text"]),
  "bulk over 25 MiB": async ({ OTHER }) => (await OTHER.put("one more", "x"), OTHER.get(["large", "one more"])),

  // list.
  "list empty": ({ OTHER }) => OTHER.list({ prefix: "nothing" }),
  "list fill": async ({ OTHER }) => {
    await Promise.all([OTHER.delete("large"), OTHER.delete("one more")]);
    for (const key of ["b", "a", "c/1", "c/2", "c/3", "ü", "Z", "a\\_%"]) await OTHER.put(key, `value of ${key}`);
    await OTHER.put("m", "", { metadata: { m: true }, expiration: 2000000000 });
  },
  "list": ({ OTHER }) => OTHER.list(),
  "list key order of a result": async ({ OTHER }) => Object.keys(await OTHER.list({ limit: 1 })),
  "list prefix": ({ OTHER }) => OTHER.list({ prefix: "c/" }),
  "list prefix with wildcards": ({ OTHER }) => OTHER.list({ prefix: "a\\_" }),
  "list prefix null": async ({ OTHER }) => (await OTHER.list({ prefix: null, cursor: null })).keys.length,
  "list prefix beyond ASCII": ({ OTHER }) => OTHER.list({ prefix: "ü" }),
  "list limit": ({ OTHER }) => OTHER.list({ limit: 2 }),
  "list limit as many as there are": async ({ OTHER }) => (await OTHER.list({ limit: 9 })).list_complete,
  "list pages": async ({ OTHER }) => {
    const pages: string[][] = [];
    let cursor: string | undefined;
    do {
      const page = await OTHER.list({ limit: 4, cursor });
      pages.push(page.keys.map((key: { name: string }) => key.name));
      cursor = page.cursor;
    } while (cursor !== undefined);
    return pages;
  },
  "list goes on after a key that is gone": async ({ OTHER }) => {
    const { cursor } = await OTHER.list({ limit: 2, prefix: "c/" });
    await OTHER.delete("c/2");
    return OTHER.list({ prefix: "c/", cursor });
  },
  "list limit 0": async ({ OTHER }) => (await OTHER.list({ limit: 0 })).keys.length,
  "list limit -1": async ({ OTHER }) => (await OTHER.list({ limit: -1 })).keys.length,
  "list limit 1001": ({ OTHER }) => OTHER.list({ limit: 1001 }),
  "list limit 1000": async ({ OTHER }) => (await OTHER.list({ limit: 1000 })).keys.length,
  "list limit no number": async ({ OTHER }) => (await OTHER.list({ limit: "x" })).keys.length,
  "list limit null": async ({ OTHER }) => (await OTHER.list({ limit: null })).keys.length,
  "list empty cursor": async ({ OTHER }) => (await OTHER.list({ cursor: "" })).keys.length,
  "list prefix too long": ({ OTHER }) => OTHER.list({ prefix: KEY_513 }),
  "list with null": ({ OTHER }) => OTHER.list(null),
  "list with a string": ({ OTHER }) => OTHER.list("c/"),
  "list cursor of another list": async ({ OTHER }) => {
    const { cursor } = await OTHER.list({ limit: 1, prefix: "c/" });
    return (await OTHER.list({ prefix: "a", cursor })).keys.length;
  },
};

export default {
  fetch: (_request: Request, env: Env) => observe({ ...observations, ...shapes, ...streams, ...listing }, env),
};
