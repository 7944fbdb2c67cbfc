// What another Worker, or this one, may ask of an object: its methods and properties, by the rules of RPC.
// https://developers.cloudflare.com/workers/runtime-apis/rpc/visibility/
(runtime) => {
  const { workers } = runtime.parts;
  const { Object, Promise, Reflect, TypeError, Uint8Array } = globalThis;
  const { getPrototypeOf, hasOwn } = Object;
  const { apply } = Reflect;
  const { isArray } = Array;
  const uncurry = (method) => Function.prototype.call.bind(method);
  const { ArrayPrototypeIncludes: includes } = runtime.primordials;
  const [slice, join] = [uncurry(Array.prototype.slice), uncurry(Array.prototype.join)];

  const RESERVED = ["constructor", "dup"];
  const RESERVED_OF_ENTRYPOINTS = [
    ...RESERVED, "alarm", "connect", "fetch", "webSocketClose", "webSocketError", "webSocketMessage",
  ];

  const missing = (name) => new TypeError(`The RPC receiver does not implement the method "${name}".`);

  /** One step: a property that may be seen from outside. `own`: those of the object itself; else only what its classes declare. */
  function property(object, name, own, reserved) {
    if (includes(reserved, name)) throw new TypeError(`'${name}' is a reserved method and cannot be called over RPC.`);
    if (own) {
      if (!hasOwn(object, name)) throw missing(name);
      return object[name];
    }
    if (hasOwn(object, name)) throw missing(name);
    let prototype = getPrototypeOf(object);
    while (prototype !== null && !hasOwn(prototype, name)) prototype = getPrototypeOf(prototype);
    if (prototype === null || prototype === Object.prototype) throw missing(name);
    return object[name];
  }

  /** Whether a value's own properties may be seen: undefined where nothing of it may. */
  function visibility(value) {
    if (typeof value === "function") return true;
    if (typeof value !== "object" || value === null) return undefined;
    if (value instanceof workers.rpc.RpcTarget) return false;
    const prototype = getPrototypeOf(value);
    return prototype === Object.prototype || isArray(value) ? true : undefined;
  }

  /**
   * Walks `path` from `target`; calls what is there with `args`, or reads it where there are none. `insert`: environment and context for
   * functions that are handlers. `arrived`: the value came from elsewhere, and so would the error.
   */
  workers.askTarget = async (target, path, args, { own, reserved = RESERVED, insert, arrived }) => {
    try {
      return await walk(target, path, args, own, reserved, insert);
    } catch (error) {
      if (arrived && error instanceof TypeError) error.remote = true;
      throw error;
    }
  };

  function walk(target, path, args, own, reserved, insert) {
    let parent, value = target;
    for (let index = 0; index < path.length; index++) {
      const known = workers.inside(value)?.source;
      if (known !== undefined && index > 0) return known.ask(slice(path, index), args);
      const visible = index === 0 ? own : visibility(value);
      if (visible === undefined || ((typeof value !== "object" || value === null) && typeof value !== "function")) throw missing(path[index]);
      parent = value;
      value = property(value, path[index], visible, index === 0 ? reserved : RESERVED);
    }
    if (args === undefined) return value;
    const known = workers.inside(value)?.source;
    if (known !== undefined) return known.ask([], args);
    const name = path.length === 0 ? "(this)" : join(path, ".");
    if (typeof value !== "function") throw new TypeError(`"${name}" is not a function.`);
    return apply(value, parent, insert === undefined ? args : inserted(name, value, args, insert));
  }

  /** A handler that is no method of a class is called as the platform calls handlers: `(argument, env, ctx)`. */
  function inserted(name, handler, args, { env, ctx }) {
    if (handler.length > 3) {
      throw new TypeError(
        `Cannot call handler function "${name}" over RPC because it has the wrong number of arguments. A simple function handler can only be ` +
          "called over RPC if it has exactly the arguments (arg, env, ctx), where only the first argument comes from the client. To support " +
          "multi-argument RPC functions, use class-based syntax (extending WorkerEntrypoint) instead.",
      );
    }
    if (args.length !== 1) {
      throw new TypeError(
        `Attempted to call RPC function "${name}" with the wrong number of arguments. When calling a top-level handler function that is not ` +
          "declared as part of a class, you must always send exactly one argument. In order to support variable numbers of arguments, the " +
          "server must use class-based syntax (extending WorkerEntrypoint) instead.",
      );
    }
    return [args[0], env, ctx];
  }

  /** Answers what another Worker asks: bytes in, bytes out. `entrypoint`: gives the entrypoint that `entry` names. */
  workers.answer = async (bytes, { entry }, entrypoint) => {
    if (entry.forget !== undefined) {
      workers.forget(entry.forget);
      return workers.pack(undefined);
    }
    const came = bytes === null || bytes.byteLength === 0 ? { value: undefined, stubs: [] } : workers.unpack(bytes);
    if (entry.operation !== undefined) return await workers.pack(await workers.exported(entry.object).value[entry.operation](came.value));
    try {
      const result = await ask(entry, came.value, entrypoint);
      const answer = workers.pack(result);
      workers.checkSize(answer instanceof Promise ? undefined : answer);
      return await answer;
    } finally {
      // What came with a call is gone when the call is over, unless it was duplicated.
      workers.dispose(came.stubs);
    }
  };

  function ask(entry, args, entrypoint) {
    const called = entry.call ? args : undefined;
    if (entry.object !== undefined) {
      const { value } = workers.exported(entry.object);
      return workers.askTarget(value, entry.path, called, { own: !(value instanceof workers.rpc.RpcTarget) });
    }
    const { target, insert } = entrypoint(entry);
    const options = { own: insert !== undefined, reserved: RESERVED_OF_ENTRYPOINTS, insert };
    return workers.askTarget(target, entry.path, called, options);
  }
};
