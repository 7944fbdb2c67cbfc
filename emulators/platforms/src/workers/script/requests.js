// What Workers take of the init of a `Request`, and what they refuse. https://developers.cloudflare.com/workers/runtime-apis/request/
(runtime) => {
  const { workers } = runtime.parts;
  const { hooks } = runtime.web.request;
  const { throughBytes } = runtime.web.webidl;
  const uncurry = (method) => Function.prototype.call.bind(method);
  const [toUpperCase, toLowerCase] = [uncurry(String.prototype.toUpperCase), uncurry(String.prototype.toLowerCase)];

  /** https://github.com/cloudflare/workerd/blob/main/src/workerd/api/http.c++: those that its HTTP library knows. */
  const METHODS = new runtime.safe.Set([
    "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "PURGE", "OPTIONS", "TRACE", "COPY", "LOCK", "MKCOL", "MOVE", "PROPFIND", "PROPPATCH",
    "SEARCH", "UNLOCK", "ACL", "REPORT", "MKACTIVITY", "CHECKOUT", "MERGE", "MSEARCH", "NOTIFY", "SUBSCRIBE", "UNSUBSCRIBE", "QUERY", "BAN",
  ]);

  function methodOf(method) {
    const given = throughBytes(`${method}`), upper = toUpperCase(given);
    if (!METHODS.has(upper)) throw new TypeError(`Invalid HTTP method string: ${given}`);
    return upper;
  }

  function checkRedirect(redirect) {
    const mode = toLowerCase(`${redirect}`);
    if (mode === "follow" || mode === "manual") return mode;
    throw new TypeError(
      'Invalid redirect value, must be one of "follow" or "manual" ("error" won\'t be implemented since it does not make sense at the ' +
        'edge; use "manual" and check the response status code).',
    );
  }

  function checkCache(cache) {
    if (cache === "no-store" || cache === "no-cache") return cache;
    throw new TypeError(`Unsupported cache mode: ${cache}`);
  }

  function checkIntegrity(integrity) {
    if (integrity === "") return integrity;
    throw new TypeError("Subrequest integrity checking is not implemented. The integrity option must be either undefined or an empty string.");
  }

  let toldOfEncoding = false;

  function checkEncoding(value) {
    if (value === "manual" && !toldOfEncoding) {
      toldOfEncoding = true;
      runtime.log(2, "fetch: `encodeResponseBody: \"manual\"` is not emulated; the body comes decompressed. This is said once.");
    }
    if (value === "manual" || value === "automatic") return value;
    throw new TypeError(`encodeResponseBody: unexpected value: ${value}`);
  }

  const CHECKS = { method: methodOf, redirect: checkRedirect, cache: checkCache, integrity: checkIntegrity, encodeResponseBody: checkEncoding };

  const NAMES = Object.keys(CHECKS);

  /** The init with what Workers read differently; the same object where there is nothing of that. */
  function onInit(init) {
    if (typeof init !== "object" || init instanceof Request) return init;
    let made = init;
    for (let at = 0; at < NAMES.length; at++) {
      const name = NAMES[at];
      const value = init[name];
      if (value === undefined) continue;
      const checked = CHECKS[name](value);
      if (checked === value) continue;
      if (made === init) made = copyOf(init);
      made[name] = checked;
    }
    return made;
  }

  const COPIED = ["method", "headers", "body", "redirect", "signal", "cf", "cache", "integrity", "keepalive", "fetcher"];

  /** Its members, inherited ones too, as an init may be any object. */
  function copyOf(init) {
    const copy = { __proto__: null };
    for (let at = 0; at < COPIED.length; at++) {
      const name = COPIED[at];
      if (init[name] !== undefined) copy[name] = init[name];
    }
    return copy;
  }

  let outside;

  /** The outside, as a binding would have it. */
  function makeFetcher() {
    const made = Object.create(workers.rpc.ServiceStub.prototype);
    Object.defineProperty(made, "fetch", { value: workers.fetch, writable: true, configurable: true });
    return made;
  }

  workers.boot(() => {
    hooks.init = onInit;
    // What a request is sent through; only the handler's own has one.
    const { get } = Object.getOwnPropertyDescriptor({
      get fetcher() {
        return runtime.extraOf(this) === undefined ? null : (outside ??= makeFetcher());
      },
    }, "fetcher");
    Object.defineProperty(Request.prototype, "fetcher", { get, configurable: true, enumerable: true });
  });
};
