import { failures, type Observations } from "./observe";

export const events: Observations = {
  "order and once": () => {
    const target = new EventTarget();
    const seen: string[] = [];
    target.addEventListener("a", () => seen.push("1"));
    target.addEventListener("a", () => seen.push("once"), { once: true });
    target.addEventListener("a", { handleEvent: () => seen.push("object") } as any);
    const listener = () => seen.push("twice?");
    target.addEventListener("a", listener);
    target.addEventListener("a", listener);
    target.dispatchEvent(new Event("a"));
    target.dispatchEvent(new Event("a"));
    return seen;
  },
  "event properties": () => {
    const event = new Event("a", { bubbles: true, cancelable: true }) as any;
    return [event.type, event.bubbles, event.cancelable, event.composed, event.defaultPrevented, event.eventPhase, event.target, event.currentTarget, event.returnValue, event.isTrusted, String(event), Object.keys(event)];
  },
  "preventDefault": () => {
    const target = new EventTarget();
    target.addEventListener("a", (event) => event.preventDefault());
    return [target.dispatchEvent(new Event("a", { cancelable: true })), target.dispatchEvent(new Event("a"))];
  },
  "stopImmediatePropagation": () => {
    const target = new EventTarget();
    const seen: number[] = [];
    target.addEventListener("a", (event) => (seen.push(1), event.stopImmediatePropagation()));
    target.addEventListener("a", () => seen.push(2));
    target.dispatchEvent(new Event("a"));
    return seen;
  },
  "removed by signal": () => {
    const target = new EventTarget();
    const controller = new AbortController();
    let count = 0;
    target.addEventListener("a", () => count++, { signal: controller.signal });
    target.dispatchEvent(new Event("a"));
    controller.abort();
    target.dispatchEvent(new Event("a"));
    return count;
  },
  "this and target": () => {
    const target = new EventTarget();
    let seen: unknown;
    target.addEventListener("a", function (this: any, event) {
      seen = [this === target, event.target === target, event.currentTarget === target, event.eventPhase, event.composedPath().length];
    });
    target.dispatchEvent(new Event("a"));
    return seen;
  },
  "dispatch while dispatching": () => {
    const target = new EventTarget();
    const event = new Event("a");
    let inner: unknown;
    target.addEventListener("a", () => {
      try {
        target.dispatchEvent(event);
      } catch (error: any) {
        inner = [error.name, error.message];
      }
    });
    target.dispatchEvent(event);
    return inner;
  },
  "wrong arguments": () => failures(() => new (Event as any)(), () => new EventTarget().dispatchEvent({} as any), () => (new EventTarget() as any).addEventListener("a"), () => new EventTarget().addEventListener("a", 5 as any), () => new EventTarget().addEventListener("a", null as any)),
  "custom event": () => {
    const event = new CustomEvent("x", { detail: { a: 1 } });
    return [event.detail, event instanceof Event, String(event)];
  },
  "message and close events": () => {
    const message = new MessageEvent("m", { data: 1 } as any) as any;
    const close = new CloseEvent("c", { code: 1000, reason: "r", wasClean: true } as any) as any;
    return [message.data, message.origin, message.lastEventId, message.source, message.ports, close.code, close.reason, close.wasClean];
  },
  "error event": () => {
    const event = new ErrorEvent("e", { message: "m", filename: "f", lineno: 1, colno: 2, error: 5 } as any) as any;
    return [event.message, event.filename, event.lineno, event.colno, event.error];
  },
  "a listener that throws": async () => {
    const target = new EventTarget();
    const seen: unknown[] = [];
    target.addEventListener("a", () => {
      throw new RangeError("thrown");
    });
    target.addEventListener("a", () => seen.push("second"));
    return [await failures(() => target.dispatchEvent(new Event("a"))), seen];
  },
  "reportError": () => {
    const seen: unknown[] = [];
    const listener = (event: any) => {
      event.preventDefault();
      seen.push([event.constructor.name, event.type, event.message, event.error instanceof RangeError, event.cancelable, event.target === globalThis]);
    };
    globalThis.addEventListener("error", listener);
    try {
      reportError(new RangeError("reported"));
      reportError("text");
    } finally {
      globalThis.removeEventListener("error", listener);
    }
    return seen;
  },
  "the global is a target": () => [globalThis instanceof EventTarget, typeof (globalThis as any).addEventListener, typeof (globalThis as any).dispatchEvent],
};

export const abort: Observations = {
  "abort": () => {
    const controller = new AbortController();
    let event: unknown;
    controller.signal.onabort = (e: any) => (event = [e.type, e.isTrusted, e.target === controller.signal]);
    controller.abort();
    controller.abort("again");
    const { reason } = controller.signal;
    return [controller.signal.aborted, reason, reason.code, reason.constructor.name, event];
  },
  "abort with reason": () => {
    const controller = new AbortController();
    controller.abort(5);
    return [controller.signal.reason, failures(() => controller.signal.throwIfAborted())].at(0);
  },
  "throwIfAborted": () => AbortSignal.abort(new RangeError("r")).throwIfAborted(),
  "throwIfAborted by default": () => AbortSignal.abort().throwIfAborted(),
  "not aborted": () => [new AbortController().signal.aborted, new AbortController().signal.reason, new AbortController().signal.throwIfAborted()],
  "any": () => {
    const a = new AbortController();
    const any = AbortSignal.any([a.signal, new AbortController().signal]);
    a.abort("a");
    return [any.aborted, any.reason, AbortSignal.any([]).aborted, AbortSignal.any([AbortSignal.abort("x")]).reason];
  },
  "any wrong": () => failures(() => AbortSignal.any([{} as any]), () => (AbortSignal as any).any(5)),
  "timeout": () => new Promise((resolve) => {
    const signal = AbortSignal.timeout(1);
    signal.addEventListener("abort", () => resolve([signal.reason, signal.reason.code]));
  }),
  "timeout wrong": () => failures(() => AbortSignal.timeout(-1).aborted, () => AbortSignal.timeout("x" as any).aborted, () => (AbortSignal as any).timeout()),
  "cannot be made": () => new (AbortSignal as any)(),
  "tags": () => [String(new AbortController()), String(new AbortController().signal), Object.keys(new AbortController())],
};

export const timers: Observations = {
  "order": () => new Promise((resolve) => {
    const seen: string[] = [];
    setTimeout(() => (seen.push("timeout 1"), resolve(seen)), 1);
    setTimeout(() => seen.push("timeout 0"), 0);
    queueMicrotask(() => seen.push("microtask"));
    Promise.resolve().then(() => seen.push("promise"));
    seen.push("sync");
  }),
  "arguments": () => new Promise((resolve) => setTimeout((...args: unknown[]) => resolve(args), 0, 1, "b")),
  "ids": () => {
    const id = setTimeout(() => {}, 0) as any;
    clearTimeout(id);
    return [typeof id, clearTimeout(undefined), clearTimeout(-1 as any), clearTimeout("x" as any)];
  },
  "interval": () => new Promise((resolve) => {
    let count = 0;
    const id = setInterval(() => {
      if (++count === 3) {
        clearInterval(id);
        resolve(count);
      }
    }, 0);
  }),
  "clearTimeout clears intervals": () => new Promise((resolve) => {
    const id = setInterval(() => resolve("ran"), 0) as any;
    clearTimeout(id);
    setTimeout(() => resolve("cleared"), 5);
  }),
  "text as code": () => setTimeout("1" as any, 0),
  "no function": () => failures(() => setTimeout(undefined as any), () => setTimeout({} as any), () => (setTimeout as any)(), () => (queueMicrotask as any)(5), () => setInterval(null as any)),
  "odd delays": () => new Promise((resolve) => {
    let count = 0;
    for (const delay of [-1, NaN, "0", undefined, null]) setTimeout(() => ++count === 5 && resolve(count), delay as any);
  }),
  "this": () => new Promise((resolve) => setTimeout(function (this: unknown) {
    resolve([this === undefined, this === globalThis]);
  }, 0)),
  "scheduler.wait": async () => failures(() => (scheduler as any).wait(1), () => (scheduler as any).wait(1000, { signal: AbortSignal.abort("stop") }), () => (scheduler as any).wait()),
  "scheduler.wait more": async () => {
    const controller = new AbortController();
    const waiting = (scheduler as any).wait(10_000, { signal: controller.signal });
    controller.abort("enough");
    return failures(() => waiting, () => (scheduler as any).wait("x"), () => (scheduler as any).wait(-5), () => (scheduler as any).wait(1, { signal: {} }), () => (scheduler as any).wait(1, 5), () => (scheduler as any).wait(0, null), () => (scheduler as any).wait(NaN));
  },
  "scheduler members": () => [Object.getOwnPropertyNames(Object.getPrototypeOf(scheduler)).sort(), Object.keys(scheduler as any), typeof (scheduler as any).postTask, typeof (scheduler as any).yield, String(scheduler)],
  "the clock is whole milliseconds": () => [Number.isInteger(Date.now()), typeof performance.now(), Math.abs(Date.now() - new Date().getTime()) < 1000],
  "performance": () => [typeof performance.timeOrigin, Object.keys(performance), String(performance), typeof (performance as any).mark],
};

export const messages: Observations = {
  "channel": () => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel() as any;
    port1.onmessage = (event: any) => resolve([event.data, event.type, event.constructor.name]);
    port2.postMessage({ a: [1, new Date(0)] });
  }),
  "addEventListener without start": () => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel() as any;
    port1.addEventListener("message", () => resolve("came"));
    port2.postMessage(1);
    setTimeout(() => resolve("did not come"), 20);
  }),
  "after close": () => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel() as any;
    port1.onmessage = () => resolve("came");
    port1.close();
    port2.postMessage(1);
    setTimeout(() => resolve("did not come"), 20);
  }),
  "a function": () => {
    const { port1 } = new MessageChannel() as any;
    return port1.postMessage(() => 1);
  },
  "properties": () => {
    const channel = new MessageChannel() as any;
    const names = (object: any) => Object.getOwnPropertyNames(object).sort();
    return [names(MessageChannel.prototype), names(MessagePort.prototype), Object.keys(channel), channel.port1 === channel.port1, String(channel), String(channel.port1), channel.port1.onmessage,
      channel.port1.onclose, channel.port1 instanceof EventTarget];
  },
  "the event": () => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel() as any;
    port1.onmessage = (event: any) =>
      resolve([event.data, event.origin, event.lastEventId, event.source, event.ports, event.isTrusted, event.cancelable, event.target === port1, event.currentTarget === port1]);
    port2.postMessage({ a: 1 });
  }),
  "order": () => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel() as any;
    const seen: unknown[] = [];
    port1.onmessage = (event: any) => {
      seen.push(event.data);
      Promise.resolve().then(() => seen.push(`microtask after ${event.data}`));
      if (event.data === 2) setTimeout(() => resolve(seen), 5);
    };
    port2.postMessage(1);
    port2.postMessage(2);
    queueMicrotask(() => seen.push("microtask"));
    setTimeout(() => seen.push("timeout"), 0);
    seen.push("sync");
  }),
  "sent before there is a listener": () => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel() as any;
    port2.postMessage("early");
    setTimeout(() => {
      port1.onmessage = (event: any) => resolve(event.data);
      setTimeout(() => resolve("lost"), 5000);
    }, 5);
  }),
  "start": () => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel() as any;
    port1.addEventListener("message", (event: any) => resolve(event.data));
    port1.start();
    port2.postMessage("started");
    setTimeout(() => resolve("did not come"), 5000);
  }),
  "cloned when posted": () => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel() as any;
    const value = { a: 1 };
    port1.onmessage = (event: any) => resolve([event.data, event.data === value]);
    port2.postMessage(value);
    value.a = 2;
  }),
  "transfer": () => {
    const { port1, port2 } = new MessageChannel() as any;
    const buffer = new ArrayBuffer(4);
    return failures(() => port1.postMessage(buffer, [buffer]), () => port1.postMessage(1, [port2]), () => port1.postMessage(1, { transfer: [buffer] }), () => port1.postMessage(1, {}), () => port1.postMessage(), () => buffer.byteLength);
  },
  "both ways": () => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel() as any;
    port2.onmessage = (event: any) => port2.postMessage(event.data + 1);
    port1.onmessage = (event: any) => resolve(event.data);
    port1.postMessage(1);
  }),
  "onmessage is cleared": () => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel() as any;
    port1.onmessage = () => resolve("came");
    port1.onmessage = null;
    const cleared = port1.onmessage;
    port1.onmessage = "text";
    port2.postMessage(1);
    setTimeout(() => resolve([cleared, port1.onmessage]), 20);
  }),
  "close of the other side": () => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel() as any;
    const seen: unknown[] = [];
    port1.onclose = (event: any) => seen.push(["onclose", event?.type]);
    port1.addEventListener("close", (event: any) => seen.push(["close", event.constructor.name]));
    port2.addEventListener("close", () => seen.push("own close"));
    port2.close();
    port2.close();
    setTimeout(() => resolve([seen, port1.postMessage(1)]), 10);
  }),
  "a listener that throws": () => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel() as any;
    let count = 0;
    const onError = (event: any) => event.preventDefault();
    globalThis.addEventListener("error", onError);
    port1.onmessage = () => {
      if (++count === 1) throw new Error("in a listener");
      globalThis.removeEventListener("error", onError);
      resolve(count);
    };
    port2.postMessage(1);
    port2.postMessage(2);
  }),
  "messageerror": () => ["onmessageerror" in MessagePort.prototype, typeof (MessagePort.prototype as any).start, typeof (globalThis as any).BroadcastChannel],
  "unhandled rejection event": () => new Promise((resolve) => {
    const listener = (event: any) => {
      event.preventDefault();
      globalThis.removeEventListener("unhandledrejection", listener);
      resolve([event.type, event.reason, event.promise instanceof Promise, event.constructor.name]);
    };
    globalThis.addEventListener("unhandledrejection", listener);
    Promise.reject("lost");
  }),
  "rejections that are handled late": () => new Promise((resolve) => {
    const seen: unknown[] = [];
    const listener = (event: any) => seen.push([event.type, event.reason === undefined ? "none" : String(event.reason), event.cancelable, event.defaultPrevented, event.isTrusted]);
    const onError = (event: any) => seen.push("error");
    for (const type of ["unhandledrejection", "rejectionhandled"]) globalThis.addEventListener(type, listener);
    globalThis.addEventListener("error", onError);
    const late = Promise.reject(new Error("late"));
    const soon = Promise.reject(new Error("soon"));
    queueMicrotask(() => soon.catch(() => {}));
    const finish = () => {
      for (const type of ["unhandledrejection", "rejectionhandled"]) globalThis.removeEventListener(type, listener);
      globalThis.removeEventListener("error", onError);
      resolve(seen);
    };
    // One after the other: both may be late, and are due together then.
    setTimeout(() => {
      late.catch(() => {});
      setTimeout(finish, 20);
    }, 2);
  }),
  "PromiseRejectionEvent": () => [Object.getOwnPropertyNames(PromiseRejectionEvent.prototype).sort()],
};
