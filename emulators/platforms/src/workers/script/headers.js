// What `Headers` of Workers have beside the web's.
(runtime) => {
  const { workers } = runtime.parts;
  const { Headers, Object, TypeError } = globalThis;
  const { apply } = globalThis.Reflect;
  const { StringPrototypeToLowerCase: toLowerCase } = runtime.primordials;

  workers.boot(() => {
    const { prototype } = Headers;
    const { getSetCookie } = prototype;
    const added = {
      /** https://developers.cloudflare.com/workers/runtime-apis/headers/#differences */
      getAll(name) {
        if (!(this instanceof Headers)) throw workers.words.illegal();
        if (arguments.length === 0) throw workers.words.mistyped("Headers.getAll", 1);
        if (typeof name === "symbol") throw new TypeError("Cannot convert a Symbol value to a string");
        if (toLowerCase(`${name}`) !== "set-cookie") {
          throw new TypeError('getAll() can only be used with the header name "Set-Cookie".');
        }
        return apply(getSetCookie, this, []);
      },
    };
    Object.defineProperty(prototype, "getAll", { value: added.getAll, writable: true, configurable: true, enumerable: true });
  });
};
