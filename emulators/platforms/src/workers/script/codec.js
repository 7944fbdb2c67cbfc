// Values on their way from Worker to Worker: what structured clone carries, and what only RPC does, as bytes that both engines read alike.
//
// The bytes: the length of a JSON text (32 bits, little-endian), the text, then raw bytes that the text refers to. In the text strings,
// booleans, null and plain numbers stand for themselves; everything else is an array that starts with a letter. Objects are counted in the
// order in which they come, so that one that comes again, or contains itself, is named by its number.
// https://developers.cloudflare.com/workers/runtime-apis/rpc/#structured-clonable-types-and-more
(runtime) => {
  const { workers } = runtime.parts;
  const {
    AbortSignal, AggregateError, Array, ArrayBuffer, BigInt, Blob, Boolean, DataView, Date, DOMException, Error, File, Headers, Map, Number, Object, Promise,
    ReadableStream, RegExp, Request, Response, Set, String, Symbol, TextDecoder, TextEncoder, Uint8Array, WeakMap, WeakRef, WeakSet,
    WritableStream,
  } = globalThis;
  const { parse, stringify } = JSON;
  const { isArray } = Array;
  const { isView } = ArrayBuffer;
  const { defineProperty, getOwnPropertyNames, getPrototypeOf, is, keys } = Object;
  const uncurry = (method) => Function.prototype.call.bind(method);
  const mapGet = uncurry(Map.prototype.get);
  const mapSet = uncurry(Map.prototype.set);
  const mapEach = uncurry(Map.prototype.forEach);
  const setAdd = uncurry(Set.prototype.add);
  const setEach = uncurry(Set.prototype.forEach);
  const headersEach = uncurry(Headers.prototype.forEach);
  const push = uncurry(Array.prototype.push);
  const [setBytes, subarray] = [uncurry(Uint8Array.prototype.set), uncurry(Uint8Array.prototype.subarray)];
  const [setUint32, getUint32] = [uncurry(DataView.prototype.setUint32), uncurry(DataView.prototype.getUint32)];
  const sliceBuffer = uncurry(ArrayBuffer.prototype.slice);
  const [encode, decode] = [uncurry(TextEncoder.prototype.encode), uncurry(TextDecoder.prototype.decode)];
  const { PromisePrototypeThen: then } = runtime.primordials;
  const objectPrototype = Object.prototype;
  const toStringOf = uncurry(objectPrototype.toString);
  const views = {
    Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array, BigInt64Array,
    BigUint64Array, DataView,
  };
  const errors = { __proto__: null, AggregateError, Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError };
  /** What no engine clones; others that cannot be cloned are named as objects of their type. */
  const ENGINE_ONLY = [WeakMap, WeakRef, WeakSet, Promise];
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();

  const cannotClone = (what) => new DOMException(`${what} could not be cloned.`, "DataCloneError");

  function typeOf(value) {
    const constructor = value.constructor;
    return typeof constructor === "function" && typeof constructor.name === "string" && constructor.name !== "" ? constructor.name : "Object";
  }

  function isEngineOnly(value) {
    for (let index = 0; index < ENGINE_ONLY.length; index++) if (value instanceof ENGINE_ONLY[index]) return true;
    return false;
  }

  function notSerializable(value) {
    for (let index = 0; index < ENGINE_ONLY.length; index++) {
      if (value instanceof ENGINE_ONLY[index]) return cannotClone(`#<${ENGINE_ONLY[index].name}>`);
    }
    const tag = toStringOf(value);
    if (tag === "[object Generator]" || tag === "[object AsyncGenerator]") return cannotClone(tag);
    const text = `Could not serialize object of type "${typeOf(value)}". This type does not support serialization.`;
    return new DOMException(text, "DataCloneError");
  }

  class Encoder {
    #seen = new Map();
    #count = 0;
    #thrown;
    blobs = [];
    /** What is not known yet: promises that fill in `blobs`. */
    later = [];

    /** `thrown`: what is carried is no value that is handed over but an error, in which things are data or nothing. */
    constructor(thrown = false) {
      this.#thrown = thrown;
    }

    write(value) {
      switch (typeof value) {
        case "string":
        case "boolean":
          return value;
        case "number":
          return value - value === 0 && !is(value, -0) ? value : ["n", is(value, -0) ? "-0" : String(value)];
        case "undefined":
          return ["u"];
        case "bigint":
          return ["i", String(value)];
        case "symbol":
          throw cannotClone(String(value));
      }
      if (value === null) return null;
      const known = mapGet(this.#seen, value);
      if (known !== undefined) {
        // An error that contains itself is one that the other side could not begin to make.
        if (this.#thrown && known === 0) throw notSerializable(value);
        return ["r", known];
      }
      mapSet(this.#seen, value, this.#count++);
      if (!this.#thrown) return workers.writeRemote(value) ?? this.#object(value);
      if (typeof value === "function" || workers.inside(value) !== undefined || value instanceof workers.rpc.RpcTarget) throw notSerializable(value);
      return this.#object(value);
    }

    #object(value) {
      const prototype = getPrototypeOf(value);
      if (isArray(value)) return ["a", value.length, this.#entries(value)];
      if (prototype === objectPrototype) return ["o", this.#entries(value)];
      if (value instanceof Error || value instanceof DOMException) return this.#error(value);
      if (value instanceof Date) return ["d", this.write(+value)];
      if (value instanceof RegExp) return ["x", value.source, value.flags];
      if (value instanceof Map) return this.#map(value);
      if (value instanceof Set) return this.#set(value);
      if (value instanceof ArrayBuffer) return ["b", this.#bytes(new Uint8Array(value))];
      if (isView(value)) return ["v", typeOfView(value), this.write(value.buffer), value.byteOffset, value.length ?? value.byteLength];
      if (value instanceof Number || value instanceof String || value instanceof Boolean) return ["w", this.write(value.valueOf())];
      return this.#web(value) ?? this.#refuse(value);
    }

    #refuse(value) {
      if (this.#thrown && !isEngineOnly(value)) return ["o", this.#entries(value)];
      throw notSerializable(value);
    }

    #entries(value) {
      const list = [];
      const names = keys(value);
      for (let index = 0; index < names.length; index++) push(list, names[index], this.write(value[names[index]]));
      return list;
    }

    #map(value) {
      const list = [];
      mapEach(value, (item, key) => push(list, this.write(key), this.write(item)));
      return ["m", list];
    }

    #set(value) {
      const list = [];
      setEach(value, (item) => push(list, this.write(item)));
      return ["s", list];
    }

    /** As `structuredClone` has it: the class is told by the name, and every own property with a text as its key goes along. */
    #error(value) {
      const isException = value instanceof DOMException;
      const name = isException ? "DOMException" : errors[value.name] === undefined ? "Error" : value.name;
      const own = [];
      let cause = [];
      const names = getOwnPropertyNames(value);
      for (let index = 0; index < names.length; index++) {
        const key = names[index];
        if (key === "stack" || key === "message" || (key === "name" && (isException || name === value.name))) continue;
        if (key === "cause") cause = [this.write(value.cause)];
        else push(own, key, this.write(value[key]));
      }
      return ["e", name, String(value.message), isException ? value.name : null, own, cause];
    }

    #bytes(bytes) {
      push(this.blobs, bytes);
      return this.blobs.length - 1;
    }

    #web(value) {
      if (value instanceof ReadableStream) return ["R", workers.exportStream(value)];
      if (value instanceof WritableStream) return ["W", workers.exportSink(value)];
      if (value instanceof Headers) return ["H", headerList(value)];
      if (value instanceof AbortSignal) return value.aborted ? ["A", null, this.write(value.reason)] : ["A", workers.exportSignal(value)];
      if (value instanceof Request) {
        const { method, url, redirect } = value;
        const signal = workers.signalToSend(value);
        return ["Q", method, url, headerList(value.headers), this.#body(value, runtime.toInnerRequest(value)), redirect, this.write(signal)];
      }
      if (value instanceof Response) {
        return ["P", value.status, value.statusText, headerList(value.headers), this.#body(value, runtime.toInnerResponse(value))];
      }
      if (value instanceof File) throw notSerializable(value);
      if (value instanceof Blob) {
        const at = this.#bytes(undefined);
        push(this.later, then(value.arrayBuffer(), (buffer) => this.blobs[at] = new Uint8Array(buffer)));
        return ["B", value.type, at];
      }
      return undefined;
    }

    /** A body that is at hand goes along; one that is a stream becomes one over there. */
    #body(message, { body }) {
      if (body === null) return null;
      if (message.bodyUsed) {
        throw new TypeError("Body has already been used. It can only be used once. Use tee() first if you need to read it twice.");
      }
      const source = body.streamOrStatic;
      if (source instanceof ReadableStream) return this.write(message.body);
      source.consumed = true;
      return ["b", this.#bytes(typeof source.body === "string" ? encode(encoder, source.body) : new Uint8Array(source.body))];
    }
  }

  function typeOfView(view) {
    const names = keys(views);
    for (let at = 0; at < names.length; at++) if (view instanceof views[names[at]]) return names[at];
    throw notSerializable(view);
  }

  function headerList(headers) {
    const list = [];
    headersEach(headers, (value, name) => push(list, [name, value]));
    return list;
  }

  class Decoder {
    #values = [];
    #blobs;
    /** The stubs that came along. */
    stubs = [];

    constructor(blobs) {
      this.#blobs = blobs;
    }

    read(node) {
      if (!isArray(node)) return node;
      switch (node[0]) {
        case "u":
          return undefined;
        case "n":
          return Number(node[1]);
        case "i":
          return BigInt(node[1]);
        case "r":
          return this.#values[node[1]];
      }
      // The number is taken before what is inside takes its own.
      const at = this.#values.length;
      push(this.#values, undefined);
      return this.#object(node, (value) => this.#values[at] = value);
    }

    #object(node, keep) {
      const first = node[1], second = node[2];
      switch (node[0]) {
        case "o":
          return this.#fill(keep({}), first);
        case "a":
          return this.#fill(keep(new Array(first)), second);
        case "m": {
          const map = keep(new Map());
          for (let index = 0; index < first.length; index += 2) mapSet(map, this.read(first[index]), this.read(first[index + 1]));
          return map;
        }
        case "s": {
          const set = keep(new Set());
          for (let index = 0; index < first.length; index++) setAdd(set, this.read(first[index]));
          return set;
        }
        case "e":
          return this.#error(node, keep);
        case "d":
          return keep(new Date(this.read(first)));
        case "x":
          return keep(new RegExp(first, second));
        case "b":
          return keep(this.#buffer(first));
        case "v":
          return keep(new views[first](this.read(second), node[3], node[4]));
        case "w":
          return keep(Object(this.read(first)));
        default:
          return keep(this.#web(node));
      }
    }

    #fill(object, list) {
      for (let index = 0; index < list.length; index += 2) {
        const value = this.read(list[index + 1]);
        defineProperty(object, list[index], { __proto__: null, value, writable: true, enumerable: true, configurable: true });
      }
      return object;
    }

    #error(node, keep) {
      const name = node[1], message = node[2], domName = node[3], own = node[4], cause = node[5];
      const error = keep(name === "DOMException" ? new DOMException(message, domName) : makeError(name, message));
      this.#fill(error, own);
      if (cause.length > 0) defineProperty(error, "cause", { __proto__: null, value: this.read(cause[0]), writable: true, enumerable: false, configurable: true });
      return error;
    }

    #buffer(index) {
      const bytes = this.#blobs(index);
      return sliceBuffer(bytes.buffer, bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    }

    #web(node) {
      const first = node[1], second = node[2], third = node[3], body = node[4];
      switch (node[0]) {
        case "f": {
          const stub = workers.importStub(first, second, third);
          push(this.stubs, stub);
          return stub;
        }
        case "S":
          return workers.service(first);
        case "R":
          return workers.importStream(first);
        case "W":
          return workers.importSink(first);
        case "H":
          return new Headers(first);
        case "A":
          return first === null ? AbortSignal.abort(this.read(second)) : workers.importSignal(first);
        case "B":
          return new Blob([this.#blobs(second)], { type: first });
        case "Q":
          return new Request(second, { method: first, headers: third, body: this.read(body), redirect: node[5], signal: this.read(node[6]) });
        case "P":
          return new Response(this.read(body), { status: first, statusText: second, headers: third });
        default:
          throw new TypeError("Unable to deserialize cloned data.");
      }
    }
  }

  async function all(promises) {
    for (let at = 0; at < promises.length; at++) await promises[at];
  }

  /** The bytes of `value`; a promise of them. What cannot be carried is thrown at once. */
  workers.pack = (value) => {
    const writer = new Encoder();
    const tree = writer.write(value);
    return writer.later.length === 0 ? join(tree, writer.blobs) : then(all(writer.later), () => join(tree, writer.blobs));
  };

  function join(tree, blobs) {
    const lengths = [];
    let size = 0;
    for (let index = 0; index < blobs.length; index++) {
      push(lengths, blobs[index].byteLength);
      size += blobs[index].byteLength;
    }
    const text = encode(encoder, stringify([tree, lengths]));
    const bytes = new Uint8Array(4 + text.byteLength + size);
    setUint32(new DataView(bytes.buffer), 0, text.byteLength, true);
    setBytes(bytes, text, 4);
    let at = 4 + text.byteLength;
    for (let index = 0; index < blobs.length; index++) {
      setBytes(bytes, blobs[index], at);
      at += blobs[index].byteLength;
    }
    return bytes;
  }

  /** The value that `bytes` stand for, and the stubs in it. */
  workers.unpack = (bytes) => {
    const length = getUint32(new DataView(bytes.buffer, bytes.byteOffset), 0, true);
    const parsed = parse(decode(decoder, subarray(bytes, 4, 4 + length)));
    const tree = parsed[0], lengths = parsed[1];
    const starts = [4 + length];
    for (let index = 0; index < lengths.length; index++) push(starts, starts[index] + lengths[index]);
    const reader = new Decoder((index) => subarray(bytes, starts[index], starts[index + 1]));
    return { value: reader.read(tree), stubs: reader.stubs };
  };

  const makeError = (name, message) => name === "AggregateError" ? new AggregateError([], message) : new (errors[name] ?? Error)(message);

  /**
   * An error as text, for whoever called: `[tree, bytes, whether it is one of the other side's code]`. Where something of it cannot be
   * carried, what it is and says goes alone.
   */
  workers.carry = (error, kind, entry) => {
    // What never comes of a call is told by the runtime of whoever waits for it.
    const isRemote = kind !== "hung" || entry.kind === "fetch";
    try {
      const writer = new Encoder(true);
      const tree = writer.write(error);
      if (writer.later.length === 0) return stringify([tree, numbers(writer.blobs), isRemote]);
    } catch {
      // What it is cannot be carried; what it says can.
    }
    const name = error instanceof Error && errors[error.name] !== undefined ? error.name : "Error";
    return stringify([["e", name, String(error?.message ?? error), null, [], []], [], isRemote]);
  };

  function bytesOf(list) {
    const bytes = new Uint8Array(list.length);
    for (let at = 0; at < list.length; at++) bytes[at] = list[at];
    return bytes;
  }

  /** Bytes as text has them. */
  function numbers(blobs) {
    const lists = [];
    for (let at = 0; at < blobs.length; at++) {
      const list = [];
      for (let index = 0; index < blobs[at].length; index++) push(list, blobs[at][index]);
      push(lists, list);
    }
    return lists;
  }

  /** The error that such a text stands for, marked as one from elsewhere if it is. */
  workers.revive = (text) => {
    const parsed = parse(text);
    const tree = parsed[0], blobs = parsed[1], isRemote = parsed[2];
    const value = new Decoder((index) => bytesOf(blobs[index])).read(tree);
    const error = typeof value === "object" && value !== null ? value : new Error(String(value));
    if (isRemote) defineProperty(error, "remote", { __proto__: null, value: true, writable: true, enumerable: true, configurable: true });
    return error;
  };
};
