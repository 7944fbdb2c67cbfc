// What Workers make of an app's code, and of what comes in for it.
(runtime) => {
  const { workers } = runtime.parts;
  const { Object, Reflect, Response, TypeError } = globalThis;
  const { apply } = Reflect;

  const HANDLERS = ["fetch", "scheduled", "queue", "email", "tail", "trace", "connect"];

  let entries;
  let hasDefault;

  function makeEnv(head) {
    const made = {};
    for (const [name, value] of head.vars) made[name] = value;
    for (const binding of head.bindings) made[binding.name] = runtime.bind(binding);
    return made;
  }

  const textOf = Function.prototype.call.bind(Function.prototype.toString);
  const beginsWith = Function.prototype.call.bind(String.prototype.startsWith);

  function isClass(value) {
    if (typeof value !== "function") return false;
    const text = textOf(value);
    const after = text[5];
    return beginsWith(text, "class") && (after === " " || after === "{" || after === "\n" || after === "\r" || after === "\t");
  }
  const extendsEntrypoint = (value) => typeof value === "function" && value.prototype instanceof workers.classes.WorkerEntrypoint;

  /** A class of which `ctx.exports` has a namespace, which is not emulated. */
  const isDurableObject = (value) => typeof value === "function" && value.prototype instanceof workers.classes.DurableObject;

  function handlersOf(exported) {
    if (exported === null || (typeof exported !== "object" && typeof exported !== "function")) return [];
    const from = isClass(exported) ? exported.prototype : exported;
    const found = HANDLERS.filter((name) => typeof from[name] === "function");
    // A class may have methods for other Workers alone.
    return found.length === 0 && extendsEntrypoint(exported) ? ["rpc"] : found;
  }

  /** https://github.com/cloudflare/workerd/blob/main/src/workerd/io/worker.c++: what may be exported beside the default. */
  function check(namespace) {
    for (const name of Object.keys(namespace)) {
      const value = namespace[name];
      if ((typeof value !== "object" || value === null) && typeof value !== "function") {
        throw new TypeError(`Incorrect type for map entry '${name}': the provided value is not of type 'function or ExportedHandler'.`);
      }
    }
  }

  function makeExports(head, namespace) {
    const made = {};
    // The default comes first, as there.
    const names = Object.keys(namespace).filter((name) => name !== "default");
    for (const name of "default" in namespace ? ["default", ...names] : names) {
      const value = namespace[name];
      if (isDurableObject(value)) made[name] = workers.unsupported(`ctx.exports.${name}`);
      if (typeof value === "function" && !extendsEntrypoint(value)) continue;
      const entrypoint = name === "default" ? undefined : name;
      const label = name === "default" ? head.app : `${head.app}.${name}`;
      made[name] = workers.loopback({ app: head.app, entrypoint, label });
    }
    return made;
  }

  /** The entrypoint of that name: what to call, and what goes along with what is called where it is no class. */
  function entrypoint({ entrypoint: name = "default", props }, invocation) {
    const exported = entries[name];
    if (exported === undefined) {
      if (name === "default") throw new Error("Handler does not export a fetch() function.");
      throw new TypeError(`Worker "${workers.head.app}" has no such named entrypoint: "${name}".`);
    }
    const ctx = workers.contextOf(invocation, props);
    if (extendsEntrypoint(exported)) return { target: new exported(ctx, workers.env), ctx };
    if (isClass(exported)) {
      throw new TypeError(`The entrypoint "${name}" is a class that does not extend WorkerEntrypoint, which "cloudflare:workers" exports.`);
    }
    return { target: exported, ctx, insert: { env: workers.env, ctx } };
  }

  function fetchBy(entry, request, invocation) {
    if (!hasDefault && entry.entrypoint === undefined) return workers.dispatchFetch(request, invocation);
    const { target, ctx } = entrypoint(entry, invocation);
    const handler = target.fetch;
    if (typeof handler !== "function") throw new Error("Handler does not export a fetch() function.");
    const answer = apply(handler, target, [request, workers.env, ctx]);
    if (!(answer instanceof Response) && !runtime.isPromise(answer) && typeof answer?.then !== "function") {
      throw new TypeError("Callback returned incorrect type; expected 'Promise'");
    }
    return answer;
  }

  const OUTSIDE = {};

  runtime.platform("workers", {
    boot(head) {
      workers.env = makeEnv(head);
      return workers.start(head);
    },

    load(namespace, head) {
      workers.ready();
      entries = namespace;
      hasDefault = head.exports.includes("default");
      check(namespace);
      workers.exportsOfModule = makeExports(head, namespace);
      if (workers.hasExports()) workers.exports = workers.exportsOfModule;
      if (!hasDefault) {
        if (head.exports.length > 0) {
          runtime.log(2, "The entrypoint has exports like an ES Module, but hasn't defined a default export like a module worker normally would. It runs in service-worker format.");
        }
        const listened = workers.listenedTo();
        if (listened.length === 0) throw new TypeError("No event handlers were registered. This script does nothing.");
        return listened;
      }
      const handlers = handlersOf(namespace.default);
      // https://developers.cloudflare.com/workers/observability/errors/: what an upload of such a script is refused with.
      if (handlers.length === 0 && Object.keys(namespace).length === 1) {
        throw new TypeError(
          "The uploaded script has no registered event handlers. " +
            "Export an object with at least one of them: export default { async fetch(request, env, ctx) { … } }",
        );
      }
      return handlers;
    },

    fetch(request, invocation) {
      // A redirect is the client's to follow: https://developers.cloudflare.com/workers/runtime-apis/request/#properties
      runtime.toInnerRequest(request).redirectMode = "manual";
      return fetchBy(invocation.entry ?? OUTSIDE, request, invocation);
    },

    call(bytes, invocation) {
      return workers.answer(bytes, invocation, (entry) => entrypoint(entry, invocation));
    },

    trigger(kind, payload, invocation) {
      if (kind !== "cron.tick") throw new TypeError(`Workers have no handler for events of the kind ${kind}`);
      return workers.scheduled(payload, invocation, hasDefault ? () => entrypoint({}, invocation) : undefined);
    },

    carry: workers.carry,
    revive: workers.revive,

    /** What a Worker is told that waits for an answer of another: the runtime's own words, and no error of the other side. */
    hung: "The Workers runtime canceled this request because it detected that your Worker's code had hung and would never generate a response. " +
      "Refer to: https://developers.cloudflare.com/workers/observability/errors/",

    /** https://github.com/cloudflare/workerd/blob/main/src/workerd/io/io-context.c++ */
    cutOff: "waitUntil() tasks did not complete within the allowed time after invocation end and have been cancelled. " +
      "See: https://developers.cloudflare.com/workers/runtime-apis/context/#waituntil",

    /** Whether what code has begun ends with the event: streams and objects that a call gave away live on. */
    endsWork: ({ entry }) => entry?.kind !== "call",

    /** https://github.com/cloudflare/workerd/blob/main/src/workerd/api/http.c++ */
    lateBody: "Can't read from request stream after response has been sent.",

    /** Whether an event of another Worker is one of its own, and no call of an object that it was given by this one. */
    standsAlone: ({ entry }) => entry.object === undefined,

    unfinished: "Work was still under way when the answer was complete, and has been cancelled, as in production. " +
      "Await its promise, or give it to ctx.waitUntil(): https://developers.cloudflare.com/workers/runtime-apis/context/#waituntil",

    /** The body of an answer as it is sent. */
    encode: workers.sent,

    /** How many bytes a stream will give, if that is known. */
    lengthOf: workers.internal.lengthOf,

    socketOf: workers.socketOf,

    check(answer) {
      if (answer instanceof Response) return;
      throw new TypeError("Incorrect type for Promise: the Promise did not resolve to 'Response'.");
    },

    failed(invocation) {
      if (!invocation.passesThrough) return;
      runtime.log(2, "passThroughOnException(): in production this request would now go on to the origin. There is none here.", invocation.id);
    },
  });
};
