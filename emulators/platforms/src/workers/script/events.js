// Service-worker syntax: listeners of the global object in place of exported handlers.
// https://developers.cloudflare.com/workers/reference/migrate-to-module-workers/
(runtime) => {
  const { workers } = runtime.parts;
  const { DOMException, Error, Event, Object, Response, Symbol, TypeError } = globalThis;
  const { defineProperty } = Object;
  const uncurry = (method) => Function.prototype.call.bind(method);
  const stop = uncurry(Event.prototype.stopImmediatePropagation);

  const MAKING = Symbol("making");
  const HANDLED = ["fetch", "scheduled"];

  class ExtendableEvent extends Event {
    #invocation;
    constructor(token, type, invocation) {
      if (token !== MAKING) throw new TypeError("Illegal constructor");
      super(type);
      this.#invocation = invocation;
    }
    waitUntil(promise) {
      if (!(#invocation in this)) throw new TypeError(workers.ILLEGAL_INVOCATION);
      if (arguments.length === 0) throw workers.words.mistyped("ExtendableEvent.waitUntil", 1);
      this.#invocation.waitUntil(promise);
    }
    static invocationOf(event) {
      return event.#invocation;
    }
  }
  const { invocationOf } = ExtendableEvent;
  delete ExtendableEvent.invocationOf;

  class FetchEvent extends ExtendableEvent {
    #answer;
    constructor(token, request, invocation) {
      super(token, "fetch", invocation);
      defineProperty(this, "request", { __proto__: null, value: request, enumerable: true });
    }
    respondWith(answer) {
      if (!(#answer in this)) throw new TypeError(workers.ILLEGAL_INVOCATION);
      if (!(answer instanceof Response) && typeof answer?.then !== "function") {
        throw new TypeError("Failed to execute 'respondWith' on 'FetchEvent': parameter 1 is not of type 'Promise'.");
      }
      if (this.#answer !== undefined) {
        throw new DOMException("FetchEvent.respondWith() has already been called; it can only be called once.", "InvalidStateError");
      }
      if (invocationOf(this).dispatched) {
        throw new DOMException("Too late to call FetchEvent.respondWith(). It must be called synchronously in the event handler.", "InvalidStateError");
      }
      this.#answer = { answer };
      // The listeners after this one have nothing more to say.
      stop(this);
    }
    passThroughOnException() {
      if (!(#answer in this)) throw new TypeError(workers.ILLEGAL_INVOCATION);
      invocationOf(this).passesThrough = true;
    }
    static answerOf(event) {
      return event.#answer;
    }
  }
  const { answerOf } = FetchEvent;
  delete FetchEvent.answerOf;

  class ScheduledEvent extends ExtendableEvent {
    #noted;
    constructor(token, tick, invocation) {
      super(token, "scheduled", invocation);
      const { scheduledTime, cron } = tick;
      this.#noted = invocation.noted;
      defineProperty(this, "scheduledTime", { __proto__: null, value: scheduledTime, enumerable: true });
      defineProperty(this, "cron", { __proto__: null, value: cron, enumerable: true });
    }
    noRetry() {
      if (!(#noted in this)) throw new TypeError(workers.ILLEGAL_INVOCATION);
      this.#noted.noRetry = true;
    }
  }

  workers.boot((head) => {
    workers.interfaces({ ExtendableEvent, FetchEvent, ScheduledEvent });
    // Without a default export there is nobody to pass the environment to, so it is global, as `wrangler` decides by the same rule.
    if (head.exports.includes("default")) return;
    for (const [name, value] of Object.entries(workers.env)) {
      defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: true });
    }
  });

  /** The events that listeners were added for. */
  workers.listenedTo = () => HANDLED.filter((type) => runtime.listeners(type) > 0);

  /** Shows a request to the listeners. Gives what one of them answered. */
  workers.dispatchFetch = (request, invocation) => {
    const event = new FetchEvent(MAKING, request, invocation);
    try {
      runtime.dispatch(event);
    } finally {
      invocation.dispatched = true;
    }
    const answered = answerOf(event);
    if (answered !== undefined) return answered.answer;
    runtime.log(2, "No listener called `event.respondWith()` before it returned. In production the request would go on to the origin.", invocation.id);
    throw new Error("Network connection lost.");
  };

  /** Shows a point of time to the listeners. */
  workers.dispatchScheduled = (tick, invocation) => runtime.dispatch(new ScheduledEvent(MAKING, tick, invocation));

};
