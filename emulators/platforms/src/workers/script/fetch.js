// `fetch` in the words of Workers, with what their `cf` asks for.
(runtime) => {
  const { workers } = runtime.parts;
  const { Request, fetch: send } = globalThis;

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

  const { fetch } = {
    async fetch(...args) {
      if (args.length === 0) throw workers.words.mistyped("ServiceWorkerGlobalScope.fetch", 1);
      const request = new Request(args[0], args[1]);
      const { cache, headers } = request;
      const cf = workers.cfOf(request);
      if (cf !== undefined) warn(cf);
      if (cache !== undefined) {
        headers.set("cache-control", "no-cache");
        headers.set("pragma", "no-cache");
      }
      // Lengths are those of bodies, whatever is said.
      headers.delete("content-length");
      return send(request);
    },
  };
  workers.fetch = fetch;
  workers.define("fetch", fetch);
};
