// What code may not do at the top level of its modules, since there is no event that it would do it for.
// https://developers.cloudflare.com/workers/runtime-apis/handlers/
(runtime) => {
  const { workers } = runtime.parts;
  const { Error, Object, Promise, Proxy, Reflect } = globalThis;
  const { defineProperty, getOwnPropertyDescriptor, getPrototypeOf, hasOwn } = Object;
  const { apply, construct } = Reflect;

  const TEXT =
    "Disallowed operation called within global scope. Asynchronous I/O (ex: fetch() or connect()), setting a timeout, and generating random " +
    "values are not allowed within global scope. To fix this error, perform this operation within a handler. " +
    "https://developers.cloudflare.com/workers/runtime-apis/handlers/";

  workers.disallowed = () => new Error(TEXT);

  let atTopLevel = false;
  workers.loaded(() => atTopLevel = false);

  /** Puts a function in the place of `object[name]` that refuses at the top level: it throws, or rejects where `later`. */
  function refuse(object, name, later = false) {
    let holder = object;
    while (holder !== null && !hasOwn(holder, name)) holder = getPrototypeOf(holder);
    const descriptor = holder === null ? undefined : getOwnPropertyDescriptor(holder, name);
    const original = descriptor?.value;
    if (typeof original !== "function") return;
    const value = {
      [name](...args) {
        if (!atTopLevel) return apply(original, this, args);
        if (later) return Promise.reject(workers.disallowed());
        throw workers.disallowed();
      },
    }[name];
    defineProperty(value, "length", { value: original.length, configurable: true });
    defineProperty(holder, name, { ...descriptor, value });
  }

  /** The same for a class that nobody may make an object of there. */
  function refuseNew(name) {
    const Class = globalThis[name];
    const guarded = new Proxy(Class, {
      construct(target, args, made) {
        if (atTopLevel) throw workers.disallowed();
        return construct(target, args, made);
      },
    });
    defineProperty(Class.prototype, "constructor", { value: guarded, writable: true, configurable: true, enumerable: false });
    workers.define(name, guarded);
  }

  workers.boot(() => {
    atTopLevel = true;
    runtime.forbidAtTopLevel(workers.disallowed);
    for (const name of ["setTimeout", "setInterval", "clearTimeout", "clearInterval"]) refuse(globalThis, name);
    for (const name of ["getRandomValues", "randomUUID"]) refuse(globalThis.Crypto.prototype, name);
    refuse(globalThis.SubtleCrypto.prototype, "generateKey", true);
    refuse(globalThis.AbortSignal, "timeout");
    refuse(globalThis.scheduler, "wait", true);
    for (const name of ["CompressionStream", "DecompressionStream"]) refuseNew(name);
    // Bodies are streams of the runtime's own there, which read nothing without an event.
    const { prototype } = runtime.InnerBody;
    const { consume } = prototype;
    prototype.consume = function () {
      if (atTopLevel) throw workers.disallowed();
      return apply(consume, this, []);
    };
  });
};
