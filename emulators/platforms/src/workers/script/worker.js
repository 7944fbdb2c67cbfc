// What Workers make of an app's code, and of a request.
(runtime) => {
  const { defineProperty } = Object;
  const { workers } = runtime.parts;

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

  function makeEnv(head) {
    const made = {};
    for (const [name, value] of head.vars) made[name] = value;
    for (const binding of head.bindings) made[binding.name] = runtime.bind(binding);
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
      workers.define("ExecutionContext", ExecutionContext);
      env = makeEnv(head);
      defineProperty(globalThis, Symbol.for("greenroom.env"), { value: env });
      workers.module("cloudflare:workers", WORKERS_MODULE);
      return workers.start(head);
    },

    load(namespace) {
      workers.ready();
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
      return target === entry ? target.fetch(request, env, ctx) : target.fetch(request);
    },

    check(answer) {
      if (answer instanceof Response) return;
      throw new TypeError("Incorrect type for Promise: the Promise did not resolve to 'Response'.");
    },
  });
};
