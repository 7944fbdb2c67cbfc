// What `Request` and `Response` have of their bodies, which in Workers is a class of its own that both extend.
// https://github.com/cloudflare/workerd/blob/main/src/workerd/api/http.h
(runtime) => {
  const { workers } = runtime.parts;
  const { Object, Reflect, Request, Response, TypeError } = globalThis;
  const { illegal } = workers.words;
  const { apply } = Reflect;
  const { defineProperty, getOwnPropertyDescriptor, setPrototypeOf } = Object;
  const isPrototypeOf = Function.prototype.call.bind(Object.prototype.isPrototypeOf);

  class Body {
    constructor() {
      throw new TypeError("Illegal constructor");
    }
  }

  const [request, response] = [Request.prototype, Response.prototype];

  /** The function of whichever of the two it is called on. */
  function choose(ofRequest, ofResponse) {
    return (self, args) => {
      if (isPrototypeOf(response, self)) return apply(ofResponse, self, args);
      if (isPrototypeOf(request, self)) return apply(ofRequest, self, args);
      throw illegal();
    };
  }

  // Last of all: other scripts have methods of their own for some of them.
  workers.boot(() => {
    for (const name of ["body", "bodyUsed"]) {
      const get = choose(getOwnPropertyDescriptor(request, name).get, getOwnPropertyDescriptor(response, name).get);
      defineProperty(Body.prototype, name, { get() { return get(this, []); }, configurable: true, enumerable: true });
    }
    for (const name of ["arrayBuffer", "bytes", "text", "json", "formData", "blob"]) {
      const call = choose(request[name], response[name]);
      const method = { [name]() { return call(this, arguments); } }[name];
      defineProperty(Body.prototype, name, { value: method, writable: true, configurable: true, enumerable: true });
    }

    for (const prototype of [request, response]) {
      for (const name of ["body", "bodyUsed", "arrayBuffer", "bytes", "text", "json", "formData", "blob", "textStream"]) delete prototype[name];
      setPrototypeOf(prototype, Body.prototype);
    }
    workers.interfaces({ Body });
  });
};
