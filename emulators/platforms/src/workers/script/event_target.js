// Events as Workers dispatch them: an `on…` property is called first, what a listener throws comes out of `dispatchEvent`, and
// `return true` prevents the default. https://github.com/cloudflare/workerd/blob/main/src/workerd/api/basics.c++
(runtime) => {
  const { apply, ownKeys } = Reflect;
  const { workers } = runtime.parts;
  const { DOMException } = runtime.web.exception;
  const { Event, EventTarget, ErrorEvent, MessageEvent, PromiseRejectionEvent, eventTargetData } = runtime.web.event;

  /** Where the engine's events keep what they are; symbols, since a class cannot be asked. */
  const slots = {};
  for (const symbol of ownKeys(new Event("")).filter((key) => typeof key === "symbol")) slots[symbol.description] = symbol;
  const ATTRIBUTES = slots["[[attributes]]"];
  const DISPATCHED = slots["[[dispatched]]"];
  const STOPPED = slots["[[stopImmediatePropagationFlag]]"];
  const CANCELED = slots["[[canceledFlag]]"];
  const PATH = slots["[[path]]"];
  const TRUSTED = slots["[[isTrusted]]"];

  const { illegal, mistyped } = workers.words;
  const { throughBytes } = runtime.web.webidl;
  const { RegExpPrototypeExec: exec } = runtime.primordials;

  // The global object is a target like any other, and is marked as they are.
  for (const symbol of ownKeys(new EventTarget())) Object.defineProperty(globalThis, symbol, { value: symbol });

  const AT_TARGET = 2;
  const NONE = 0;

  function begin(event, target) {
    const attributes = event[ATTRIBUTES];
    if (event[DISPATCHED]) throw new DOMException("The event is already being dispatched.", "InvalidStateError");
    event[DISPATCHED] = true;
    event[CANCELED] = false;
    attributes.target = target;
    attributes.currentTarget = target;
    attributes.eventPhase = AT_TARGET;
    event[PATH] = [{ item: target, target, relatedTarget: null, rootOfClosedTree: false, slotInClosedTree: false, itemInShadowTree: false, touchTargetList: [] }];
  }

  function end(event) {
    event[ATTRIBUTES].eventPhase = NONE;
    event[DISPATCHED] = false;
    event[STOPPED] = false;
    event[PATH] = [];
  }

  function run(event, target, callback) {
    const returned = typeof callback === "function" ? apply(callback, target, [event]) : callback.handleEvent(event);
    // An error that the platform tells of counts as dealt with, though nothing else can be prevented about it.
    if (returned === true && (event.cancelable || event[TRUSTED])) event[CANCELED] = true;
  }

  function holds(list, item) {
    for (let at = 0; at < list.length; at++) if (list[at] === item) return true;
    return false;
  }

  function dispatch(target, event) {
    begin(event, target);
    try {
      const own = target[`on${event.type}`];
      const { listeners } = target[eventTargetData] ?? {};
      // Those that are there now; code may have changed how lists are copied.
      const now = listeners?.[event.type], count = now?.length ?? 0, list = [];
      let isListed = false;
      for (let at = 0; at < count; at++) {
        list[at] = now[at];
        isListed ||= now[at].callback === own || now[at].callback.handler === own;
      }
      if (typeof own === "function" && !isListed) run(event, target, own);
      for (let at = 0; at < count && !event[STOPPED]; at++) {
        const listener = list[at];
        if (!holds(listeners[event.type], listener)) continue;
        if (listener.options.once) target.removeEventListener(event.type, listener.callback);
        run(event, target, listener.callback);
      }
    } finally {
      end(event);
    }
    return !event[CANCELED];
  }

  EventTarget.prototype.dispatchEvent = function (event) {
    const target = this ?? globalThis;
    if (!isTarget(target)) throw illegal();
    if (!(event instanceof Event)) throw mistyped("EventTarget.dispatchEvent", 1);
    return dispatch(target, event);
  };

  delete EventTarget.prototype.getParent;
  const { addEventListener } = EventTarget.prototype;

  EventTarget.prototype.addEventListener = function (type, callback, options = undefined) {
    const target = this ?? globalThis;
    check("EventTarget.addEventListener", target, arguments);
    if (typeof callback === "object" && callback !== null) {
      if (typeof callback.handleEvent !== "function") {
        throw new TypeError("Incorrect type for the 'handleEvent' field on 'HandlerObject': the provided value is not of type 'function'.");
      }
    }
    checkOptions("addEventListener", options);
    if (callback === null || callback === undefined) return;
    apply(addEventListener, target, [typeof type === "string" ? throughBytes(type) : type, callback, options]);
  };

  const isTarget = (value) => typeof value === "object" && value !== null && (value instanceof EventTarget || value === globalThis);

  /** What every listener is added and removed with. */
  function check(method, target, args) {
    if (!isTarget(target)) throw illegal();
    if (args.length === 0) throw mistyped(method, 1);
    if (typeof args[0] === "symbol") throw new TypeError("Cannot convert a Symbol value to a string");
    const callback = args[1];
    if (args.length === 1 || (typeof callback !== "function" && typeof callback !== "object" && callback !== undefined)) throw mistyped(method, 2);
  }

  const { removeEventListener } = EventTarget.prototype;

  EventTarget.prototype.removeEventListener = function (type, callback, options = undefined) {
    const target = this ?? globalThis;
    check("EventTarget.removeEventListener", target, arguments);
    checkOptions("removeEventListener", options);
    apply(removeEventListener, target, [typeof type === "string" ? throughBytes(type) : type, callback, options]);
  };

  function checkOptions(method, options) {
    if (typeof options !== "object" || options === null) {
      if (options) throw new TypeError(`${method}(): useCapture must be false.`);
      return;
    }
    if (options.capture) throw new TypeError(`${method}(): options.capture must be false.`);
    if (options.passive) throw new TypeError(`${method}(): options.passive must be false.`);
  }

  // What is not there yet is undefined, not null; and it stays when the event has been dispatched.
  for (const name of ["currentTarget", "target", "srcElement"]) {
    Object.defineProperty(Event.prototype, name, {
      get() {
        return this[ATTRIBUTES][name === "currentTarget" ? name : "target"] ?? undefined;
      },
      configurable: true,
      enumerable: true,
    });
  }

  // Whether it may be prevented or not, that it was is what whoever dispatches it is told.
  Event.prototype.preventDefault = function () {
    if (!(this instanceof Event)) throw illegal();
    this[CANCELED] = true;
  };
  Object.defineProperty(Event.prototype, "defaultPrevented", {
    get() {
      return this[CANCELED] && this.cancelable;
    },
    configurable: true,
    enumerable: true,
  });

  const { get: returnValue } = Object.getOwnPropertyDescriptor(Event.prototype, "returnValue");
  Object.defineProperty(Event.prototype, "returnValue", { get: returnValue, set: undefined, configurable: true, enumerable: true });

  const counts = (type) => globalThis[eventTargetData]?.listeners?.[type]?.length ?? 0;

  /** Promises that the code was told of; one that is handled after all is told of again. */
  const told = new runtime.safe.WeakSet();

  runtime.onRejections({
    unhandled(promise, reason) {
      if (counts("unhandledrejection") + counts("rejectionhandled") === 0) return false;
      told.add(promise);
      attempt(() => dispatch(globalThis, trusted(new PromiseRejectionEvent("unhandledrejection", { promise, reason }))));
      return false;
    },
    handled(promise) {
      if (told.delete(promise)) attempt(() => dispatch(globalThis, trusted(new PromiseRejectionEvent("rejectionhandled", { promise }))));
    },
  });

  function trusted(event) {
    event[TRUSTED] = true;
    return event;
  }

  function attempt(work) {
    try {
      work();
    } catch (error) {
      runtime.log(3, `Uncaught ${runtime.describe(error)}`);
    }
  }

  const textOf = (error) => {
    if (error instanceof Error || error instanceof DOMException) return `${error.name}: ${error.message}`;
    return typeof error === "object" && error !== null ? `#<${error.constructor?.name ?? "Object"}>` : String(error);
  };

  /** Where the error was made, by the first frame of its stack that is code of the app. */
  function placeOf(error) {
    const stack = typeof error?.stack === "string" ? error.stack : new Error().stack;
    const found = exec(/\(?(file:[^\s()]*):(\d+):(\d+)\)?/, stack);
    return found === null ? { filename: "", lineno: 0, colno: 0 } : { filename: found[1], lineno: +found[2], colno: +found[3] };
  }

  /** Tells the code of an error that nobody caught, and writes it down unless the code says that it has been dealt with. */
  function report(error) {
    let handled = false;
    if (counts("error") > 0) {
      const { filename, lineno, colno } = placeOf(error);
      const event = new ErrorEvent("error", { message: `Uncaught ${textOf(error)}`, filename, lineno, colno, error });
      event[TRUSTED] = true;
      attempt(() => (handled = !dispatch(globalThis, event)));
    }
    if (!handled) runtime.log(3, `Uncaught ${runtime.describe(error)}`);
  }

  runtime.onException(report);

  workers.define("reportError", function reportError(error) {
    if (arguments.length === 0) throw mistyped("ServiceWorkerGlobalScope.reportError", 1);
    report(error);
  });

  workers.report = report;
  workers.dispatch = dispatch;
  workers.trust = (event) => {
    event[TRUSTED] = true;
    // What has no origin has none of the empty name.
    if (event instanceof MessageEvent && event.origin === "") event.origin = null;
  };
};
