// The context of an event, and what `cloudflare:workers` exports.
(runtime) => {
  const { workers } = runtime.parts;
  const { Error, Object, Proxy, Reflect, Symbol, TypeError } = globalThis;
  const { defineProperty } = Object;
  const { ArrayPrototypeIncludes: includes } = runtime.primordials;
  const { defineProperty: define, deleteProperty, get, getOwnPropertyDescriptor, has, ownKeys, set } = Reflect;

  const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";

  const MAKING = Symbol("making");

  class ExecutionContext {
    #invocation;
    constructor(token, invocation, props, exports) {
      if (token !== MAKING) throw new TypeError("Illegal constructor");
      this.#invocation = invocation;
      this.tracing = workers.tracing;
      this.access = undefined;
      this.cache = undefined;
      this.props = props;
      if (exports !== undefined) this.exports = exports;
    }
    waitUntil(promise) {
      if (!isObject(this) || !(#invocation in this)) throw workers.words.illegal();
      if (arguments.length === 0) throw workers.words.mistyped("ExecutionContext.waitUntil", 1);
      this.#invocation.waitUntil(promise);
    }
    passThroughOnException() {
      if (!isObject(this) || !(#invocation in this)) throw new TypeError(workers.ILLEGAL_INVOCATION);
      this.#invocation.passesThrough = true;
    }
  }

  workers.contextOf = (invocation, props = {}) => new ExecutionContext(MAKING, invocation, props, workers.exports);

  /** A class that user code extends and the platform makes with context and environment. */
  const entrypointClass = (name) => {
    const Class = {
      [name]: class {
        constructor(...args) {
          const ctx = args[0], env = args[1];
          if (!isObject(ctx)) throw new TypeError(`Failed to construct '${name}': constructor parameter 1 is not of type 'JsObject'.`);
          this.ctx = ctx;
          this.env = env;
        }
        get [Symbol.toStringTag]() {
          return name;
        }
      },
    }[name];
    return Class;
  };

  class DurableObject {
    constructor() {
      throw new Error("Durable Objects are not emulated by greenroom yet");
    }
  }

  workers.classes = {
    WorkerEntrypoint: entrypointClass("WorkerEntrypoint"),
    WorkflowEntrypoint: entrypointClass("WorkflowEntrypoint"),
    DurableObject,
  };

  // --- the environment and the exports, as modules import them ---

  const ENV = Symbol("env");
  const EXPORTS = Symbol("exports");

  /** An object that stands for what `current()` gives at the moment: an import is bound once, what it means may change. */
  function standIn(current, writable) {
    const object = () => {
      const found = current();
      return isObject(found) ? found : {};
    };
    // Receivers are left out: what is asked is the object itself.
    const traps = {
      __proto__: null,
      get: (_target, key) => get(object(), key),
      has: (_target, key) => has(object(), key),
      ownKeys: () => ownKeys(object()),
      getOwnPropertyDescriptor(_target, key) {
        const found = getOwnPropertyDescriptor(object(), key);
        return found && { ...found, configurable: true };
      },
      set: (_target, key, value) => writable && set(object(), key, value),
      deleteProperty: (_target, key) => writable && deleteProperty(object(), key),
      defineProperty: (_target, key, descriptor) => writable && define(object(), key, descriptor),
    };
    return workers.standsFor(new Proxy({}, traps), () => current() ?? {});
  }

  const flagged = (name) => workers.head !== undefined && includes(workers.head.compatibility_flags, name);
  const importable = () => !flagged("disallow_importable_env");
  const chosen = (key, otherwise) => {
    const value = runtime.context.get(key);
    return isObject(value) ? value : otherwise;
  };
  const currentEnv = () => importable() ? chosen(ENV, workers.env) : undefined;
  const currentExports = () => importable() ? chosen(EXPORTS, workers.exportsOfModule) : undefined;

  function runWith(name, key, value, code) {
    if (typeof code !== "function") throw new TypeError(`Failed to execute '${name}' on 'EnvModule': parameter 2 is not of type 'function'.`);
    return runtime.context.run(key, value, code);
  }

  const refuse = (name) => {
    throw new Error(`${name} of "cloudflare:workers" is not emulated by greenroom yet`);
  };

  function absent(name, Class = Object) {
    const target = Object.create(Class.prototype);
    return workers.standsFor(new Proxy(target, { get: (_target, key) => typeof key === "symbol" ? undefined : refuse(`${name}.${key}`) }), target);
  }

  class Tracing {}
  workers.tag(Tracing);
  workers.tracing = absent("tracing", Tracing);

  const exported = {
    ...workers.classes,
    ...workers.rpc,
    env: standIn(currentEnv, true),
    exports: standIn(currentExports, false),
    withEnv: (value, code) => runWith("withEnv", ENV, value, code),
    withExports: (value, code) => runWith("withExports", EXPORTS, value, code),
    withEnvAndExports: (env, exports, code) => runWith("withEnv", ENV, env, () => runWith("withExports", EXPORTS, exports, code)),
    waitUntil(promise) {
      const invocation = runtime.invocation();
      if (invocation === undefined) throw workers.disallowed();
      invocation.waitUntil(promise);
    },
    abortIsolate: () => refuse("abortIsolate()"),
    cache: absent("cache"),
    tracing: workers.tracing,
    restore: Symbol("restore"),
  };

  const SHARED = Symbol.for("greenroom.workers");
  defineProperty(exported.waitUntil, "name", { value: "bound waitUntil" });

  workers.boot((head) => {
    workers.head = head;
    workers.guest = head.guest;
    defineProperty(globalThis, SHARED, { value: Object.freeze(exported) });
    const names = Object.keys(exported).map((name) => `export const ${name} = workers.${name};`);
    workers.module("cloudflare:workers", `const workers = globalThis[Symbol.for("greenroom.workers")];\n${names.join("\n")}`);
    workers.tag(ExecutionContext);
    defineProperty(ExecutionContext.prototype.waitUntil, "length", { value: 0, configurable: true });
    runtime.refuseClones(ExecutionContext.prototype, 'Could not serialize object of type "ExecutionContext". This type does not support serialization.');
  });

  /** https://developers.cloudflare.com/workers/configuration/compatibility-flags/#enable-ctxexports */
  workers.hasExports = () =>
    flagged("enable_ctx_exports") || (!flagged("disable_ctx_exports") && (workers.head.compatibility_date ?? "9999") >= "2025-11-17");
};
