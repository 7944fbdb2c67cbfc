import { bytes, failures, type Observations } from "./observe";

const cloned = (value: unknown) => structuredClone(value);

export const cloning: Observations = {
  "plain values": () => cloned({ a: [1, null, undefined, "x", 1n, true, NaN, -0], b: new Date(5), c: /x/gi }),
  "collections": () => cloned(new Map<any, any>([[1, new Set([2])], ["k", { v: 1 }]])),
  "buffers": () => cloned([bytes(1, 2), bytes(3).buffer, new Float64Array([1.5])]),
  "cycles": () => {
    const value: any = { a: 1 };
    value.self = value;
    const copy: any = cloned(value);
    return [copy !== value, copy.self === copy];
  },
  "errors": () => {
    const error: any = cloned(new RangeError("bad", { cause: "c" }));
    return [error.constructor.name, error.message, error.cause, error instanceof RangeError, typeof error.stack];
  },
  "own error": () => {
    class Mine extends Error {}
    const error: any = cloned(new Mine("m"));
    return [error.constructor.name, error.name];
  },
  "class instance": () => cloned(new (class A {
    x = 1;
  })()),
  "boxed": () => {
    const boxed: any = cloned([Object(1), Object("a"), Object(true)]);
    return boxed.map((value: any) => [typeof value, value.valueOf()]);
  },
  "sparse array": () => {
    const copy: any = cloned([1, , 3]);
    return [copy.length, 1 in copy];
  },
  "function": () => cloned(() => 1),
  "symbol": () => cloned(Symbol("s")),
  "promise": () => cloned(Promise.resolve(1)),
  "weak map": () => cloned(new WeakMap()),
  "function inside": () => cloned({ a: { f() {} } }),
  "is a DataCloneError": () => {
    try {
      cloned(() => 1);
    } catch (error: any) {
      return [error.constructor.name, error.name, error.code];
    }
  },
  "platform objects": () => failures(...[new Headers({ a: "1" }), new Request("http://a.b"), new Response("x"), new URL("http://a.b"), new Blob(["x"]), new FormData(), new AbortController().signal, new EventTarget()].map((value) => () => (cloned(value) as any).constructor.name)),
  "transfer": () => {
    const buffer = new ArrayBuffer(8);
    const copy = structuredClone(buffer, { transfer: [buffer] });
    return [buffer.byteLength, copy.byteLength, (buffer as any).detached];
  },
  "transfer wrong": () => failures(() => structuredClone(1, { transfer: [{} as any] }), () => structuredClone(1, { transfer: 5 as any })),
  "no arguments": () => (structuredClone as any)(),
  "getters": () => cloned({ get a() { return 7; } }),
  "keys of a cloned error": () => {
    const cause = new Error("cause");
    const error: any = Object.assign(new TypeError("m", { cause }), { code: 5, list: [1], [Symbol("s")]: 1 });
    const clone: any = cloned(error);
    return [Object.keys(clone), Object.getOwnPropertyNames(clone).sort(), clone.stack === error.stack, clone.cause instanceof Error, clone.cause.message, Object.getOwnPropertySymbols(clone).length];
  },
  "errors with names": () => {
    const named = Object.assign(new Error("m"), { name: "Odd" });
    const typed = Object.assign(new Error("m"), { name: "RangeError" });
    class Mine extends TypeError {}
    return [named, typed, new Mine("m"), new AggregateError([new Error("a")], "all"), new Error("")].map((error) => {
      const clone: any = cloned(error);
      return [clone.constructor.name, clone.name, clone.message, Object.hasOwn(clone, "name"), Object.hasOwn(clone, "message"), clone.errors?.length];
    });
  },
  "error with a function": () => cloned(Object.assign(new Error("m"), { f() {} })),
  "error whose message is no text": () => {
    const error: any = new Error("m");
    error.message = 5;
    return (cloned(error) as any).message;
  },
  "more platform objects": async () => failures(...[
    new File(["x"], "n.txt", { type: "a/b", lastModified: 7 }), new DOMException("m", "AbortError"), new Response(null, { status: 204 }), new Request("http://a.b", { method: "POST", body: "x" }),
    await crypto.subtle.generateKey({ name: "AES-GCM", length: 128 }, true, ["encrypt"]), new Event("x"), new URLSearchParams("a=1"), new MessageChannel().port1, new TextEncoder(), new WritableStream(),
    new TransformStream(), crypto, navigator, globalThis, console, new URLPattern(), new AbortController(), new (class Mine extends EventTarget {})(), new (class Mine extends Headers {})(), new Headers({ a: "1" }).keys(),
  ].map((value) => () => {
    const clone: any = cloned(value);
    return [clone.constructor.name, clone.name, clone.status, clone.code];
  })),
  "platform objects inside": () => failures(() => (cloned({ headers: new Headers({ a: "b" }) }) as any).headers, () => (cloned([new URL("http://a.b")]) as any)),
  "things that cannot be cloned": () => failures(...[
    new WeakSet(), new WeakRef({}), (function* g() {})(), new Proxy({}, {}), new Proxy(() => {}, {}), [1].values(), new Map().keys(), Math, JSON, globalThis.Reflect, Object.prototype, new Intl.NumberFormat("en"), async () => {},
    class A {}, new (class B { f = () => 1; })(), Symbol.iterator, Object(Symbol("s")), [Symbol("in")], WebAssembly, new Date(NaN), Object.create(null), (function () { return arguments; })(),
  ].map((value) => () => cloned(value))),
  "what is not emulated cannot be cloned either": () => failures(() => cloned(caches)),
  "regular expressions": () => {
    const expression = /x/gy;
    expression.lastIndex = 3;
    const clone: any = cloned(expression);
    return [clone.source, clone.flags, clone.lastIndex];
  },
  "arrays with properties": () => {
    const clone: any = cloned(Object.assign([1, , 2], { x: 1 }));
    return [Object.keys(clone), clone.length, clone instanceof Array, Array.isArray(cloned(new (class Mine extends Array {})(3)))];
  },
  "views share their buffer": () => {
    const buffer = new ArrayBuffer(8);
    const clone: any = cloned([new Uint8Array(buffer, 2, 3), new DataView(buffer, 4), buffer]);
    return [clone[0].buffer === clone[2], clone[1].buffer === clone[2], clone[0].byteOffset, clone[0].length, clone[1].byteLength];
  },
  "own __proto__": () => {
    const clone: any = cloned(JSON.parse('{"__proto__": 1, "a": 2}'));
    return [Object.keys(clone), Object.getPrototypeOf(clone) === Object.prototype];
  },
  "setters of the prototype": () => {
    let called = false;
    Object.defineProperty(Object.prototype, "trapped", { set() { called = true; }, configurable: true });
    try {
      const clone: any = cloned(Object.defineProperty({}, "trapped", { value: 1, enumerable: true }));
      return [called, Object.hasOwn(clone, "trapped")];
    } finally {
      delete (Object.prototype as any).trapped;
    }
  },
  "maps and sets with properties": () => Object.keys(cloned(Object.assign(new Map([[1, 2]]), { x: 1 })) as any),
  "transfer of views": () => {
    const view = new Uint8Array([1, 2, 3]);
    const clone = structuredClone({ view }, { transfer: [view.buffer] });
    return [view.length, (view.buffer as any).detached, clone.view];
  },
  "transfer of what is not in the value": () => {
    const buffer = new ArrayBuffer(4);
    return [structuredClone(1, { transfer: [buffer] }), buffer.byteLength];
  },
  "transfer twice": () => {
    const buffer = new ArrayBuffer(4);
    return failures(() => structuredClone(1, { transfer: [buffer, buffer] }), () => structuredClone(buffer), () => structuredClone(1, { transfer: [buffer] }));
  },
  "transfer of others": () => failures(...[new MessageChannel().port1, new WritableStream(), 1, null, new Uint8Array(2)].map((value) => () => structuredClone(1, { transfer: [value as any] }))),
  "transfer options": () => failures(() => structuredClone(1, 5 as any), () => structuredClone(1, null as any), () => structuredClone(1, {}), () => structuredClone(1, { transfer: new Set() as any }), () => structuredClone(1, { transfer: null as any })),
  "resizable buffers": () => {
    const buffer = new (ArrayBuffer as any)(2, { maxByteLength: 6 });
    const clone: any = cloned(buffer);
    return [clone.resizable, clone.maxByteLength, clone.byteLength];
  },
};

export const exceptions: Observations = {
  "DOMException": () => {
    const error = new DOMException("m", "AbortError");
    return [error.name, error.message, error.code, error instanceof Error, String(error), typeof error.stack, Object.keys(error)];
  },
  "DOMException members": () => ["code", "name", "message", "stack"].map((name) => {
    const { writable, enumerable, configurable, get } = Object.getOwnPropertyDescriptor(new DOMException("m", "AbortError"), name) ?? ({} as any);
    return [name, writable, enumerable, configurable, typeof get];
  }),
  "DOMException defaults": () => {
    const error = new DOMException();
    return [error.name, error.message, error.code];
  },
  "DOMException codes": () => [DOMException.NOT_FOUND_ERR, new DOMException("", "DataCloneError").code, new DOMException("", "NotAllowedError").code, new DOMException("", "QuotaExceededError").code],
  "cause": () => new Error("a", { cause: new Error("b") }).cause,
  "aggregate": async () => {
    const error: any = await Promise.any([Promise.reject(1), Promise.reject(2)]).catch((e) => e);
    return [error.name, error.message, error.errors];
  },
  "Error.isError": () => [(Error as any).isError?.(new DOMException()), (Error as any).isError?.({})],
  "captureStackTrace": () => {
    const target: any = {};
    (Error as any).captureStackTrace(target);
    return typeof target.stack;
  },
};

export const globals: Observations = {
  "navigator": () => {
    const n = navigator as any;
    return [n.userAgent, n.hardwareConcurrency, n.language, n.languages, n.platform, typeof n.sendBeacon, n.storage, String(n), Object.keys(n), n.constructor.name];
  },
  "self and globalThis": () => [self === globalThis, typeof (globalThis as any).window, typeof (globalThis as any).global, Object.prototype.toString.call(globalThis), globalThis.constructor.name],
  "origin, location, isSecureContext": () => [typeof (globalThis as any).origin, (globalThis as any).origin, typeof (globalThis as any).location, typeof (globalThis as any).isSecureContext],
  "what is there": () =>
    ["HTMLRewriter", "WebSocketPair", "WebSocket", "EventSource", "caches", "Cache", "CacheStorage", "FixedLengthStream", "IdentityTransformStream", "ExtendableEvent", "FetchEvent", "ScheduledEvent", "TailEvent", "TraceEvent", "WebAssembly", "ServiceWorkerGlobalScope", "WorkerGlobalScope", "Fetcher", "Scheduler", "scheduler", "Navigator", "navigator", "Cloudflare", "PromiseRejectionEvent", "process", "Buffer", "setImmediate", "require", "XMLHttpRequest", "localStorage", "importScripts", "Deno", "postMessage", "FileReader", "Performance", "PerformanceEntry", "PerformanceObserver", "PerformanceMark", "BroadcastChannel", "Worker", "SharedArrayBuffer", "Atomics", "WeakRef", "FinalizationRegistry", "Iterator", "Intl", "Temporal", "ShadowRealm", "Float16Array", "AsyncDisposableStack", "SuppressedError", "DisposableStack", "escape", "unescape", "gc", "ReadableStreamBYOBRequest", "CompressionStream", "TextDecoderStream", "URLPattern", "CryptoKey", "SubtleCrypto", "Crypto", "StorageManager", "ServiceWorker", "Clients", "WritableStreamDefaultController"].map((name) => [name, typeof (globalThis as any)[name]]),
  "descriptors": () => ["fetch", "URL", "crypto", "navigator", "console", "caches", "self", "performance", "scheduler", "setTimeout", "atob", "Event"].map((name) => {
    let owner: any = globalThis;
    while (owner !== null && !Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner);
    const found = Object.getOwnPropertyDescriptor(owner ?? {}, name);
    return [name, found && [found.enumerable, found.configurable, found.writable ?? null, found.get !== undefined]];
  }),
  "globals are replaceable": () => {
    const { atob } = globalThis;
    (globalThis as any).atob = () => "mine";
    const mine = (globalThis as any).atob("x");
    (globalThis as any).atob = atob;
    return [mine, globalThis.atob("eA==")];
  },
  "enumerable of globalThis": () => Object.keys(globalThis).filter((key) => !key.startsWith("__")).sort(),
  "eval": () => (0, eval)("1"),
  "new Function": () => new Function("return 1")(),
  "async Function": () => Object.getPrototypeOf(async function () {}).constructor("return 1"),
  "wasm from bytes": () => new (WebAssembly as any).Module(bytes(0, 97, 115, 109, 1, 0, 0, 0)),
  "wasm compile": () => (WebAssembly as any).compile(bytes(0, 97, 115, 109, 1, 0, 0, 0)),
  "wasm validate": () => (WebAssembly as any).validate(bytes(0, 97, 115, 109, 1, 0, 0, 0)),
  "console methods": () => Object.keys(console).sort(),
  "console tag": () => [Object.prototype.toString.call(console), console.log.name, console.log.length],
  "context": ({ ctx }) => [ctx.constructor.name, Object.keys(ctx), typeof ctx.waitUntil, typeof ctx.passThroughOnException, ctx.props, typeof ctx.exports, typeof ctx.abort],
  "context waitUntil detached": ({ ctx }) => failures(() => (0, ctx.waitUntil)(Promise.resolve())),
  "context waitUntil of no promise": ({ ctx }) => failures(() => ctx.waitUntil(5), () => ctx.waitUntil()),
  "passThroughOnException": ({ ctx }) => ctx.passThroughOnException(),
  "wasm streaming": () => [typeof (WebAssembly as any).compileStreaming, typeof (WebAssembly as any).instantiateStreaming, Object.getOwnPropertyNames(WebAssembly).sort()],
  "wasm streaming of bytes": () => failures(() => (WebAssembly as any).compileStreaming(new Response("x")), () => (WebAssembly as any).instantiateStreaming(new Response("x")), () => (WebAssembly as any).instantiate(bytes(0, 97, 115, 109, 1, 0, 0, 0))),
};

export const language: Observations = {
  "JSON": () => [JSON.stringify({ a: undefined, b: () => 1, c: NaN, d: new Date(0), e: "\ud800", f: [undefined] }), JSON.parse('{"__proto__":1}').__proto__],
  "JSON errors": async () => (await failures(() => JSON.parse("{"), () => JSON.parse(""), () => JSON.parse("[1,]"), () => JSON.parse("nope"), () => JSON.stringify(1n as any))).map((text) => String(text).split(":")[0]),
  "Date": () => [new Date(0).toISOString(), new Date("2024-02-30T00:00:00Z").getTime(), new Date("2024-01-01").getTimezoneOffset(), new Date(2024, 0, 1).toISOString(), Date.UTC(2024, 1, 29)],
  "Date text": () => [String(new Date(0)), new Date(0).toUTCString(), new Date(0).toDateString(), new Date(NaN).toString(), new Date(0).toJSON()],
  "Date parse": () => ["2024-01-01T00:00:00+02:00", "Thu, 01 Jan 1970 00:00:00 GMT", "Jan 1, 2000", "2024-1-1", "2024-01-01 10:00", "nope"].map((text) => Date.parse(text)),
  "Date invalid toISOString": () => failures(() => new Date(NaN).toISOString()),
  "sorting is stable": () => [3, 1, 2].map((key) => [key % 2, key]).sort((a, b) => a[0] - b[0]),
  "new array methods": () => [[1, 2, 3].at(-1), [3, 1].toSorted(), [1, 2].with(0, 9), Object.groupBy([1, 2, 3], (n) => (n % 2 ? "odd" : "even")), [1, [2, [3]]].flat(9)],
  "set methods": () => [(new Set([1, 2]) as any).union(new Set([3])), (new Set([1, 2]) as any).isSubsetOf(new Set([1, 2, 3]))],
  "iterator helpers": () => [(([1, 2, 3].values() as any).map((n: number) => n * 2).toArray()), typeof (globalThis as any).Iterator?.from],
  "regular expressions": () => ["aBc".replace(/(?<x>b)/i, "[$<x>]"), /\p{L}+/u.exec("äöü!")?.[0], [..."a1b2".matchAll(/\d/g)].map((m) => m[0]), /(?<=\$)\d+/.exec("$42")?.[0], /[\p{L}--[a-z]]/v.test("Ä"), (RegExp as any).escape?.("a.b")],
  "strings": () => ["ab".isWellFormed(), "\ud800".toWellFormed(), "a".padStart(3, "xy"), "ß".toUpperCase(), "İ".toLowerCase().length, "e\u0301".normalize("NFC").length, "abc".at(-1), "a-b".replaceAll("-", "+")],
  "numbers": () => [(0.1 + 0.2).toString(), (1e21).toString(), (123.456).toFixed(1), (255).toString(36), Number("0x1f"), parseFloat("1e3x"), (25).toPrecision(1), 5e-324],
  "bigint": () => [2n ** 100n, BigInt.asUintN(8, 257n), BigInt("0xff"), -7n / 2n],
  "promises": async () => [await Promise.allSettled([1, Promise.reject("x")]), typeof (Promise as any).withResolvers, typeof (Promise as any).try],
  "array from async": () => (Array as any).fromAsync?.((async function* () { yield 1; yield 2; })()),
  "array buffer": () => {
    const buffer = new (ArrayBuffer as any)(4, { maxByteLength: 8 });
    buffer.resize(8);
    return [buffer.byteLength, buffer.resizable, buffer.transfer(2).byteLength, buffer.detached];
  },
  "weak refs": () => [new WeakRef({ a: 1 }).deref(), typeof FinalizationRegistry],
  "generators and destructuring": () => [...(function* () { const [a, ...rest] = yield* [1, 2, 3] as any ?? [0]; yield a ?? rest; }).call(undefined) as any].length,
  "labels of functions": () => [(() => {}).name, (class A {}).name, Function.prototype.toString.call(function f(a: any) { return a; }).startsWith("function f(a"), (async () => {}).constructor.name],
  "typed errors": () => failures(() => (null as any).x, () => (undefined as any)(), () => nope as any, () => new Array(-1), () => "x".repeat(-1), () => (1).toFixed(101), () => decodeURIComponent("%"), () => Symbol() + "").then((all) => all.map((text) => String(text).split(":")[0])),
};
declare const nope: unknown;
