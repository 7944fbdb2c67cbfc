import { RpcTarget, WorkerEntrypoint } from "cloudflare:workers";

// What `console` writes, case by case; a line that names the case comes before what it writes. `logs.json` holds what workerd writes,
// `known.json` the cases that differ here, each with the reason.

class Empty {}
class Point {
  x = 1;
  #hidden = 2;
  y: number;
  constructor(y = 3) {
    this.y = y;
  }
  get sum() {
    return this.x + this.#hidden;
  }
  static made = 0;
}
class Point3 extends Point {
  z = 4;
}
class Tagged {
  get [Symbol.toStringTag]() {
    return "Label";
  }
  a = 1;
}
class MyMap extends Map {}
class MyArray extends Array {}
class MyError extends Error {
  code = "E_MINE";
}

const circular: any = { name: "c", list: [] };
circular.self = circular;
circular.list.push(circular, { up: circular });

/** Errors without the places where they were made, which are each engine's own. */
const bare = <T extends Error>(error: T, stack = `${error.name}: ${error.message}\n    at somewhere`) => {
  error.stack = stack;
  return error;
};

const long = "word ".repeat(30).trim();

const values: Record<string, () => unknown[]> = {
  "nothing": () => [],
  "text": () => ["plain", "two\nlines", ""],
  "numbers": () => [1, -0, 1.5, NaN, Infinity, 10n, 1e21],
  "primitives": () => [true, null, undefined, Symbol("s"), Symbol()],
  "text inside": () => [["it's", 'say "hi"', "a\nb", "tab\t", "back\\slash", "both ' and \"", "all ' \" `", "\u0001\u007f", "é😀", "\ud800"]],
  "plain objects": () => [{}, { a: 1, "b-c": "x", 3: null, d: undefined, [Symbol("k")]: 1 }],
  "functions": () => [() => {}, function named() {}, class {}, Point, Point3, async () => {}, function* gen() {}, async function* agen() {}, Math.max],
  "functions inside": () => [{ f() {}, g: () => 1, C: Point, [Symbol("m")]() {} }],
  "a function with properties": () => [Object.assign(function f() {}, { a: 1 })],
  "class instances": () => [new Empty(), new Point(), new Point3(), new Tagged()],
  "null prototype": () => [Object.create(null), Object.assign(Object.create(null), { a: 1 }), Object.create({ a: 1 }), Object.create(Point.prototype)],
  "getters": () => [{ get a() { return 1; }, set a(_) {}, get b() { return 2; }, set c(_: number) {} }],
  "nested": () => [{ a: { b: { c: { d: { e: 1 } } } } }, [[[[[1]]]]], { a: { b: { c: {} } } }, { a: { b: { c: [] } } }],
  "arrays": () => [[], [1, 2, 3], ["a", null, undefined, NaN], [1, , 3], [, , ,], new Array(3), Object.assign([1], { x: 2 })],
  "long arrays": () => [Array.from({ length: 7 }, (_, i) => i), Array.from({ length: 101 }, (_, i) => i * 3)],
  "arrays of texts": () => [["apple", "banana", "cherry", "dragonfruit", "elderberry", "fig", "grape", "honeydew"], Array.from({ length: 30 }, (_, i) => "x".repeat(i % 9))],
  "arrays of objects": () => [[{ id: 1, name: "one" }, { id: 2, name: "two" }, { id: 3, name: "three and a bit more" }]],
  "wide objects": () => [{ first: "a long value of some words", second: "another long value of words", third: [1, 2, 3], fourth: { deep: true } }],
  "exactly wide": () => [{ a: "x".repeat(60), b: 1 }, { a: "x".repeat(68) }, { aaaaaaaaaaaaaaaa: "x".repeat(30), bbbbbbbbbbbbbb: "y".repeat(14) }],
  "many properties": () => [Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`key${i}`, i]))],
  "long text": () => [{ text: long, lines: "one line\n".repeat(8) }, ["z".repeat(200)]],
  "very long text": () => [["z".repeat(10_010)].map((text) => text.length), ["z".repeat(10_010)]],
  "maps and sets": () => [new Map<any, any>([["a", 1], [{ k: 1 }, [2]]]), new Set([1, "two", { three: 3 }]), new Map(), new Set(), new MyMap([[1, 2]])],
  "nested maps": () => [new Map([["outer", new Map([["inner", new Map([["core", new Map([["x", 1]])]])]])]])],
  "weak things": () => [new WeakMap(), new WeakSet()],
  "iterators": () => [[1, 2].values(), new Map([[1, 2]]).entries(), new Set([1]).values(), "ab"[Symbol.iterator](), (function* g() {})()],
  "subclassed arrays": () => [MyArray.from([1, 2]), new MyArray()],
  "typed arrays": () => [new Uint8Array([1, 2, 255]), new Float64Array([1.5, -0]), new BigInt64Array([1n]), new Uint8Array(0), new Uint8Array(120)],
  "buffers": () => [new Uint8Array([1, 2]).buffer, new ArrayBuffer(0), new DataView(new ArrayBuffer(2)), { b: new ArrayBuffer(60) }],
  "dates": () => [new Date(0), [new Date(86_400_000)], new Date(NaN)],
  "regular expressions": () => [/a+/gi, [/x/]],
  "boxed": () => [Object(1), Object("text"), Object(true), Object(1n), Object(Symbol("s")), [Object("ab")]],
  "promises": () => [Promise.resolve(4), new Promise(() => {}), (() => { const lost = Promise.reject(5); lost.catch(() => {}); return lost; })(), [Promise.resolve({ a: 1 })]],
  "proxies": () => [new Proxy({ a: 1 }, {}), new Proxy([1, 2], {}), new Proxy(function f() {}, {})],
  "circular": () => [circular],
  "circular twice": () => { const a: any = {}, b: any = { a }; a.b = b; a.own = a; return [a]; },
  "the same twice": () => { const shared = { s: 1 }; return [[shared, shared]]; },
  "symbols as keys": () => [{ [Symbol("a b")]: 1, [Symbol()]: 2, [Symbol.iterator]: 3 }],
  "odd keys": () => [{ "": 1, "a b": 2, "ä": 3, "1a": 4, "it's": 5, a1_: 6, $: 7, "\n": 8 }],
  "arguments": () => [(function () { return arguments; } as any)(1, "b")],
  "global objects": () => [Math, JSON, Reflect, globalThis === self],
  "hidden": () => [Object.defineProperty({}, "hidden", { value: 1 }), Object.freeze({ a: 1 })],
  "throwing getters": () => [{ get a() { throw new Error("no"); } }],
  "custom inspection": () => [{ [Symbol.for("nodejs.util.inspect.custom")](depth: number, options: any) { return `custom ${depth} ${typeof options.stylize}`; } }, [{ [Symbol.for("nodejs.util.inspect.custom")]: () => ({ instead: 1 }) }]],
  "toJSON and toString": () => [{ toJSON: () => "json", toString: () => "string" }],
};

const errors: Record<string, () => unknown[]> = {
  "error": () => [bare(new Error("broken"))],
  "error inside": () => [{ error: bare(new TypeError("wrong")) }, [bare(new Error("in a list"))]],
  "error with properties": () => [bare(Object.assign(new Error("with"), { code: 5, detail: { a: 1 } }))],
  "error with a cause": () => [bare(new Error("outer", { cause: bare(new RangeError("inner")) }))],
  "error with causes": () => [bare(new Error("one", { cause: bare(new Error("two", { cause: bare(new Error("three")) })) }))],
  "error with a plain cause": () => [bare(new Error("outer", { cause: { code: 1 } })), bare(new Error("outer", { cause: "text" }))],
  "own error class": () => [bare(new MyError("mine")), bare(new MyError("mine"), "Error: mine\n    at somewhere")],
  "named error": () => { const error = new Error("renamed"); error.name = "Odd"; return [bare(error), bare(error, "Error: renamed\n    at somewhere")]; },
  "aggregate error": () => [bare(new AggregateError([bare(new Error("first")), 2], "several"))],
  "error without stack": () => [bare(new Error("no stack"), "")],
  "error without message": () => [bare(new Error(""), "Error\n    at somewhere")],
  "DOMException": () => [(() => { const error = new DOMException("gone", "AbortError"); Object.defineProperty(error, "stack", { value: "AbortError: gone\n    at somewhere" }); return error; })()],
  "error at depth": () => [{ a: { b: { error: bare(new Error("deep")) } } }],
};

let ctxNow: any, envNow: any;

const platform: Record<string, () => unknown[] | Promise<unknown[]>> = {
  "URL": () => [new URL("https://user:pw@a.b:8080/c?d=e#f"), [new URL("http://a.b/")]],
  "URLSearchParams": () => [new URLSearchParams("a=1&b=2&a=3"), new URLSearchParams(), new URLSearchParams("a=1").entries()],
  "Headers": () => [new Headers({ b: "2", a: "1" }), new Headers(), new Headers({ a: "1" }).keys()],
  "Request": () => [new Request("http://a.b/c", { method: "POST", headers: { x: "y" }, body: "text" }), new Request("http://a.b/")],
  "Response": () => [new Response("text", { status: 201, headers: { x: "y" } }), Response.json({ a: 1 }), new Response()],
  "FormData": () => { const form = new FormData(); form.append("a", "1"); form.append("f", new File(["x"], "x.txt", { type: "text/plain", lastModified: 5 })); return [form, new FormData()]; },
  "Blob and File": () => [new Blob(["abc"], { type: "t/u" }), new File(["x"], "x.txt", { type: "t/u", lastModified: 5 })],
  "streams": () => [new ReadableStream(), new WritableStream(), new TransformStream(), new Response("x").body, new (globalThis as any).IdentityTransformStream(), new CompressionStream("gzip")],
  "readers": () => [new ReadableStream().getReader(), new WritableStream().getWriter()],
  "encoding": () => [new TextEncoder(), new TextDecoder("latin1")],
  "events": () => [new Event("x"), new CustomEvent("y", { detail: { a: 1 } }), new EventTarget(), new MessageEvent("m", { data: 1 } as any)],
  "abort": () => [new AbortController(), new AbortController().signal, AbortSignal.abort("why")],
  "URLPattern": () => [new URLPattern({ pathname: "/:id" })],
  "sockets": () => [new (globalThis as any).WebSocketPair()],
  "channels": () => [new MessageChannel()],
  "crypto": () => [crypto, crypto.subtle],
  "global platform objects": () => [navigator, performance, scheduler],
  "platform objects inside": () => [{ request: new Request("http://a.b/"), headers: new Headers({ a: "1" }), list: [new URL("http://a.b/")] }],
  "more events": () => [new ErrorEvent("e", { message: "m" } as any), new CloseEvent("c", { code: 1000, reason: "r" } as any)],
  "more streams": () => [new ReadableStream({ type: "bytes" } as any).getReader({ mode: "byob" }), new TextEncoderStream(), new TextDecoderStream(), new (globalThis as any).FixedLengthStream(3), new CountQueuingStrategy({ highWaterMark: 2 }),
    new (crypto as any).DigestStream("SHA-256")],
  "states of streams": async () => {
    const closed = new ReadableStream({ start: (c) => c.close() }), errored = new ReadableStream({ start: (c) => c.error(new Error("x")) }), locked = new ReadableStream();
    locked.getReader();
    const writable = new WritableStream();
    await writable.close();
    return [closed, errored, locked, writable, new ReadableStream({ type: "bytes" } as any)];
  },
  "a used body": async () => {
    const response = new Response("text");
    await response.text();
    return [response];
  },
  "targets": () => [new (class Target extends RpcTarget { a = 1; })(), new (class Other extends WorkerEntrypoint { b = 2; })(ctxNow, {} as any)],
  "the context": () => [ctxNow, envNow.KV],
  "classes": () => [URL, Request, EventTarget, [Headers]],
  "prototypes": () => [Object.keys(URL.prototype).length, Map.prototype, Promise.prototype],
  "subclasses": () => [new (class MyHeaders extends Headers {})({ a: "1" }), new (class MyRequest extends Request { extra = 1; })("http://a.b/"), new (class MyTarget extends EventTarget { mine = 1; })()],
};
declare const scheduler: unknown;

const formats: Record<string, () => unknown[]> = {
  "%s": () => ["%s %s %s %s %s", "text", 5, -0, null, Symbol("x")],
  "%s of objects": () => ["%s|%s|%s|%s|%s", { a: { b: { c: 1 } } }, [1, [2, [3]]], new Date(0), () => 1, new Point()],
  "%s with a toString": () => ["%s %s", { toString: () => "own" }, bare(new Error("broken"))],
  "%s of a bigint": () => ["%s %d %i %f", 5n, 5n, 5n, 5n],
  "%d": () => ["%d %d %d %d %d", 1.5, "42", "x", {}, -0],
  "%i and %f": () => ["%i %i %f %f", 1.9, "7px", "1.5x", "x"],
  "%j": () => ["%j %j", { a: [1] }, circular],
  "%o": () => ["%o", { f() {}, a: [1] }],
  "%O": () => ["%O", { a: { b: { c: { d: 1 } } } }],
  "%c": () => ["%cred%c plain", "color: red", ""],
  "%%": () => ["100%% %s%", "sure", "rest"],
  "too few": () => ["%s %s %d", "one"],
  "too many": () => ["%s", "one", "two", { three: 3 }, "four"],
  "unknown": () => ["%x %s", 1, 2],
  "format not first": () => [1, "%s", "x"],
  "only a format": () => ["%s"],
};

const methods: Record<string, () => void> = {
  "levels": () => {
    for (const name of ["log", "info", "debug", "warn", "error"] as const) console[name](name, { a: 1 });
  },
  "detached": () => {
    const { log } = console;
    log("detached");
  },
  "replaced": () => {
    const { log } = console;
    console.log = (...args: unknown[]) => log("mine:", ...args);
    console.log("replaced");
    console.log = log;
  },
};

const written = (cases: Record<string, () => unknown[] | Promise<unknown[]>>) =>
  Object.fromEntries(Object.entries(cases).map(([name, values]) => [name, async () => (await values()).forEach((value) => console.log(value))]));

const areas: Record<string, Record<string, () => unknown>> = {
  value: written(values),
  error: written(errors),
  platform: written(platform),
  format: Object.fromEntries(Object.entries(formats).map(([name, args]) => [name, () => console.log(...args())])),
  method: methods,
};

export default {
  async fetch(_request: Request, env: unknown, ctx: unknown): Promise<Response> {
    [envNow, ctxNow] = [env, ctx];
    for (const [area, cases] of Object.entries(areas)) {
      for (const [name, run] of Object.entries(cases)) {
        console.log(`== ${area}: ${name}`);
        await run();
      }
    }
    console.log("== end");
    return Response.json({});
  },
};
