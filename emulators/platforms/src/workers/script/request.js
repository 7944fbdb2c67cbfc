// `request.cf`, and which members of its init a `Request` of Workers looks at. What they may be is checked in `requests.js`.
// https://developers.cloudflare.com/workers/runtime-apis/request/#incomingrequestcfproperties
(runtime) => {
  const { workers } = runtime.parts;
  const { AbortSignal, JSON, Object, Reflect, Request: Base, String, TypeError } = globalThis;
  const { parse, stringify } = JSON;
  const { defineProperty, freeze, values } = Object;
  const { apply, construct } = Reflect;
  const { prototype } = Base;
  const cloneBase = prototype.clone;

  /** What the standard has and Workers have not. */
  const ABSENT = ["mode", "credentials", "referrer", "referrerPolicy", "destination", "duplex", "isHistoryNavigation", "isReloadNavigation"];

  /** What is looked at; everything else in an init is ignored. */
  const MEMBERS = ["method", "headers", "body", "redirect", "signal", "cache", "integrity", "encodeResponseBody"];

  /** The `cf` of each request that was asked for it, or was given one. */
  const kept = new runtime.safe.WeakMap();

  /** The signals that requests were given: they are theirs, and not others that follow them. */
  const signals = new runtime.safe.WeakMap();
  const { get: ownSignal } = Object.getOwnPropertyDescriptor(prototype, "signal");

  const field = (name, type) =>
    new TypeError(`Incorrect type for the '${name}' field on 'RequestInitializerDict': the provided value is not of type '${type}'.`);

  function frozen(value) {
    if (typeof value !== "object" || value === null) return value;
    for (const inner of values(value)) frozen(inner);
    return freeze(value);
  }

  /** Read when it is first asked for: most code never does. */
  function cfOf(request) {
    let found = kept.get(request);
    if (found === undefined) {
      const text = runtime.extraOf(request);
      found = { cf: text === undefined || text === "" ? undefined : frozen(parse(text)) };
      kept.set(request, found);
    }
    return found.cf;
  }

  /** What code has given as `cf`; what came with a request of an event is left unread. */
  workers.givenCf = (request) => kept.get(request)?.cf;

  const copyOf = (cf) => (cf === undefined ? undefined : parse(stringify(cf)));

  function initOf(init) {
    const made = { __proto__: null };
    for (let at = 0; at < MEMBERS.length; at++) {
      const name = MEMBERS[at];
      const value = init[name];
      if (value !== undefined) made[name] = value;
    }
    if (made.signal !== undefined && made.signal !== null && !(made.signal instanceof AbortSignal)) throw field("signal", "AbortSignal");
    return made;
  }

  function cfFrom(input, init) {
    const cf = init?.cf;
    if (cf === undefined) return input instanceof Base ? cfOf(input) : undefined;
    if (cf === null || (typeof cf !== "object" && typeof cf !== "function")) throw field("cf", "Object");
    return cf;
  }

  function Request(input, init = undefined) {
    if (new.target === undefined) {
      throw new TypeError("Failed to construct 'Request': Please use the 'new' operator, this object constructor cannot be called as a function.");
    }
    if (arguments.length === 0) {
      throw new TypeError("Failed to construct 'Request': constructor parameter 1 is not of type 'Request or string'.");
    }
    if (init !== undefined && init !== null && typeof init !== "object" && typeof init !== "function") {
      throw new TypeError("Failed to construct 'Request': constructor parameter 2 is not of type 'RequestInitializerDict or Request'.");
    }
    if (typeof input === "symbol") throw new TypeError("Cannot convert a Symbol value to a string");
    const from = input instanceof Base ? input : String(input);
    const given = init === undefined || init === null ? [from] : [from, initOf(init)];
    const cf = copyOf(cfFrom(from, init));
    const made = construct(Base, given, new.target === Request ? Base : new.target);
    if (cf !== undefined) kept.set(made, { cf });
    const signal = given[1]?.signal;
    if (signal) signals.set(made, signal);
    return made;
  }

  workers.cfOf = cfOf;
  workers.cloneRequest = cloneBase;
  workers.signalOf = (request) => signals.get(request);
  workers.extraOf = (request) => {
    const cf = cfOf(request);
    return cf === undefined ? "" : stringify(cf);
  };

  for (const name of ABSENT) delete prototype[name];
  defineProperty(Request, "prototype", { value: prototype, writable: false });
  defineProperty(Request, "length", { value: 1, configurable: true });
  defineProperty(prototype, "constructor", { value: Request, writable: true, configurable: true, enumerable: false });
  const { get } = Object.getOwnPropertyDescriptor({
    get cf() {
      return cfOf(this);
    },
  }, "cf");
  defineProperty(prototype, "cf", { get, configurable: true, enumerable: true });
  const { get: signal } = Object.getOwnPropertyDescriptor({
    get signal() {
      return signals.get(this) ?? apply(ownSignal, this, []);
    },
  }, "signal");
  defineProperty(prototype, "signal", { get: signal, configurable: true, enumerable: true });
  const { clone } = {
    clone() {
      const copy = cloneBase.call(this);
      const cf = cfOf(this);
      if (cf !== undefined) kept.set(copy, { cf: copyOf(cf) });
      return copy;
    },
  };
  defineProperty(prototype, "clone", { value: clone, writable: true, configurable: true, enumerable: true });
  workers.define("Request", Request);
};
