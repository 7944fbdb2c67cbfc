// Parts of Workers that are not emulated: their use is an error that names them.
(runtime) => {
  const { workers } = runtime.parts;

  /** Classes and functions. */
  const NAMES = ["EventSource", "HTMLRewriter", "WebSocket", "WebSocketPair"];

  const unsupported = (name) => new Error(`${name} is not emulated by greenroom yet`);

  workers.boot(() => {
    for (const name of NAMES) {
      const missing = {
        [name]: function () {
          throw unsupported(name);
        },
      }[name];
      workers.define(name, missing);
    }
    workers.own("caches", new Proxy({}, {
      get(_, key) {
        if (typeof key === "symbol") return undefined;
        throw unsupported(`caches.${String(key)}`);
      },
    }));
  });
};
