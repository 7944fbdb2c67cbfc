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

  /** An object whose use is that error. */
  workers.unsupported = (name, target = {}) => workers.standsFor(new Proxy(target, {
    get(_target, key) {
      if (typeof key === "symbol" || key === "constructor") return target[key];
      throw unsupported(`${name}.${key}`);
    },
  }), target);

  workers.own("caches", workers.unsupported("caches", Object.create(globalThis.CacheStorage.prototype)));

  // Modules that can be imported, so that packages that have a use for them load.
  const refusal = (name, module) => `throw new Error('${name} of "${module}" is not emulated by greenroom yet');`;
  workers.boot(() => {
    workers.module("cloudflare:sockets", `export function connect() { ${refusal("connect()", "cloudflare:sockets")} }`);
    workers.module("cloudflare:email", `export class EmailMessage { constructor() { ${refusal("EmailMessage", "cloudflare:email")} } }`);
    // https://github.com/cloudflare/workerd/blob/main/src/cloudflare/workflows.ts
    workers.module("cloudflare:workflows", `export class NonRetryableError extends Error {
      constructor(message, name = "NonRetryableError") {
        super(message);
        this.name = name;
      }
    }`);
  });
};
