// Observations of `node:async_hooks`. `expected.json` beside the folder of sources holds what workerd answers.

import * as module from "node:async_hooks";

import { observe } from "./observe";

const { AsyncLocalStorage, AsyncResource } = module as any;
const als = new AsyncLocalStorage();
const store = () => als.getStore();
const later = (ms = 1) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const observations: Record<string, (env: unknown) => unknown> = {
  "exports": () => Object.keys(module).sort(),
  "exports by default": () => Object.keys((module as any).default).sort(),
  "members of a storage": () => Object.getOwnPropertyNames(AsyncLocalStorage.prototype).sort(),
  "members of a resource": () => Object.getOwnPropertyNames(AsyncResource.prototype).sort(),
  "statics": () => [Object.getOwnPropertyNames(AsyncLocalStorage).sort(), Object.getOwnPropertyNames(AsyncResource).sort()],
  "tags": () => [Object.prototype.toString.call(als), Object.prototype.toString.call(new AsyncResource("a"))],
  "outside": () => store(),
  "run": () => als.run(1, (...args: unknown[]) => [store(), ...args], 2, 3),
  "run of no function": () => als.run(1),
  "run that throws": () => als.run(1, () => { throw new RangeError("thrown"); }),
  "after a throw": () => store(),
  "undefined as a store": () => als.run(1, () => als.run(undefined, store)),
  "nested": () => als.run(1, () => [store(), als.run(2, store), store()]),
  "two storages": () => { const other = new AsyncLocalStorage(); return als.run(1, () => other.run(2, () => [store(), other.getStore()])); },
  "exit": () => als.run(1, () => [als.exit((a: number) => [store(), a], 5), store()]),
  "enterWith": () => als.enterWith(1),
  "disable": () => als.disable(),
  "default and name": () => { const named = new AsyncLocalStorage({ defaultValue: 3, name: "n" }); return [named.getStore(), named.name, named.run(4, () => named.getStore()), named.exit(() => named.getStore())]; },
  "await": () => als.run(1, async () => { await null; const first = store(); await later(); return [first, store()]; }),
  "then": () => als.run(1, () => Promise.resolve().then(store)),
  "then of a promise settled elsewhere": async () => { const { promise, resolve } = Promise.withResolvers<void>(); const seen = als.run(1, () => promise.then(store)); als.run(2, resolve); return seen; },
  "catch and finally": () => als.run(1, () => new Promise((resolve) => { Promise.reject(1).catch(() => store()).finally(() => resolve(store())); })),
  "all": () => als.run(1, async () => { await Promise.all([later(), later(2)]); return store(); }),
  "async generator": () => als.run(1, async () => { const seen = []; for await (const item of (async function* () { yield store(); await later(); yield store(); })()) seen.push(item, store()); return seen; }),
  "generator resumed elsewhere": () => { const generator = als.run(1, () => (function* () { yield store(); yield store(); })()); return [als.run(2, () => generator.next().value), generator.next().value]; },
  "microtask": () => new Promise((resolve) => als.run(1, () => queueMicrotask(() => resolve(store())))),
  "timeout": () => new Promise((resolve) => als.run(1, () => setTimeout(() => resolve(store()), 1))),
  "interval": () => new Promise((resolve) => als.run(1, () => { const timer = setInterval(() => { clearInterval(timer); resolve(store()); }, 1); })),
  "scheduler": () => als.run(1, async () => { await scheduler.wait(1); return store(); }),
  "thenable": () => als.run(1, async () => await { then: (resolve: (value: unknown) => void) => resolve(store()) }),
  "listener": () => { const target = new EventTarget(); let seen; als.run(1, () => target.addEventListener("a", () => { seen = store(); })); als.run(2, () => target.dispatchEvent(new Event("a"))); return seen; },
  "abort listener": () => { const controller = new AbortController(); let seen; als.run(1, () => controller.signal.addEventListener("abort", () => { seen = store(); })); als.run(2, () => controller.abort()); return seen; },
  "stream start": () => { let seen; als.run(1, () => new ReadableStream({ start() { seen = store(); } })); return seen; },
  "body": () => als.run(1, async () => { const text = await new Response("a").text(); return [text, store()]; }),
  "digest": () => als.run(1, async () => { await crypto.subtle.digest("SHA-1", new Uint8Array(1)); return store(); }),
  "concurrent": () => Promise.all([1, 2, 3].map((value) => als.run(value, async () => { await later(4 - value); return store(); }))),
  "snapshot": () => { const inside = als.run(1, () => AsyncLocalStorage.snapshot()); return als.run(2, () => [inside(store), inside((a: number) => a, 7)]); },
  "bind": () => als.run(1, () => AsyncLocalStorage.bind((a: number) => [store(), a]))(2),
  "bind of no function": () => AsyncLocalStorage.bind(1),
  "resource": () => { const resource = als.run(1, () => new AsyncResource("a")); return als.run(2, () => [resource.runInAsyncScope((a: number) => [store(), a], null, 5), resource.bind((a: number) => [store(), a])(6), resource.asyncId(), resource.triggerAsyncId(), resource.emitDestroy()]); },
  "resource this": () => new AsyncResource("a").runInAsyncScope(function (this: unknown) { return this; }, "this"),
  "static bind of a resource": () => als.run(1, () => AsyncResource.bind(store, "a"))(),
  "hooks": () => [typeof (module as any).createHook({}).enable().disable(), (module as any).executionAsyncId(), (module as any).triggerAsyncId(), (module as any).executionAsyncResource()],
};

export default {
  fetch: (_request: Request, env: unknown) => observe(observations, env),
};
