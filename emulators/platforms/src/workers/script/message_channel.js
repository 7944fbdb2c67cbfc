// `MessageChannel`: two ports of one isolate. https://github.com/cloudflare/workerd/blob/main/src/workerd/api/messagechannel.c++
(runtime) => {
  const { workers } = runtime.parts;
  const { Array, Error, Object, Symbol, TypeError } = globalThis;
  const { EventTarget, Event, MessageEvent, listenerCount } = runtime.web.event;
  const { cloneWith } = runtime.web.cloning;
  const { queueMicrotask } = globalThis;
  const { isArray } = Array;
  const { defineProperty } = Object;
  const uncurry = (method) => Function.prototype.call.bind(method);
  const push = uncurry(Array.prototype.push);
  const { illegal, mistyped } = workers.words;

  const MAKING = Symbol("making");
  const PENDING = 0, STARTED = 1, CLOSED = 2;

  const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";

  class MessagePort extends EventTarget {
    #state = PENDING;
    #waiting = [];
    #other;
    #onmessage = null;

    constructor(token) {
      if (token !== MAKING) throw new TypeError("Illegal constructor");
      super();
    }

    postMessage(data = undefined, options = undefined) {
      if (!isPort(this)) throw illegal();
      if (!isObject(options) && options !== undefined && options !== null) throw mistyped("MessagePort.postMessage", 2);
      const list = isArray(options) ? options : options?.transfer ?? [];
      if (list.length > 0) throw new Error("Transfer list is not supported");
      const clone = cloneWith(data);
      this.#other?.#deliver(clone);
    }

    start() {
      if (!isPort(this)) throw illegal();
      if (this.#state !== PENDING) return;
      this.#state = STARTED;
      const list = this.#waiting;
      this.#waiting = [];
      queueMicrotask(() => {
        for (let at = 0; at < list.length; at++) this.#dispatch(list[at]);
      });
    }

    close() {
      if (!isPort(this)) throw illegal();
      if (this.#state === CLOSED) return;
      this.#state = CLOSED;
      const other = this.#other;
      this.#other = undefined;
      other?.close();
      workers.dispatch(this, new Event("close"));
    }

    get onmessage() {
      if (!isPort(this)) throw illegal();
      return this.#onmessage;
    }

    set onmessage(handler) {
      if (!isPort(this)) throw illegal();
      this.#onmessage = isObject(handler) ? handler : null;
      this.#adjust();
    }

    /** With somebody to listen messages are delivered, without they wait. */
    #adjust() {
      if (this.#onmessage !== null) this.start();
      else if (this.#state === STARTED && listenerCount(this, "message") === 0) this.#state = PENDING;
    }

    #deliver(data) {
      if (this.#state === PENDING) push(this.#waiting, data);
      else if (this.#state === STARTED) queueMicrotask(() => this.#dispatch(data));
    }

    #dispatch(data) {
      try {
        workers.dispatch(this, messageOf(this, data));
      } catch (error) {
        // There it comes as a message of its own, and only what is thrown at that is an error that nobody caught.
        workers.dispatch(this, messageOf(this, error));
      }
    }

    static isPort(value) {
      return isObject(value) && #state in value;
    }

    static pair() {
      const port1 = new MessagePort(MAKING), port2 = new MessagePort(MAKING);
      port1.#other = port2;
      port2.#other = port1;
      return { port1, port2 };
    }
  }
  const { isPort, pair } = MessagePort;
  for (const name of ["isPort", "pair"]) delete MessagePort[name];
  defineProperty(MessagePort, "length", { value: 0 });

  function messageOf(source, data) {
    const event = new MessageEvent("message", { data, source });
    workers.trust(event);
    return event;
  }

  class MessageChannel {
    constructor() {
      const { port1, port2 } = pair();
      defineProperty(this, "port2", { __proto__: null, value: port2, enumerable: true, configurable: true });
      defineProperty(this, "port1", { __proto__: null, value: port1, enumerable: true, configurable: true });
    }
  }

  workers.interfaces({ MessageChannel, MessagePort });
};
