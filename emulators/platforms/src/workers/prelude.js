// What Cloudflare Workers make of the web's globals, of an app's code, and of a request.
(runtime) => {
  const { defineProperty } = Object;

  /** Parts of the platform that are not emulated: their use is an error that names them. */
  const NOT_EMULATED = ["EventSource", "HTMLRewriter", "WebSocket", "WebSocketPair", "FixedLengthStream", "IdentityTransformStream"];

  const unsupported = (name) => new Error(`${name} is not emulated by greenroom yet`);

  function defineMissing() {
    for (const name of NOT_EMULATED) {
      const missing = {
        [name]: function () {
          throw unsupported(name);
        },
      }[name];
      define(name, missing);
    }
    define("caches", new Proxy({}, {
      get(_, key) {
        throw unsupported(`caches.${String(key)}`);
      },
    }));
  }

  function define(name, value) {
    defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  }

  class Navigator {
    get userAgent() {
      return "Cloudflare-Workers";
    }
  }

  class Scheduler {
    wait(delay, { signal } = {}) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const timer = setTimeout(resolve, delay);
        signal?.addEventListener("abort", () => {
          clearTimeout(timer);
          reject(signal.reason);
        }, { once: true });
      });
    }
  }

  class ExecutionContext {
    #invocation;
    props = {};
    constructor(invocation) {
      this.#invocation = invocation;
    }
    waitUntil(promise) {
      this.#invocation.waitUntil(promise);
    }
    passThroughOnException() {}
  }

  /** The source of `cloudflare:workers`. */
  const WORKERS_MODULE = `
const env = globalThis[Symbol.for("greenroom.env")];
export { env };
export class WorkerEntrypoint { constructor(ctx, env) { this.ctx = ctx; this.env = env; } }
export class DurableObject { constructor(ctx, env) { this.ctx = ctx; this.env = env; } }
export class RpcTarget {}
`;

  let env;
  let entry;

  /** A binding of a kind that there is no emulation for. */
  function missingBinding({ name, kind }) {
    const fail = () => {
      throw new Error(`the binding ${name} is of a kind that is not emulated by greenroom yet: ${kind}`);
    };
    return new Proxy(function () {}, {
      // A promise is recognised by `then`; returning the environment from an async function is no use of the binding.
      get: (_, key) => typeof key === "symbol" || key === "then" || key === "toJSON" ? undefined : fail(),
      set: fail,
      apply: fail,
      construct: fail,
      has: fail,
      ownKeys: () => ["prototype"],
    });
  }

  function makeEnv(head) {
    const made = {};
    for (const [name, value] of head.vars) made[name] = value;
    for (const binding of head.bindings) made[binding.name] = runtime.bind(binding) ?? missingBinding(binding);
    return made;
  }

  const isClass = (value) => typeof value === "function" && /^class[\s{]/.test(Function.prototype.toString.call(value));

  function handlersOf(namespace) {
    const exported = namespace.default;
    if (exported === null || (typeof exported !== "object" && typeof exported !== "function")) return [];
    const from = isClass(exported) ? exported.prototype : exported;
    return ["fetch", "scheduled", "queue", "email", "tail", "trace", "connect"].filter((name) => typeof from[name] === "function");
  }

  runtime.platform("workers", {
    boot(head) {
      defineMissing();
      define("navigator", new Navigator());
      define("Navigator", Navigator);
      define("scheduler", new Scheduler());
      define("ExecutionContext", ExecutionContext);
      env = makeEnv(head);
      defineProperty(globalThis, Symbol.for("greenroom.env"), { value: env });
      return [["cloudflare:workers", WORKERS_MODULE]];
    },

    load(namespace) {
      const handlers = handlersOf(namespace);
      // https://developers.cloudflare.com/workers/observability/errors/: what an upload of such a script is refused with.
      if (handlers.length === 0) {
        throw new TypeError(
          "The uploaded script has no registered event handlers. " +
            "Export an object with at least one of them: export default { async fetch(request, env, ctx) { … } }",
        );
      }
      entry = namespace.default;
      return handlers;
    },

    fetch(request, invocation) {
      const ctx = new ExecutionContext(invocation);
      const target = isClass(entry) ? new entry(ctx, env) : entry;
      if (typeof target.fetch !== "function") throw new Error("Handler does not export a fetch() function.");
      const answer = target === entry ? target.fetch(request, env, ctx) : target.fetch(request);
      if (answer instanceof Response) return answer;
      if (answer instanceof Promise) return answer.then(checked);
      // Anything else with a `then` is a promise too; a value without one is no answer.
      return Promise.resolve(answer).then(checked);
    },
  });

  function checked(answer) {
    if (answer instanceof Response) return answer;
    throw new TypeError("Incorrect type for Promise: the Promise did not resolve to 'Response'.");
  }
};
