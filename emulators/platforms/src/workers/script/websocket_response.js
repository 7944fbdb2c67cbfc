// Responses that carry a WebSocket: `new Response(null, { status: 101, webSocket })`, and those of whoever was asked for one.
// https://developers.cloudflare.com/workers/runtime-apis/response/
(runtime) => {
  const { apply, construct } = Reflect;
  const { defineProperty } = Object;
  const { workers } = runtime.parts;
  const { Wire, sockets } = workers;
  const { Response: Native } = runtime.web.response;

  const carried = new runtime.safe.WeakMap();

  function checked(body, { status, webSocket }) {
    if (webSocket !== undefined && webSocket !== null && !sockets.is(webSocket)) {
      throw new TypeError("Incorrect type for the 'webSocket' field on 'InitializerDict': the provided value is not of type 'WebSocket'.");
    }
    if (webSocket === undefined || webSocket === null) {
      if (status !== 101) return undefined;
      throw new RangeError("Responses may only be constructed with status codes in the range 200 to 599, inclusive.");
    }
    if (status !== 101) throw new RangeError("Responses with a WebSocket must have status code 101.");
    if (body !== undefined && body !== null) throw new TypeError("Response with null body status (101, 204, 205, or 304) cannot have a body.");
    return webSocket;
  }

  const Response = new Proxy(Native, {
    __proto__: null,
    construct(target, args, newTarget) {
      // By index: code may have changed how lists are gone through.
      const body = args[0], init = args[1];
      const socket = typeof init === "object" && init !== null ? checked(body, init) : undefined;
      if (socket === undefined) return construct(target, args, newTarget === Response ? target : newTarget);
      const { headers, statusText } = init;
      const response = construct(target, [null, { headers, status: 200, statusText: statusText ?? "Switching Protocols" }], newTarget === Response ? target : newTarget);
      carry(response, socket);
      return response;
    },
  });

  function carry(response, socket) {
    runtime.toInnerResponse(response).status = 101;
    carried.set(response, socket);
  }

  defineProperty(Native.prototype, "constructor", { value: Response, writable: true, configurable: true, enumerable: false });
  // After the members that `bodies.js` gives a response: what carries a socket is known here alone.
  workers.boot(() => {
    const { get } = Object.getOwnPropertyDescriptor({ get webSocket() { return carried.get(this) ?? null; } }, "webSocket");
    defineProperty(Native.prototype, "webSocket", { get, configurable: true, enumerable: true });
  });
  const { clone } = Native.prototype;
  Native.prototype.clone = function () {
    if (carried.has(this)) throw new TypeError("Cannot clone a response to a WebSocket handshake.");
    return apply(clone, this, []);
  };
  workers.define("Response", Response);

  /** What makes a WebSocket of the client's connection, where the answer is one. */
  workers.socketOf = (response, { request }) => {
    const socket = carried.get(response);
    if (socket === undefined) return undefined;
    if (!workers.asksForSocket(runtime.toInnerRequest(request).headerList)) {
      throw new TypeError('Worker tried to return a WebSocket in a response to a request which did not contain the header "Upgrade: websocket".');
    }
    const { accepted, released, client } = sockets.info(socket);
    if (client) throw new TypeError("Can't return WebSocket in a Response if it was created with `new WebSocket()`");
    if (released) throw new TypeError("Can't return WebSocket that was already used in a response.");
    if (accepted) throw new TypeError("Can't return WebSocket in a Response after calling accept().");
    return (incoming) => {
      const wire = new Wire();
      const back = sockets.release(socket, wire.send);
      wire.read(incoming, back);
      return wire.stream;
    };
  };

  /** The answer to a request for a WebSocket: with one, if the status says so. `wire` is what the code says. */
  workers.answered = (value, body, wire) => {
    if (value.status !== 101) return runtime.toResponse(value, body);
    const { headers, statusText } = value;
    const response = new Native(null, { headers, statusText: statusText === "" ? undefined : statusText });
    const socket = sockets.make(wire.send);
    wire.read(body, (message) => sockets.deliver(socket, message));
    carry(response, socket);
    return response;
  };
};
