// Events as Workers dispatch them: an `on…` property is called first, what a listener throws comes out of `dispatchEvent`, and
// `return true` prevents the default. https://github.com/cloudflare/workerd/blob/main/src/workerd/api/basics.c++
(runtime) => {
  const { apply, ownKeys } = Reflect;
  const { workers } = runtime.parts;
  const { DOMException } = runtime.web.exception;
  const { CustomEvent, Event, EventTarget, ErrorEvent, PromiseRejectionEvent, eventTargetData } = runtime.web.event;

  /** Where the engine's events keep what they are; symbols, since a class cannot be asked. */
  const slots = {};
  for (const symbol of ownKeys(new Event("")).filter((key) => typeof key === "symbol")) slots[symbol.description] = symbol;
  const ATTRIBUTES = slots["[[attributes]]"];
  const DISPATCHED = slots["[[dispatched]]"];
  const STOPPED = slots["[[stopImmediatePropagationFlag]]"];
  const CANCELED = slots["[[canceledFlag]]"];
  const PATH = slots["[[path]]"];
  const TRUSTED = slots["[[isTrusted]]"];

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

  function dispatch(target, event) {
    begin(event, target);
    try {
      const own = target[`on${event.type}`];
      const { listeners } = target[eventTargetData] ?? {};
      const list = listeners?.[event.type] ?? [];
      if (typeof own === "function" && !list.some(({ callback }) => callback === own || callback.handler === own)) run(event, target, own);
      for (const listener of [...list]) {
        if (event[STOPPED]) break;
        if (!listeners[event.type].includes(listener)) continue;
        if (listener.options.once) target.removeEventListener(event.type, listener.callback);
        run(event, target, listener.callback);
      }
    } finally {
      end(event);
    }
    return !event.defaultPrevented;
  }

  EventTarget.prototype.dispatchEvent = function (event) {
    const target = this ?? globalThis;
    if (!(event instanceof Event)) {
      throw new TypeError("Failed to execute 'dispatchEvent' on 'EventTarget': parameter 1 is not of type 'Event'.");
    }
    return dispatch(target, event);
  };

  delete EventTarget.prototype.getParent;
  const { addEventListener } = EventTarget.prototype;

  EventTarget.prototype.addEventListener = function (type, callback, options = undefined) {
    if (typeof callback !== "function" && callback !== null && callback !== undefined) {
      if (typeof callback !== "object") throw new TypeError("Failed to execute 'addEventListener' on 'EventTarget': parameter 2 is not of type 'function or HandlerObject'.");
      if (typeof callback.handleEvent !== "function") {
        throw new TypeError("Incorrect type for the 'handleEvent' field on 'HandlerObject': the provided value is not of type 'function'.");
      }
    }
    checkOptions("addEventListener", options);
    if (callback !== null && callback !== undefined) apply(addEventListener, this ?? globalThis, [type, callback, options]);
  };

  const { removeEventListener } = EventTarget.prototype;

  EventTarget.prototype.removeEventListener = function (type, callback, options = undefined) {
    checkOptions("removeEventListener", options);
    apply(removeEventListener, this ?? globalThis, [type, callback, options]);
  };

  function checkOptions(method, options) {
    if (typeof options !== "object" || options === null) {
      if (options) throw new TypeError(`${method}(): useCapture must be false.`);
      return;
    }
    for (const name of ["capture", "passive"]) {
      if (options[name]) throw new TypeError(`${method}(): options.${name} must be false.`);
    }
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

  const { get: returnValue } = Object.getOwnPropertyDescriptor(Event.prototype, "returnValue");
  Object.defineProperty(Event.prototype, "returnValue", { get: returnValue, set: undefined, configurable: true, enumerable: true });

  const counts = (type) => globalThis[eventTargetData]?.listeners?.[type]?.length ?? 0;

  /** Promises that the code was told of; one that is handled after all is told of again. */
  const told = new WeakSet();

  runtime.onRejections({
    unhandled(promise, reason) {
      if (counts("unhandledrejection") + counts("rejectionhandled") === 0) return false;
      told.add(promise);
      attempt(() => dispatch(globalThis, new PromiseRejectionEvent("unhandledrejection", { promise, reason })));
      return false;
    },
    handled(promise) {
      if (told.delete(promise)) attempt(() => dispatch(globalThis, new PromiseRejectionEvent("rejectionhandled", { promise })));
    },
  });

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
    const [, filename = "", lineno = 0, colno = 0] = /\(?(file:[^\s()]*):(\d+):(\d+)\)?/.exec(stack) ?? [];
    return { filename, lineno: Number(lineno), colno: Number(colno) };
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
    if (arguments.length === 0) {
      throw new TypeError("Failed to execute 'reportError' on 'ServiceWorkerGlobalScope': parameter 1 is not of type 'JsValue'.");
    }
    report(error);
  });

  workers.report = report;

  /** The class as code sees it: its constructor says in the vendor's words what it lacks. */
  for (const Class of [Event, CustomEvent]) {
    const checked = new Proxy(Class, {
      __proto__: null,
      construct(Class, args, newTarget) {
        if (args.length === 0) throw new TypeError(`Failed to construct '${Class.name}': constructor parameter 1 is not of type 'string'.`);
        const init = args[1];
        if (init !== undefined && init !== null && typeof init !== "object" && typeof init !== "function") {
          throw new TypeError(`Failed to construct '${Class.name}': constructor parameter 2 is not of type 'Init'.`);
        }
        return Reflect.construct(Class, args, newTarget === checked ? Class : newTarget);
      },
    });
    Object.defineProperty(Class.prototype, "constructor", { value: checked, writable: true, configurable: true, enumerable: false });
    workers.define(Class.name, checked);
  }
};
