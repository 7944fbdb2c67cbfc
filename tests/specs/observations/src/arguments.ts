// What is said of arguments that are missing or wrong, of receivers that are none, and of classes called without `new`: for every class and
// method of the web that there is.

import { LONGEST, type Observations } from "./observe";

type Maker = () => any;

const bytes = () => new Uint8Array(1);
const readable = () => new ReadableStream({ type: "bytes", start: (c) => c.close() } as any);

/** Each class with how an object of it is made; nothing where code cannot make one. */
const CLASSES: Record<string, Maker | undefined> = {
  AbortController: () => new AbortController(),
  AbortSignal: () => new AbortController().signal,
  Blob: () => new Blob(["x"]),
  ByteLengthQueuingStrategy: () => new ByteLengthQueuingStrategy({ highWaterMark: 1 }),
  CloseEvent: () => new CloseEvent("x"),
  CompressionStream: () => new CompressionStream("gzip"),
  CountQueuingStrategy: () => new CountQueuingStrategy({ highWaterMark: 1 }),
  Crypto: () => crypto,
  CustomEvent: () => new CustomEvent("x"),
  DOMException: () => new DOMException(),
  DecompressionStream: () => new DecompressionStream("gzip"),
  ErrorEvent: () => new ErrorEvent("x"),
  Event: () => new Event("x"),
  EventTarget: () => new EventTarget(),
  File: () => new File([], "x"),
  FixedLengthStream: () => new (globalThis as any).FixedLengthStream(0),
  FormData: () => new FormData(),
  Headers: () => new Headers(),
  IdentityTransformStream: () => new (globalThis as any).IdentityTransformStream(),
  MessageChannel: () => new MessageChannel(),
  MessageEvent: () => new MessageEvent("x"),
  MessagePort: () => new MessageChannel().port1,
  PromiseRejectionEvent: undefined,
  ReadableStream: readable,
  ReadableStreamBYOBReader: () => readable().getReader({ mode: "byob" } as any),
  ReadableStreamDefaultReader: () => readable().getReader(),
  Request: () => new Request("http://a.b/"),
  Response: () => new Response(),
  SubtleCrypto: () => crypto.subtle,
  TextDecoder: () => new TextDecoder(),
  TextDecoderStream: () => new TextDecoderStream(),
  TextEncoder: () => new TextEncoder(),
  TextEncoderStream: () => new TextEncoderStream(),
  TransformStream: () => new TransformStream(),
  URL: () => new URL("http://a.b/"),
  URLPattern: () => new URLPattern(),
  URLSearchParams: () => new URLSearchParams(),
  WebSocket: () => new (globalThis as any).WebSocketPair()[0],
  WebSocketPair: () => new (globalThis as any).WebSocketPair(),
  WritableStream: () => new WritableStream(),
  WritableStreamDefaultWriter: () => new WritableStream().getWriter(),
};

/** Values that are of the wrong type for most parameters. */
const WRONG: Record<string, unknown> = { "a symbol": Symbol("s"), "a number": 5, "an object": {}, "null": null };

/** Their text is the engine's, or they do what a test cannot look at. */
const LEFT_OUT = new Set(["constructor", "toString", "crypto", "getRandomValues", "randomUUID"]);

async function outcome(run: () => unknown): Promise<string> {
  const late = Symbol("late");
  let answer;
  try {
    answer = run();
  } catch (error) {
    return text(error);
  }
  if (!(answer instanceof Promise)) return "-";
  try {
    return (await Promise.race([answer, (globalThis as any).scheduler.wait(LONGEST).then(() => late)])) === late ? "waits" : "-";
  } catch (error) {
    return `rejects ${text(error)}`;
  }
}

const text = (error: any) => (error instanceof Error ? `${error.name}: ${error.message}` : `thrown ${String(error)}`);

/** How often the same outcome comes in a row does not matter. */
const short = (outcomes: Record<string, string>) => {
  const groups: Record<string, string[]> = {};
  for (const [what, said] of Object.entries(outcomes)) if (said !== "-") (groups[said] ??= []).push(what);
  return Object.fromEntries(Object.entries(groups).map(([said, whats]) => [whats.join(", "), said]));
};

const methodsOf = (object: any) =>
  Object.getOwnPropertyNames(object).filter((name) => !LEFT_OUT.has(name) && typeof Object.getOwnPropertyDescriptor(object, name)?.value === "function").sort();

const of = (name: string) => (globalThis as any)[name];

export const made: Observations = {};
export const called: Observations = {};

for (const [name, make] of Object.entries(CLASSES)) {
  made[name] = async () => {
    const Class = of(name);
    const seen: Record<string, string> = { "no arguments": await outcome(() => new Class()), "no new": await outcome(() => Class("x")) };
    for (const [what, value] of Object.entries(WRONG)) seen[what] = await outcome(() => new Class(value));
    for (const [what, value] of Object.entries(WRONG)) seen[`${what} as second`] = await outcome(() => new Class(Class === of("File") ? [] : "http://a.b/", value));
    return short(seen);
  };
  called[name] = async () => {
    const Class = of(name);
    const all: Record<string, unknown> = {};
    for (const method of make === undefined ? [] : methodsOf(Class.prototype)) {
      const seen: Record<string, string> = { "no arguments": await outcome(() => make!()[method]()) };
      for (const [what, value] of Object.entries(WRONG)) seen[what] = await outcome(() => make!()[method](value));
      for (const [what, value] of Object.entries(WRONG)) seen[`${what} as second`] = await outcome(() => make!()[method]("x", value));
      seen["on an object"] = await outcome(() => Class.prototype[method].call({}, "x", "y"));
      seen["on nothing"] = await outcome(() => Class.prototype[method].call(undefined, "x", "y"));
      all[method] = short(seen);
    }
    const statics = methodsOf(Class).filter((method) => Object.hasOwn(Class, method) && !["fromAsync", "captureStackTrace", "isError"].includes(method));
    for (const method of statics) {
      const seen: Record<string, string> = { "no arguments": await outcome(() => Class[method]()) };
      for (const [what, value] of Object.entries(WRONG)) seen[what] = await outcome(() => Class[method](value));
      all[`static ${method}`] = short(seen);
    }
    for (const [property, { get, set }] of Object.entries(Object.getOwnPropertyDescriptors(Class.prototype)) as any) {
      if (get === undefined) continue;
      const seen: Record<string, string> = { "got from an object": await outcome(() => get.call({})) };
      if (set !== undefined && make !== undefined) {
        for (const [what, value] of Object.entries(WRONG)) seen[`set to ${what}`] = await outcome(() => set.call(make(), value));
      }
      const said = short(seen);
      if (Object.keys(said).length > 0) all[`.${property}`] = said;
    }
    return all;
  };
}

const FUNCTIONS = ["atob", "btoa", "clearInterval", "clearTimeout", "queueMicrotask", "reportError", "setInterval", "setTimeout", "structuredClone", "fetch"];

export const functions: Observations = Object.fromEntries(FUNCTIONS.map((name) => [name, async () => {
  const seen: Record<string, string> = { "no arguments": await outcome(() => of(name)()) };
  for (const [what, value] of Object.entries(WRONG)) if (name !== "reportError") seen[what] = await outcome(() => of(name)(value));
  return short(seen);
}]));
