// What the global object of Workers has, where it has it, and what code is refused. `expected.json` holds what workerd answers.

import { observe } from "./observe";

const scope = globalThis as any;
const names = (object: object) => Object.getOwnPropertyNames(object).sort();
const chain = (object: any, depth: number): any => depth === 0 ? object : chain(Object.getPrototypeOf(object), depth - 1);
const attributes = (object: object, name: string) => {
  const { value, get, set, ...rest } = Object.getOwnPropertyDescriptor(object, name)! as any;
  return { ...rest, is: value !== undefined ? typeof value : get ? "getter" : "nothing" };
};
const WASM = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
const indirect = eval;
const atStart = [typeof indirect("1"), typeof new Function("return 1"), String(new WebAssembly.Module(WASM))];

const observations: Record<string, (env: unknown) => unknown> = {
  "own names": () => names(globalThis),
  "names of the prototype": () => names(chain(globalThis, 1)),
  "names of its prototype": () => names(chain(globalThis, 2)),
  "names of EventTarget": () => names(chain(globalThis, 3)),
  "classes": () => [1, 2, 3].map((depth) => chain(globalThis, depth).constructor.name),
  "tag": () => Object.prototype.toString.call(globalThis),
  "attributes": () => ["console", "crypto", "self", "navigator", "scheduler", "performance", "origin", "Cloudflare"].map((name) => [name, attributes(globalThis, name)]),
  "attributes of classes": () => ["Response", "fetch", "URL", "setTimeout"].map((name) => [name, attributes(chain(globalThis, 1), name)]),
  "self": () => [self === globalThis, scope.origin, globalThis instanceof scope.ServiceWorkerGlobalScope],
  "not constructible": () => ["WorkerGlobalScope", "ServiceWorkerGlobalScope", "Navigator", "ExtendableEvent", "FetchEvent", "Body", "CacheStorage"].map((name) => {
    try {
      return String(new scope[name]("a"));
    } catch (error) {
      return String(error);
    }
  }),
  "navigator": () => ({ ...navigator }),
  "navigator is": () => [Object.prototype.toString.call(navigator), navigator instanceof scope.Navigator, typeof (navigator as any).sendBeacon],
  "sendBeacon without a URL": () => (navigator as any).sendBeacon(),
  "performance": () => [performance.timeOrigin, Math.abs(performance.now() - Date.now()) < 1000, Object.keys(performance), Object.prototype.toString.call(performance)],
  "compatibility flags": () => (scope.Cloudflare.compatibilityFlags),
  "wait": () => scheduler.wait(1),
  "wait for nothing": () => (scheduler as any).wait(),
  "wait aborted": () => scheduler.wait(5, { signal: AbortSignal.abort() }),
  "wait with a signal that is none": () => scheduler.wait(5, { signal: 1 } as any),
  "wait that is aborted": () => scheduler.wait(10000, { signal: AbortSignal.timeout(1) }),
  "microtask of nothing": () => (queueMicrotask as any)(),
  "timeout of text": () => (setTimeout as any)("1"),
  "interval of nothing": () => (setInterval as any)(),
  "code at start": () => atStart,
  "eval": () => (0, eval)("1"),
  "eval of no text": () => (0, eval)(1 as any),
  "eval kept from the start": () => indirect("1"),
  "Function": () => new Function("return 1"),
  "Function called": () => Function("a", "return a"),
  "Function without text": () => typeof new Function(),
  "async function": () => new (async () => {}).constructor("return 1"),
  "generator function": () => new (function* () {}).constructor("yield 1"),
  "async generator function": () => new (async function* () {}).constructor("yield 1"),
  "Reflect.construct": () => Reflect.construct(Function, ["return 1"]),
  "class that extends Function": () => new (class extends Function {})("return 1"),
  "functions are functions": () => [(() => {}) instanceof Function, Function.prototype.constructor === Function, (() => {}).constructor === Function, Function.name, Function.length, eval.name, eval.length],
  "WebAssembly.Module": () => new WebAssembly.Module(WASM),
  "WebAssembly.Module of nothing": () => new (WebAssembly as any).Module(),
  "WebAssembly.compile": () => WebAssembly.compile(WASM),
  "WebAssembly.instantiate": () => WebAssembly.instantiate(WASM),
  "WebAssembly.validate": () => WebAssembly.validate(WASM),
  "WebAssembly from streams": () => [typeof WebAssembly.compileStreaming, typeof WebAssembly.instantiateStreaming],
};

export default {
  fetch: (_request: Request, env: unknown) => observe(observations, env),
};
