// The `KvNamespace` of Workers. The host checks what goes over the wire there; here is what the runtime itself does with arguments.

(runtime) => {
  "use strict";
  const { Error, JSON, Map, Number, Promise, ReadableStream, String, TypeError, Uint8Array, ArrayBuffer } = globalThis;
  const { isArray } = globalThis.Array;
  const { isView } = ArrayBuffer;
  const { parse, stringify } = JSON;
  const { trunc } = globalThis.Math;
  const uncurry = (method) => globalThis.Function.prototype.call.bind(method);
  const getReader = uncurry(ReadableStream.prototype.getReader);
  const locked = uncurry(globalThis.Object.getOwnPropertyDescriptor(ReadableStream.prototype, "locked").get);
  const then = uncurry(Promise.prototype.then);
  const setBytes = uncurry(Uint8Array.prototype.set);
  const mapSet = uncurry(Map.prototype.set);
  const push = uncurry(globalThis.Array.prototype.push);

  // https://developers.cloudflare.com/kv/platform/limits/
  const MAX_VALUE = 25 * 1024 * 1024;

  class KvNamespace {
    #binding;

    constructor(binding) {
      this.#binding = binding;
    }

    get(key, options) {
      if (options === undefined && typeof key === "string") return then(this.#binding.callText("get", [key]), bodyOf);
      if (arguments.length === 0) throw wrongType("get", 1, "string or Array");
      const { type, cacheTtl } = readOptions(options);
      if (isArray(key)) return bulk(this.#binding, key, type, cacheTtl, false);
      return read(this.#binding, String(key), type, cacheTtl, valueOf);
    }

    getWithMetadata(key, options) {
      if (arguments.length === 0) throw wrongType("getWithMetadata", 1, "Array or string");
      const { type, cacheTtl } = readOptions(options);
      if (isArray(key)) return bulk(this.#binding, key, type, cacheTtl, true);
      return read(this.#binding, String(key), type, cacheTtl, entryOf);
    }

    async put(key, value, options) {
      if (arguments.length === 0) throw wrongType("put", 1, "string");
      if (arguments.length === 1) throw wrongType("put", 2, "string or JsObject");
      const args = [String(key), null, null, null];
      if (options !== undefined && options !== null) {
        if (typeof options !== "object" && typeof options !== "function") throw wrongType("put", 3, "PutOptions");
        const { expiration, expirationTtl, metadata } = options;
        if (expiration !== undefined) args[1] = int32(expiration);
        if (expirationTtl !== undefined) args[2] = int32(expirationTtl);
        if (metadata !== undefined && metadata !== null) args[3] = stringify(metadata);
      }
      await this.#binding.call("put", args, await bodyFrom(value));
    }

    async delete(key) {
      if (arguments.length === 0) throw wrongType("delete", 1, "string");
      await this.#binding.call("delete", [String(key)]);
    }

    async list(options) {
      const args = [null, null, null];
      if (options !== undefined && options !== null) {
        if (typeof options !== "object" && typeof options !== "function") throw wrongType("list", 1, "ListOptions");
        const { prefix, limit, cursor } = options;
        if (prefix !== undefined && prefix !== null) args[0] = String(prefix);
        if (limit !== undefined) {
          const most = int32(limit);
          if (most > 0) args[1] = most;
        }
        if (cursor !== undefined && cursor !== null) args[2] = String(cursor);
      }
      return (await this.#binding.call("list", args)).value;
    }

    get [globalThis.Symbol.toStringTag]() {
      return "KvNamespace";
    }
  }

  const bodyOf = (answer) => answer.body;
  const valueOf = (value) => value;
  const entryOf = (value, metadata) => ({ value, metadata, cacheStatus: null });

  function wrongType(method, position, expected) {
    return new TypeError(`Failed to execute '${method}' on 'KvNamespace': parameter ${position} is not of type '${expected}'.`);
  }

  // What the runtime makes of a number that has to be a 32-bit integer.
  function int32(value) {
    const number = trunc(Number(value));
    if (number !== number) return 0;
    if (number < -2147483648 || number > 2147483647) {
      throw new TypeError("Value out of range. Must be between -2147483648 and 2147483647 (inclusive).");
    }
    return number;
  }

  // A type, or an object with a type and a time to cache.
  function readOptions(options) {
    if (options === undefined || options === null) return { type: undefined, cacheTtl: null };
    if (typeof options !== "object" && typeof options !== "function") return { type: String(options), cacheTtl: null };
    const { type, cacheTtl } = options;
    return { type: type === undefined ? undefined : String(type), cacheTtl: cacheTtl === undefined ? null : int32(cacheTtl) };
  }

  async function read(binding, key, type, cacheTtl, shape) {
    const args = cacheTtl === null ? [key] : [key, cacheTtl];
    const isText = type === undefined || type === "text" || type === "json";
    const { value: metadata, body } = await (isText ? binding.callText("get", args) : binding.call("get", args));
    if (body === null) return shape(null, null);
    switch (type) {
      case undefined:
      case "text":
      case "arrayBuffer":
        return shape(body, metadata);
      case "json":
        return shape(parse(body), metadata);
      case "stream":
        return shape(streamOf(body), metadata);
      default:
        throw new TypeError('Unknown response type. Possible types are "text", "arrayBuffer", "json", and "stream".');
    }
  }

  async function bulk(binding, keys, type, cacheTtl, withMetadata) {
    const names = [];
    for (let index = 0; index < keys.length; index++) push(names, String(keys[index]));
    const { value } = await binding.call("bulk", [names, type ?? null, withMetadata, cacheTtl]);
    const found = new Map();
    for (let index = 0; index < value.length; index += 2) mapSet(found, value[index], value[index + 1]);
    return found;
  }

  function streamOf(buffer) {
    return new ReadableStream({
      type: "bytes",
      start(controller) {
        if (buffer.byteLength > 0) controller.enqueue(new Uint8Array(buffer));
        controller.close();
      },
    });
  }

  // The bytes of a value: at once where they are at hand, else a promise of them.
  function bodyFrom(value) {
    if (typeof value !== "object" && typeof value !== "function") return String(value);
    if (value === null) return "null";
    if (value instanceof ArrayBuffer || isView(value)) return value;
    if (value instanceof ReadableStream) return collect(value);
    throw new TypeError("KV put() accepts only strings, ArrayBuffers, ArrayBufferViews, and ReadableStreams as values.");
  }

  // Reads a stream to its end. Beyond the limit only the length is kept, which the error states.
  async function collect(stream) {
    if (locked(stream)) throw new TypeError("The ReadableStream has been locked to a reader.");
    const reader = getReader(stream);
    const chunks = [];
    let length = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const chunk = bytesOf(value);
      length += chunk.byteLength;
      if (length <= MAX_VALUE) push(chunks, chunk);
      else chunks.length = 0;
    }
    if (length > MAX_VALUE) throw new Error(`KV PUT failed: 413 Value length of ${length} exceeds limit of ${MAX_VALUE}.`);
    if (chunks.length === 1) return chunks[0];
    const whole = new Uint8Array(length);
    let at = 0;
    for (let index = 0; index < chunks.length; index++) {
      setBytes(whole, chunks[index], at);
      at += chunks[index].byteLength;
    }
    return whole;
  }

  function bytesOf(chunk) {
    if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
    if (isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    throw new TypeError("This ReadableStream did not return bytes.");
  }

  runtime.register("kv_namespace", (binding) => new KvNamespace(binding));
};
