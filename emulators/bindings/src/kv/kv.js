// The `KvNamespace` of Workers. The host checks what goes over the wire there; here is what the runtime itself does with arguments.

(runtime) => {
  "use strict";
  const { Error, JSON, Map, Promise, ReadableStream, TypeError, Uint8Array, ArrayBuffer } = globalThis;
  const { isArray } = globalThis.Array;
  const { isView } = ArrayBuffer;
  const { parse, stringify } = JSON;
  const { Infinity } = globalThis;
  const { trunc } = globalThis.Math;
  const uncurry = (method) => globalThis.Function.prototype.call.bind(method);
  const getReader = uncurry(ReadableStream.prototype.getReader);
  const locked = uncurry(globalThis.Object.getOwnPropertyDescriptor(ReadableStream.prototype, "locked").get);
  const { read: readMethod, cancel: cancelMethod } = globalThis.ReadableStreamDefaultReader.prototype;
  const readFrom = uncurry(readMethod);
  const cancelReader = uncurry(cancelMethod);
  const then = uncurry(Promise.prototype.then);
  const mapSet = uncurry(Map.prototype.set);
  const push = uncurry(globalThis.Array.prototype.push);

  const ILLEGAL_INVOCATION = "Illegal invocation: function called with incorrect `this` reference. See " +
    "https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details.";

  // What a constructor that runs now binds to; null while user code could call it.
  let bound = null;
  // The binding of the namespace on which a method is called.
  let bindingOf;

  class KvNamespace {
    #binding;

    constructor() {
      if (bound === null) throw new TypeError("Illegal constructor");
      this.#binding = bound;
    }

    static {
      bindingOf = (namespace) => {
        if (typeof namespace === "object" && namespace !== null && #binding in namespace) return namespace.#binding;
        throw new TypeError(ILLEGAL_INVOCATION);
      };
    }

    get(key, options) {
      const binding = bindingOf(this);
      if (options === undefined && typeof key === "string") return then(binding.callText("get", [key]), bodyOf);
      if (arguments.length === 0) throw wrongType("get", 1, "string or Array");
      const { type, cacheTtl } = readOptions(options);
      if (isArray(key)) return bulk(binding, key, type, cacheTtl, false);
      return read(binding, `${key}`, type, cacheTtl, valueOf);
    }

    getWithMetadata(key, options) {
      const binding = bindingOf(this);
      if (arguments.length === 0) throw wrongType("getWithMetadata", 1, "Array or string");
      const { type, cacheTtl } = readOptions(options);
      if (isArray(key)) return bulk(binding, key, type, cacheTtl, true);
      return read(binding, `${key}`, type, cacheTtl, entryOf);
    }

    async put(key, value, options) {
      const binding = bindingOf(this);
      if (arguments.length === 0) throw wrongType("put", 1, "string");
      if (arguments.length === 1) throw wrongType("put", 2, "string or JsObject");
      const args = [`${key}`, null, null, null];
      if (options !== undefined && options !== null) {
        if (typeof options !== "object" && typeof options !== "function") throw wrongType("put", 3, "PutOptions");
        const { expiration, expirationTtl, metadata } = options;
        if (expiration !== undefined) args[1] = int32(expiration);
        if (expirationTtl !== undefined) args[2] = int32(expirationTtl);
        if (metadata !== undefined && metadata !== null) args[3] = metadataOf(metadata);
      }
      const body = await bodyFrom(value);
      if (body instanceof ReadableStream) await putStream(binding, args, body);
      else await binding.call("put", args, body);
    }

    async delete(key) {
      const binding = bindingOf(this);
      if (arguments.length === 0) throw wrongType("delete", 1, "string");
      await binding.call("delete", [`${key}`]);
    }

    async list(options) {
      const binding = bindingOf(this);
      const args = [null, null, null];
      if (options !== undefined && options !== null) {
        if (typeof options !== "object" && typeof options !== "function") throw wrongType("list", 1, "ListOptions");
        const { prefix, limit, cursor } = options;
        if (prefix !== undefined && prefix !== null) args[0] = `${prefix}`;
        if (limit !== undefined) {
          const most = int32(limit);
          if (most > 0) args[1] = most;
        }
        if (cursor !== undefined && cursor !== null) args[2] = `${cursor}`;
      }
      return (await binding.call("list", args)).value;
    }

    get [globalThis.Symbol.toStringTag]() {
      return "KvNamespace";
    }
  }

  // As methods of the runtime have it.
  for (const name of ["get", "getWithMetadata", "put", "delete", "list"]) {
    globalThis.Object.defineProperty(KvNamespace.prototype[name], "length", { value: 0, configurable: true });
  }

  const bodyOf = (answer) => answer.body;
  const valueOf = (value) => value;
  const entryOf = (value, metadata) => ({ value, metadata, cacheStatus: null });

  function wrongType(method, position, expected) {
    return new TypeError(`Failed to execute '${method}' on 'KvNamespace': parameter ${position} is not of type '${expected}'.`);
  }

  // What the runtime makes of a number that has to be a 32-bit integer.
  function int32(value) {
    const number = trunc(+value);
    if (number !== number || number === Infinity || number === -Infinity) return 0;
    if (number < -2147483648 || number > 2147483647) {
      throw new TypeError("Value out of range. Must be between -2147483648 and 2147483647 (inclusive).");
    }
    return number;
  }

  // What the service cannot read as JSON it fails on.
  function metadataOf(metadata) {
    const text = stringify(metadata);
    if (text === undefined) throw new Error("KV PUT failed: 500 Internal Server Error");
    return text;
  }

  // A type, or an object with a type and a time to cache.
  function readOptions(options) {
    if (options === undefined || options === null) return { type: undefined, cacheTtl: null };
    if (typeof options !== "object" && typeof options !== "function") return { type: `${options}`, cacheTtl: null };
    const { type, cacheTtl } = options;
    return { type: type === undefined ? undefined : `${type}`, cacheTtl: cacheTtl === undefined ? null : int32(cacheTtl) };
  }

  async function read(binding, key, type, cacheTtl, shape) {
    const args = [key, cacheTtl, type === "stream"];
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
        return shape(body instanceof ReadableStream ? body : streamOf(body), metadata);
      default:
        throw new TypeError('Unknown response type. Possible types are "text", "arrayBuffer", "json", and "stream".');
    }
  }

  async function bulk(binding, keys, type, cacheTtl, withMetadata) {
    const names = [];
    for (let index = 0; index < keys.length; index++) push(names, `${keys[index]}`);
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

  // What is sent of a value.
  function bodyFrom(value) {
    if (typeof value !== "object" && typeof value !== "function") return `${value}`;
    if (value === null) return "null";
    if (value instanceof ArrayBuffer || isView(value)) return value;
    if (value instanceof ReadableStream) return value;
    throw new TypeError("KV put() accepts only strings, ArrayBuffers, ArrayBufferViews, and ReadableStreams as values.");
  }

  // Sends a stream as the host takes it. What its source throws is what the caller gets, as it was thrown.
  async function putStream(binding, args, stream) {
    if (locked(stream)) throw new TypeError("The ReadableStream has been locked to a reader.");
    const reader = getReader(stream);
    let failure = null;
    const source = {
      async pull(controller) {
        try {
          const { done, value } = await readFrom(reader);
          if (done) controller.close();
          else controller.enqueue(bytesOf(value));
        } catch (error) {
          failure = { error };
          throw error;
        }
      },
      cancel: (reason) => cancelReader(reader, reason),
    };
    try {
      await binding.call("put", args, new ReadableStream(source, { highWaterMark: 0 }));
    } catch (error) {
      throw failure === null ? error : failure.error;
    }
  }

  function bytesOf(chunk) {
    if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
    if (isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    throw new TypeError("This ReadableStream did not return bytes.");
  }

  runtime.refuseClones(KvNamespace.prototype, "A KV namespace binding cannot be serialized.");

  runtime.register("kv_namespace", (binding) => {
    bound = binding;
    try {
      return new KvNamespace();
    } finally {
      bound = null;
    }
  });
};
