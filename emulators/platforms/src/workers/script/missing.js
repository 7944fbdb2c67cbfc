// Parts of Workers that are not emulated: their use is an error that names them.
(runtime) => {
  const { workers } = runtime.parts;

  const unsupported = (name) => new Error(`${name} is not emulated by greenroom yet`);

  /** A class whose use is that error. */
  function missing(name) {
    const Class = {
      [name]: class {
        constructor() {
          throw unsupported(name);
        }
      },
    }[name];
    workers.tag(Class);
    return Class;
  }

  /** Classes that only the platform makes objects of. */
  function notConstructible(name) {
    const Class = {
      [name]: class {
        constructor() {
          throw new TypeError("Illegal constructor");
        }
      },
    }[name];
    workers.tag(Class);
    return Class;
  }

  for (const name of ["HTMLRewriter", "WebSocketRequestResponsePair"]) workers.define(name, missing(name));
  const later = ["Body", "Cache", "CacheStorage", "FetchEvent", "ScheduledEvent", "TailEvent", "TraceEvent"];
  for (const name of later.filter((name) => !(name in globalThis))) workers.define(name, notConstructible(name));

  workers.own("caches", new Proxy(Object.create(globalThis.CacheStorage.prototype), {
    get(target, key) {
      if (typeof key === "symbol" || key === "constructor") return target[key];
      throw unsupported(`caches.${key}`);
    },
  }));
};
