// Cron triggers: the `scheduled` handler.
// https://developers.cloudflare.com/workers/runtime-apis/handlers/scheduled/
(runtime) => {
  const { workers } = runtime.parts;
  const { Error, Object, Reflect, Symbol, TypeError } = globalThis;
  const { defineProperty } = Object;
  const { apply } = Reflect;

  const MAKING = Symbol("making");

  class ScheduledController {
    #noted;
    constructor(token, tick, invocation) {
      if (token !== MAKING) throw new TypeError("Illegal constructor");
      const { cron, scheduledTime } = tick;
      this.#noted = invocation.noted;
      defineProperty(this, "cron", { value: cron, enumerable: true });
      defineProperty(this, "scheduledTime", { value: scheduledTime, enumerable: true });
    }
    noRetry() {
      if (typeof this !== "object" || this === null || !(#noted in this)) throw new TypeError(workers.ILLEGAL_INVOCATION);
      this.#noted.noRetry = true;
    }
  }
  workers.boot(() => workers.tag(ScheduledController));

  let warned = false;

  /** https://github.com/cloudflare/workerd/blob/main/src/workerd/api/global-scope.c++: nobody takes it, and trying again is no use. */
  function refuse(warning, message, invocation) {
    if (!warned) runtime.log(2, warning, invocation.id);
    warned = true;
    invocation.noted.noRetry = true;
    throw new Error(message);
  }

  /** Runs the handler of `entrypoint()`, or the listeners where there is none. */
  workers.scheduled = (tick, invocation, entrypoint) => {
    invocation.noted = { noRetry: false };
    if (entrypoint === undefined) {
      if (runtime.listeners("scheduled") > 0) return workers.dispatchScheduled(tick, invocation);
      refuse(
        "Received a ScheduledEvent but we lack an event listener for scheduled events (a.k.a. Cron Triggers). Did you remember to call " +
          'addEventListener("scheduled", ...)?',
        "No event listener registered for scheduled events.",
        invocation,
      );
    }
    const { target, insert } = entrypoint();
    const handler = target.scheduled;
    if (typeof handler !== "function") {
      refuse(
        "Received a ScheduledEvent but we lack a handler for ScheduledEvents (a.k.a. Cron Triggers). Did you remember to export a scheduled() " +
          "function?",
        "Handler does not export a scheduled() function",
        invocation,
      );
    }
    const controller = new ScheduledController(MAKING, tick, invocation);
    // A class has environment and context of its own.
    return apply(handler, target, [controller, insert?.env, insert?.ctx]);
  };
};
