// `node:async_hooks` as Workers have it with `nodejs_compat` or `nodejs_als`.
// https://developers.cloudflare.com/workers/runtime-apis/nodejs/asynclocalstorage/
//
// The context that follows code through promises, microtasks and timers is one object of the runtime. A storage adds to a copy of it,
// under a key of its own; the runtime's `invocation` in it stays.
(runtime) => {
  const { assign, defineProperty, freeze } = Object;
  const { apply } = Reflect;
  const { get, set } = runtime.asyncContext;
  const { workers } = runtime.parts;

  /** Calls `callback` in the context `frame`. */
  function within(frame, callback, receiver, args) {
    const before = get();
    set(frame);
    try {
      return apply(callback, receiver, args);
    } finally {
      set(before);
    }
  }

  function checkFunction(value, method, Class, index, type) {
    if (typeof value === "function") return;
    throw new TypeError(`Failed to execute '${method}' on '${Class}': parameter ${index} is not of type '${type}'.`);
  }

  /** A function that runs in the context of now. It belongs to the request in which it was made, where there was one. */
  function bound(callback) {
    const frame = get();
    const invocation = frame?.invocation ?? 0;
    return function (...args) {
      if (invocation !== 0 && invocation !== (get()?.invocation ?? 0)) {
        throw new Error("Cannot call this AsyncLocalStorage bound function outside of the request in which it was created.");
      }
      return within(frame, callback, this, args);
    };
  }

  class AsyncLocalStorage {
    #key = Symbol("store");
    #default;
    #name;

    constructor({ defaultValue = undefined, name = "" } = {}) {
      this.#default = defaultValue;
      this.#name = String(name);
    }

    static bind(callback) {
      checkFunction(callback, "bind", "AsyncLocalStorage", 1, "Function");
      return bound(callback);
    }

    static snapshot() {
      return bound((callback, ...args) => callback(...args));
    }

    run(store, callback, ...args) {
      checkFunction(callback, "run", "AsyncLocalStorage", 2, "function");
      return within(assign({ __proto__: null }, get(), { [this.#key]: store }), callback, undefined, args);
    }

    exit(callback, ...args) {
      checkFunction(callback, "exit", "AsyncLocalStorage", 1, "function");
      return this.run(undefined, callback, ...args);
    }

    getStore() {
      const frame = get();
      return frame !== undefined && frame !== null && this.#key in frame ? frame[this.#key] : this.#default;
    }

    enterWith() {
      throw new Error("asyncLocalStorage.enterWith() is not implemented");
    }

    disable() {
      throw new Error("asyncLocalStorage.disable() is not implemented");
    }

    get name() {
      return this.#name;
    }
  }

  class AsyncResource {
    #frame = get();

    static bind(callback, _type, receiver = undefined) {
      checkFunction(callback, "bind", "AsyncResource", 1, "Function");
      const bind = bound(callback);
      return receiver === undefined ? bind : bind.bind(receiver);
    }

    asyncId() {
      return 0;
    }

    triggerAsyncId() {
      return 0;
    }

    bind(callback, receiver = this) {
      checkFunction(callback, "bind", "AsyncResource", 1, "Function");
      const frame = this.#frame;
      return (...args) => within(frame, callback, receiver, args);
    }

    runInAsyncScope(callback, receiver = undefined, ...args) {
      checkFunction(callback, "runInAsyncScope", "AsyncResource", 1, "Function");
      return within(this.#frame, callback, receiver, args);
    }

    emitDestroy() {}
  }

  class AsyncHook {
    enable() {
      return this;
    }

    disable() {
      return this;
    }
  }

  workers.tag(AsyncLocalStorage);
  workers.tag(AsyncResource);

  // https://nodejs.org/api/async_hooks.html: hooks can be made, and are never called.
  const module = freeze({
    AsyncLocalStorage,
    AsyncResource,
    asyncWrapProviders: freeze({ NONE: 0, PROMISE: 0 }),
    createHook: () => new AsyncHook(),
    executionAsyncId: () => 0,
    executionAsyncResource: () => ({}),
    triggerAsyncId: () => 0,
  });

  const PLACE = Symbol.for("greenroom.async_hooks");

  workers.boot(({ compatibility_flags: flags }) => {
    if (!["nodejs_compat", "nodejs_compat_v2", "nodejs_als"].some((flag) => flags.includes(flag))) return;
    defineProperty(globalThis, PLACE, { value: module });
    const names = Object.keys(module).join(", ");
    workers.module("node:async_hooks", `const module = globalThis[Symbol.for("greenroom.async_hooks")];\nexport const { ${names} } = module;\nexport default module;\n`);
  });
};
