// `fetch` in the words of Workers, with what their `cf` asks for; under `Upgrade: websocket` it asks for a WebSocket.
(runtime) => {
  const { workers } = runtime.parts;
  const { Blob, Object, Reflect, Request } = globalThis;
  const { apply } = Reflect;
  const { defineProperty } = Object;
  const lowerCase = Function.prototype.call.bind(String.prototype.toLowerCase);

  /** Options of `cf` that change the answer in production and that nothing here stands for. */
  // https://developers.cloudflare.com/workers/runtime-apis/request/#the-cf-property-requestinitcfproperties
  const WITHOUT_EFFECT = ["image", "minify", "mirage", "polish", "resolveOverride", "scrapeShield", "webp"];
  const warned = new runtime.safe.Set();

  function warn(cf) {
    for (const name of WITHOUT_EFFECT) {
      if (cf[name] === undefined || warned.has(name)) continue;
      warned.add(name);
      runtime.log(2, `fetch: \`cf.${name}\` is not emulated; the answer comes as the origin gives it. This is said once.`);
    }
  }

  /** Whether a list of headers asks for a WebSocket. */
  workers.asksForSocket = (headers) => {
    for (let index = 0; index < headers.length; index++) {
      if (lowerCase(headers[index][0]) === "upgrade") return lowerCase(headers[index][1]) === "websocket";
    }
    return false;
  };

  async function fetch(count, input, init) {
    if (count === 0) throw workers.words.mistyped("ServiceWorkerGlobalScope.fetch", 1);
    const request = new Request(input, init);
    const cf = workers.givenCf(request);
    if (cf !== undefined) warn(cf);
    if (request.cache !== undefined) {
      request.headers.set("cache-control", "no-cache");
      request.headers.set("pragma", "no-cache");
    }
    const inner = runtime.toInnerRequest(request);
    if (workers.asksForSocket(inner.headerList)) {
      const { value, body, wire } = await workers.wire(inner.currentUrl(), inner.headerList);
      return workers.answered(value, body, wire);
    }
    const abortable = typeof input === "object" || (init?.signal ?? undefined) !== undefined;
    return await runtime.fetch(request, abortable ? request.signal : undefined);
  }

  // Bound, as what the runtime has built in shows no code.
  const shown = function (input, init) {
    return fetch(arguments.length, input, init);
  }.bind(undefined);
  defineProperty(shown, "name", { value: "fetch", configurable: true });
  defineProperty(shown, "length", { value: 0, configurable: true });
  workers.fetch = shown;
  workers.define("fetch", shown);

  workers.boot(() => {
    const { stream: base } = Blob.prototype;
    const { stream } = {
      stream() {
        const made = apply(base, this, []);
        runtime.setLength(made, this.size);
        return made;
      },
    };
    defineProperty(Blob.prototype, "stream", { value: stream, writable: true, configurable: true, enumerable: true });
  });
};
