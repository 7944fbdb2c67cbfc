// Globals of Workers that the web does not have, or has otherwise.
(runtime) => {
  const { apply } = Reflect;
  const { defineProperty, entries } = Object;
  const { workers } = runtime.parts;
  const { DOMException } = runtime.web.exception;
  const { AbortController, AbortSignal } = runtime.web.abort;

  const MAKING = Symbol("making");
  const { mistyped } = workers.words;

  /** What is waited for fails with an error, whatever the reason is. */
  const errorOf = (reason) => reason instanceof Error || reason instanceof DOMException ? reason : new Error(String(reason));

  // https://developers.cloudflare.com/workers/runtime-apis/web-standards/#navigatoruseragent
  class Navigator {
    constructor(making) {
      if (making !== MAKING) throw new TypeError("Illegal constructor");
      const members = { languages: ["en"], language: "en", platform: "", hardwareConcurrency: 1, userAgent: "Cloudflare-Workers" };
      for (const [name, value] of entries(members)) defineProperty(this, name, { value, enumerable: true, configurable: true });
    }

    sendBeacon(url, body = undefined) {
      if (arguments.length === 0) throw new TypeError("Failed to execute 'sendBeacon' on 'Navigator': parameter 1 is not of type 'string'.");
      // Nobody is told how it went.
      const sent = then(fetch(String(url), { method: "POST", body }), (response) => response.body?.cancel(), () => {});
      runtime.invocation()?.waitUntil(sent);
      return true;
    }
  }

  const { PromisePrototypeThen: then } = runtime.primordials;

  // https://developers.cloudflare.com/workers/runtime-apis/scheduler/
  class Scheduler {
    constructor(making) {
      if (making !== MAKING) throw new TypeError("Illegal constructor");
    }

    async wait(delay, options = undefined) {
      if (arguments.length === 0 || delay === undefined) throw mistyped("Scheduler.wait", 1);
      if (options !== undefined && options !== null && typeof options !== "object" && typeof options !== "function") throw mistyped("Scheduler.wait", 2);
      const signal = options?.signal;
      if (signal !== undefined && !(signal instanceof AbortSignal)) {
        throw new TypeError("Incorrect type for the 'signal' field on 'WaitOptions': the provided value is not of type 'AbortSignal'.");
      }
      if (signal?.aborted) throw errorOf(signal.reason);
      await new Promise((resolve, reject) => {
        const aborted = () => {
          clearTimeout(timer);
          reject(errorOf(signal.reason));
        };
        const timer = setTimeout(() => {
          signal?.removeEventListener("abort", aborted);
          resolve();
        }, delay);
        signal?.addEventListener("abort", aborted, { once: true });
      });
    }
  }

  // https://developers.cloudflare.com/workers/runtime-apis/performance/: time is that of `Date`, and begins with it.
  class Performance {
    constructor(making) {
      if (making !== MAKING) throw new TypeError("Illegal constructor");
    }

    get timeOrigin() {
      return 0;
    }

    now() {
      return Date.now();
    }
  }

  for (const Class of [Navigator, Scheduler, Performance]) {
    defineProperty(Class, "length", { value: 0 });
    workers.tag(Class);
  }
  workers.define("Navigator", Navigator);
  workers.own("navigator", new Navigator(MAKING));
  workers.own("scheduler", new Scheduler(MAKING));
  workers.own("performance", new Performance(MAKING));

  const { queueMicrotask } = globalThis;
  workers.define("queueMicrotask", {
    queueMicrotask(callback) {
      if (typeof callback !== "function") throw mistyped("ServiceWorkerGlobalScope.queueMicrotask", 1);
      // What it throws is reported like any error that nobody caught.
      apply(queueMicrotask, globalThis, [() => {
        try {
          callback();
        } catch (error) {
          workers.report(error);
        }
      }]);
    },
  }.queueMicrotask);

  const aborted = () => new DOMException("The operation was aborted", "AbortError");
  const { abort } = AbortController.prototype;
  AbortController.prototype.abort = function (reason = undefined) {
    apply(abort, this, [reason === undefined ? aborted() : reason]);
  };
  const { abort: abortedSignal } = AbortSignal;
  AbortSignal.abort = function (reason = undefined) {
    return apply(abortedSignal, AbortSignal, [reason === undefined ? aborted() : reason]);
  };

  const { timeout } = AbortSignal;
  AbortSignal.timeout = function (delay) {
    if (arguments.length === 0) throw mistyped("AbortSignal.timeout", 1);
    if (typeof delay === "symbol") throw new TypeError("Cannot convert a Symbol value to a number");
    const milliseconds = Math.trunc(Number(delay));
    // What is no time, or none to come, is now.
    return apply(timeout, AbortSignal, [milliseconds > 0 ? Math.min(milliseconds, Number.MAX_SAFE_INTEGER) : 0]);
  };
};
