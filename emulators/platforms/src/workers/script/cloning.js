// What `structuredClone` makes of the platform's own objects: https://github.com/cloudflare/workerd/blob/main/src/workerd/jsg/ser.c++
(runtime) => {
  const { workers } = runtime.parts;
  const { Blob, DOMException, File, Headers, Map, Object, Reflect, Request, Response, WritableStream } = globalThis;
  const { ReadableStream } = runtime.web.streams;
  const { AbortSignal } = runtime.web.abort;
  const { EventTarget } = runtime.web.event;
  const { getOwnPropertyDescriptor, getPrototypeOf } = Object;
  const { apply } = Reflect;
  const uncurry = (method) => Function.prototype.call.bind(method);
  const mapGet = uncurry(Map.prototype.get);
  const slice = uncurry(Blob.prototype.slice);
  const typeOf = uncurry(getOwnPropertyDescriptor(Blob.prototype, "type").get);
  const sizeOf = uncurry(getOwnPropertyDescriptor(Blob.prototype, "size").get);

  const refusal = (message) => new DOMException(message, "DataCloneError");
  const refuse = (message) => () => {
    throw refusal(message);
  };

  function requestOf(request) {
    if (runtime.toInnerRequest(request).body !== null) throw refusal("ReadableStream can only be serialized for RPC.");
    return apply(workers.cloneRequest, request, []);
  }

  function responseOf(response) {
    const inner = runtime.toInnerResponse(response);
    if (inner.body !== null) throw refusal("ReadableStream can only be serialized for RPC.");
    return new Response(null, { status: inner.status, statusText: inner.statusMessage, headers: inner.headerList });
  }

  function nameOf(value) {
    const { constructor } = value;
    return typeof constructor === "function" ? String(constructor.name) : "Object";
  }

  function unsupported(value) {
    throw refusal(`Could not serialize object of type "${nameOf(value)}". This type does not support serialization.`);
  }

  /** Why what stands for something of another Worker is not cloned. */
  function wordsOf(proxy, { service, promise, property }) {
    if (service !== undefined && typeof proxy !== "function") return "ServiceStub cannot be serialized in this context.";
    const name = service !== undefined ? "LoopbackServiceStub" : promise !== undefined ? "RpcPromise" : property !== undefined ? "RpcProperty" : "RpcStub";
    return `#<${name}> could not be cloned.`;
  }

  /** How objects of each class are cloned, by the prototype. */
  const kinds = new Map();

  function add(Class, clone) {
    kinds.set(Class.prototype, clone);
  }

  workers.boot(() => {
    const { prototype } = workers.scope;
    for (const name of Object.getOwnPropertyNames(prototype)) {
      const found = getOwnPropertyDescriptor(prototype, name).value;
      if (typeof found === "function" && typeof found.prototype === "object") kinds.set(found.prototype, unsupported);
    }
    for (const Class of [...Object.values(workers.rpc), ...Object.values(workers.classes), EventTarget, File, runtime.web.headers.Headers]) add(Class, unsupported);
    for (const object of [globalThis.crypto, globalThis.navigator, globalThis.scheduler, globalThis.performance]) kinds.set(getPrototypeOf(object), unsupported);
    for (const it of [new Headers().keys(), new Headers().values(), new Headers().entries()]) kinds.set(getPrototypeOf(it), unsupported);
    runtime.refuseClones(workers.rpc.ServiceStub.prototype, "ServiceStub cannot be serialized in this context.");
    kinds.set(prototype, refuse("#<ServiceWorkerGlobalScope> could not be cloned."));
    add(Headers, (headers) => new Headers(headers));
    add(Request, requestOf);
    add(Response, responseOf);
    add(Blob, (blob) => slice(blob, 0, sizeOf(blob), typeOf(blob)));
    add(ReadableStream, refuse("ReadableStream can only be serialized for RPC."));
    add(WritableStream, refuse("WritableStream can only be serialized for RPC."));
    add(AbortSignal, refuse("AbortSignal serialization is not enabled."));

    const host = (value) => {
      for (let at = getPrototypeOf(value); at !== null; at = getPrototypeOf(at)) {
        const words = runtime.uncloneable(at);
        if (words !== undefined) throw refusal(words);
        const clone = mapGet(kinds, at);
        if (clone !== undefined) return { clone: clone(value) };
      }
      return undefined;
    };
    runtime.web.cloning.hooks.host = host;
    runtime.web.cloning.hooks.proxy = (proxy) => {
      const known = workers.inside(proxy);
      if (known !== undefined) throw refusal(wordsOf(proxy, known));
      const object = workers.behind(proxy);
      if (object !== undefined) host(object);
    };
  });
};
