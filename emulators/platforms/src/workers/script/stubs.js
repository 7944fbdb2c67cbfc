// What stands in one Worker for something of another: services, objects and functions that were handed over, and promises of both.
// https://developers.cloudflare.com/workers/runtime-apis/rpc/
(runtime) => {
  const { workers } = runtime.parts;
  const { DOMException, Error, Map, Object, Promise, Proxy, Reflect, Symbol, TypeError, Uint8Array, WeakMap } = globalThis;
  const { apply, get: reflectGet } = Reflect;
  const { defineProperty, getPrototypeOf, hasOwn, setPrototypeOf } = Object;
  const { ArrayBuffer, ReadableStream, TextEncoder, WritableStream } = globalThis;
  const uncurry = (method) => Function.prototype.call.bind(method);
  const then = uncurry(Promise.prototype.then);
  const push = uncurry(Array.prototype.push);
  const [slice, join] = [uncurry(Array.prototype.slice), uncurry(Array.prototype.join)];
  const { finally: finallyOf } = Promise.prototype;
  const reject = Promise.reject.bind(Promise);
  const mapGet = uncurry(Map.prototype.get);
  const mapSet = uncurry(Map.prototype.set);
  const mapDelete = uncurry(Map.prototype.delete);
  const weakGet = uncurry(WeakMap.prototype.get);
  const weakSet = uncurry(WeakMap.prototype.set);

  /** The name under which the host takes calls that come from no binding. */
  const PEERS = ".";
  /** https://developers.cloudflare.com/workers/runtime-apis/rpc/#limitations */
  const MOST = 32 * 1024 * 1024;

  const { dispose: DISPOSE, toStringTag: TAG } = Symbol;

  /** What is behind each proxy made here. */
  const insides = new WeakMap();
  /** What this guest has handed over, by number. */
  const exported = new Map();
  let last = 0;

  const inside = (value) => (typeof value === "object" && value !== null) || typeof value === "function" ? weakGet(insides, value) : undefined;
  const disposed = () => new Error("RPC stub used after being disposed.");

  class RpcTarget {
    get [Symbol.toStringTag]() {
      return "JsRpcTarget";
    }
  }

  class RpcStub {
    constructor(target) {
      if (!isTarget(target)) throw new TypeError("RpcStubs can only wrap plain objects, functions, and RpcTarget derivatives.");
      return stubOf({ local: target, ask: (path, args) => askHere(target, path, args) });
    }
  }

  class RpcProperty {
    constructor() {
      throw new TypeError("Illegal constructor");
    }
  }

  class RpcPromise {
    constructor() {
      throw new TypeError("Illegal constructor");
    }
    then() {}
    catch() {}
    finally() {}
  }

  class Fetcher {
    constructor() {
      throw new TypeError("Illegal constructor");
    }
    fetch(input, init) {
      const service = inside(this)?.service;
      if (service === undefined) throw new TypeError(workers.ILLEGAL_INVOCATION);
      return workers.fetchService(service, input, init, arguments.length);
    }
    connect() {
      throw new Error("connect() on a service binding is not emulated by greenroom yet");
    }
    get [Symbol.toStringTag]() {
      return "Fetcher";
    }
  }

  /** What a Worker has of itself. */
  class LoopbackServiceStub extends Fetcher {
    get [Symbol.toStringTag]() {
      return "LoopbackServiceStub";
    }
  }

  function isTarget(value) {
    if (typeof value === "function") return true;
    return typeof value === "object" && value !== null && (getPrototypeOf(value) === Object.prototype || value instanceof RpcTarget);
  }

  // --- calls ---

  /** Calls what `entry` names at `to`; resolves to what it gives. `args` undefined: a property is read. */
  async function ask(binding, to, entry, args, summary) {
    let bytes = args === undefined ? undefined : workers.pack(args);
    if (bytes instanceof Promise) bytes = await bytes;
    checkSize(bytes);
    const invocation = runtime.invocation();
    const { value, body } = await runtime.call(binding, "call", { to, entry, summary }, bytes);
    if (value.carried !== undefined) throw workers.revive(value.carried);
    const { value: result, stubs } = workers.unpack(new Uint8Array(body));
    if (stubs.length > 0) {
      // As in production, what came in an answer lives as long as the event that it came for.
      invocation?.atEnd(() => dispose(stubs));
    }
    if (typeof result === "object" && result !== null && getPrototypeOf(result) === Object.prototype) {
      defineProperty(result, DISPOSE, { __proto__: null, value: () => dispose(stubs), configurable: true, writable: true, enumerable: false });
    }
    return result;
  }

  function checkSize(bytes) {
    if (bytes !== undefined && bytes.byteLength > MOST) {
      throw new Error(
        `Serialized RPC arguments or return values are limited to 32MiB, but the size of this value was: ${bytes.byteLength} bytes.`,
      );
    }
  }

  const summaryOf = (label, path, args) => `${label}${path.length > 0 ? "." : ""}${join(path, ".")}${args === undefined ? "" : "()"}`;

  /** The path one step further. */
  function further(path, key) {
    const longer = slice(path);
    push(longer, key);
    return longer;
  }

  /** `then`, `catch` and `finally` of a promise as the language has them, whatever code has made of these. */
  function settle(promise, key, handlers) {
    if (key === "then") return then(promise, handlers[0], handlers[1]);
    return key === "catch" ? then(promise, undefined, handlers[0]) : apply(finallyOf, promise, handlers);
  }

  /** What a service can be asked. */
  function askService(service, path, args) {
    const { binding, app, entrypoint, props, label } = service;
    const entry = { kind: "call", entrypoint, props, path, call: args !== undefined };
    return ask(binding, { app }, entry, args, summaryOf(label, path, args));
  }

  /** What an object of another guest can be asked. */
  function askObject(guest, id, path, args) {
    return ask(PEERS, { guest }, { kind: "call", object: id, path, call: args !== undefined }, args, summaryOf("stub", path, args));
  }

  function askHere(target, path, args) {
    return workers.askTarget(target, path, args, { own: !(target instanceof RpcTarget) });
  }

  // --- proxies ---

  /** A property of something that can be asked: called, it is a call; awaited, its value. */
  function property(source, path) {
    let read;
    const promise = () => read ??= source.ask(path, undefined);
    return proxy(RpcProperty, "JsRpcProperty", {
      apply: (args) => promiseOf(source.ask(path, args)),
      then: () => promise(),
      get: (key) => property(source, further(path, key)),
      inside: { property: source, path },
    });
  }

  /** The outcome of a call, of which more can be asked before it is there. */
  function promiseOf(promise) {
    // Awaited, so that nothing asks a promise for its `then`, which code may have changed.
    const source = { ask: async (path, args) => await askValue(await promise, path, args) };
    return proxy(RpcPromise, "JsRpcPromise", {
      apply: (args) => promiseOf(source.ask([], args)),
      then: () => promise,
      get: (key) => property(source, [key]),
      inside: { promise },
      dispose: () => then(promise, (value) => value?.[DISPOSE]?.(), () => {}),
    });
  }

  /** Asks something of a value that has arrived. */
  function askValue(value, path, args) {
    return inside(value)?.source?.ask(path, args) ?? workers.askTarget(value, path, args, { own: true, arrived: true });
  }

  /** An object that was handed over. `handle`: what to give back, shared by duplicates. */
  function stubOf(source, handle) {
    let over = false;
    const open = { ask: (path, args) => over ? reject(disposed()) : source.ask(path, args) };
    handle && handle.count++;
    return proxy(RpcStub, "JsRpcStub", {
      apply: (args) => promiseOf(open.ask([], args)),
      get: (key) => key === "then" ? undefined : key === "dup" ? () => stubOf(source, handle) : property(open, [key]),
      inside: { source: open, local: source.local, handle },
      dispose() {
        if (over) return;
        over = true;
        if (handle !== undefined && --handle.count === 0) release([handle]);
      },
    });
  }

  function proxy(Class, tag, parts) {
    const { prototype } = Class;
    // An arrow function: it has no property of its own that a proxy could not hide. What code sets stays here, and is not sent.
    const made = new Proxy(bare(prototype), {
      apply: (_target, _this, args) => parts.apply(args),
      get(target, key) {
        if (hasOwn(target, key)) return target[key];
        if (key === TAG) return tag;
        if (key === DISPOSE) return parts.dispose;
        if (typeof key === "symbol" || key === "constructor") return prototype[key];
        const promise = parts.then;
        if (promise !== undefined && (key === "then" || key === "catch" || key === "finally")) {
          return (...handlers) => settle(promise(), key, handlers);
        }
        return parts.get(key);
      },
      has: (target, key) => typeof key === "string" || hasOwn(target, key),
    });
    weakSet(insides, made, parts.inside);
    return made;
  }

  function bare(prototype) {
    const target = () => {};
    delete target.name;
    delete target.length;
    return setPrototypeOf(target, prototype);
  }

  /** A Worker of the run, or one of its entrypoints. */
  workers.service = (description) => {
    const service = { binding: PEERS, props: {}, ...description };
    return serviceProxy(service, Object.create(Fetcher.prototype));
  };

  /** The same, which can also be called to give it other props: what `ctx.exports` has. */
  workers.loopback = (description) => {
    const service = { binding: PEERS, props: {}, ...description };
    return serviceProxy(service, bare(LoopbackServiceStub.prototype), (_target, _this, [options]) => workers.service({ ...service, props: options?.props ?? {} }), LoopbackServiceStub);
  };

  function serviceProxy(service, target, apply, { prototype } = Fetcher) {
    const source = { ask: (path, args) => askService(service, path, args) };
    const made = new Proxy(target, {
      ...apply && { apply },
      get(target, key) {
        if (hasOwn(target, key)) return target[key];
        // What `await` and `JSON.stringify` ask any object for is no method of the other side.
        if (key === "then" || key === "toJSON") return undefined;
        if (typeof key === "symbol" || key in prototype) return reflectGet(prototype, key, made);
        return property(source, [key]);
      },
      has: (_target, key) => typeof key === "string" || key in prototype,
    });
    weakSet(insides, made, { service, source });
    return made;
  }

  // --- on the wire ---

  /** How something of another Worker, or something that is handed over, is written; undefined for plain data. */
  workers.writeRemote = (value) => {
    const known = inside(value);
    if (known !== undefined) return writeKnown(known);
    if (typeof value === "function" || value instanceof RpcTarget) return ["f", workers.guest, exportValue("object", value), false];
    return undefined;
  };

  function writeKnown({ service, local, handle, promise, property: source }) {
    if (service !== undefined) {
      const { app, entrypoint, props, label } = service;
      return ["S", { app, entrypoint, props, label }];
    }
    if (local !== undefined) return ["f", workers.guest, exportValue("object", local), false];
    // Whoever gets it is not its only holder: it stays until the guest that has it ends.
    if (handle !== undefined) {
      handle.count++;
      return ["f", handle.guest, handle.id, true];
    }
    const what = promise !== undefined ? "RpcPromise" : source !== undefined ? "RpcProperty" : "RpcStub";
    throw new DOMException(`Could not serialize object of type "${what}". This type does not support serialization.`, "DataCloneError");
  }

  function exportValue(kind, value) {
    mapSet(exported, ++last, { kind, value });
    return last;
  }

  /** What this guest has handed over under that number. */
  workers.exported = (id) => {
    const known = mapGet(exported, id);
    if (known === undefined) throw disposed();
    return known;
  };

  workers.forget = (ids) => {
    for (let at = 0; at < ids.length; at++) mapDelete(exported, ids[at]);
  };

  workers.importStub = (guest, id, shared) => {
    const handle = shared ? { guest, id, count: 1 } : { guest, id, count: 0 };
    return stubOf({ ask: (path, args) => askObject(guest, id, path, args) }, handle);
  };

  const dispose = (stubs) => {
    for (let at = 0; at < stubs.length; at++) stubs[at][DISPOSE]();
  };
  workers.dispose = dispose;

  /** Tells the guests that hold objects that nobody here needs them any more: on behalf of no event, since it goes on when that is over. */
  function release(handles) {
    const context = runtime.asyncContext.get();
    runtime.asyncContext.set(undefined);
    for (let at = 0; at < handles.length; at++) {
      const { guest, id } = handles[at];
      then(runtime.call(PEERS, "call", { to: { guest }, entry: { kind: "call", forget: [id] }, summary: null }), undefined, () => {});
    }
    runtime.asyncContext.set(context);
  }

  // --- streams ---

  /** One step of a stream that another guest has; no event of its own. */
  async function step(guest, id, operation, value) {
    const bytes = value === undefined ? undefined : await workers.pack(value);
    const { value: answer, body } = await runtime.call(PEERS, "call", { to: { guest }, entry: { kind: "call", object: id, operation }, summary: null }, bytes);
    if (answer.carried !== undefined) throw workers.revive(answer.carried);
    return workers.unpack(new Uint8Array(body)).value;
  }

  workers.exportStream = (stream) => {
    const reader = stream.getReader();
    return [workers.guest, exportValue("stream", {
      read: async () => {
        const { done, value } = await reader.read();
        return done ? null : toBytes(value);
      },
      cancel: (reason) => reader.cancel(reason),
    })];
  };

  const encoder = new TextEncoder();
  function toBytes(chunk) {
    if (typeof chunk === "string") return encoder.encode(chunk);
    if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength).slice();
    if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
    throw new TypeError("This ReadableStream did not return bytes.");
  }

  workers.importStream = (place) => importStream(place[0], place[1]);

  const importStream = (guest, id) =>
    new ReadableStream({
      type: "bytes",
      async pull(controller) {
        let chunk;
        try {
          do chunk = await step(guest, id, "read"); while (chunk?.byteLength === 0);
        } catch {
          // What was wrong stays over there: https://github.com/cloudflare/workerd/blob/main/src/workerd/api/streams/readable.c++
          throw new Error("ReadableStream received over RPC disconnected prematurely.");
        }
        if (chunk !== null) return controller.enqueue(chunk);
        controller.close();
        controller.byobRequest?.respond(0);
        release([{ guest, id }]);
      },
      async cancel(reason) {
        await step(guest, id, "cancel", String(reason?.message ?? reason));
        release([{ guest, id }]);
      },
    }, { highWaterMark: 0 });

  workers.exportSink = (stream) => {
    const writer = stream.getWriter();
    return [workers.guest, exportValue("sink", {
      write: (chunk) => writer.write(chunk),
      close: () => writer.close(),
      abort: (reason) => writer.abort(reason),
    })];
  };

  workers.importSink = (place) => importSink(place[0], place[1]);

  const importSink = (guest, id) =>
    new WritableStream({
      write: (chunk) => step(guest, id, "write", toBytes(chunk)),
      close: async () => {
        await step(guest, id, "close");
        release([{ guest, id }]);
      },
      abort: (reason) => step(guest, id, "abort", String(reason?.message ?? reason)),
    });

  workers.exportValue = exportValue;
  workers.release = release;
  workers.loopbackClass = LoopbackServiceStub;
  workers.checkSize = checkSize;
  workers.inside = inside;
  workers.rpc = { RpcTarget, RpcStub, RpcProperty, RpcPromise, ServiceStub: Fetcher };
};
