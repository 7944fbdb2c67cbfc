// Methods and accessors that say in the vendor's words what they were called on, where the standard's implementation says so later, in a
// promise or not at all; and arguments that are looked at before it does.
(runtime) => {
  const { workers } = runtime.parts;
  const { Object, Promise, Reflect, TypeError } = globalThis;
  const { illegal, mistyped } = workers.words;
  const { apply } = Reflect;
  const { defineProperty, entries, getOwnPropertyDescriptors } = Object;
  const isPrototypeOf = Function.prototype.call.bind(Object.prototype.isPrototypeOf);
  const reject = Promise.reject.bind(Promise);

  const GUARDED = [
    "Blob", "CustomEvent", "ErrorEvent", "Event", "ReadableStream", "ReadableStreamBYOBReader", "ReadableStreamDefaultReader", "WebSocket",
    "WritableStream", "WritableStreamDefaultWriter",
  ];

  const symbol = (what) => new TypeError(`Cannot convert a Symbol value to a ${what}`);
  const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";

  /** What is wrong with the arguments of a method; those that are asked for their outcome give it as that. */
  const CHECKS = {
    __proto__: null,
    "ReadableStreamBYOBReader.readAtLeast": (args, count) =>
      count === 0
        ? mistyped("ReadableStreamBYOBReader.readAtLeast", 1)
        : typeof args[0] === "symbol"
        ? symbol("number")
        : ArrayBuffer.isView(args[1])
        ? undefined
        : mistyped("ReadableStreamBYOBReader.readAtLeast", 2),
    "WebSocket.accept": (args) => args[0] !== undefined && args[0] !== null && !isObject(args[0]) ? mistyped("WebSocket.accept", 1) : undefined,
    "WebSocket.close": (args) => typeof args[0] === "symbol" ? symbol("number") : typeof args[1] === "symbol" ? symbol("string") : undefined,
    "WebSocket.send": (args, count) => count === 0 ? mistyped("WebSocket.send", 1) : typeof args[0] === "symbol" ? symbol("string") : undefined,
    "WebSocket.serializeAttachment": (_args, count) => count === 0 ? mistyped("WebSocket.serializeAttachment", 1) : undefined,
  };
  for (const name of ["decrypt", "deriveBits", "deriveKey", "digest", "encrypt", "exportKey", "generateKey", "importKey", "sign", "unwrapKey", "verify", "wrapKey"]) {
    const full = `SubtleCrypto.${name}`;
    CHECKS[full] = (args, count) => {
      const algorithm = args[0], second = args[1];
      if (count === 0) return mistyped(full, 1);
      if (typeof algorithm === "symbol") return symbol("string");
      if (name === "generateKey" && count === 1 && algorithm !== null) return mistyped(full, 2);
      if (name !== "importKey" || (isObject(second) && count > 1)) return undefined;
      if (second === null) return new TypeError("Cannot initialize N7workerd3api12SubtleCrypto10JsonWebKeyE with required members from an undefined or null value.");
      return mistyped(full, 2);
    };
  }

  /** Methods that give promises, also of what is wrong with their arguments. */
  const LATER = new Set(["ReadableStreamBYOBReader", "SubtleCrypto"]);

  function guardedMethod(Class, prototype, name, method) {
    const check = CHECKS[`${Class}.${name}`];
    const later = LATER.has(Class);
    const made = check === undefined
      ? {
        [name]() {
          if (!isPrototypeOf(prototype, this)) throw illegal();
          return apply(method, this, arguments);
        },
      }
      : {
        [name](...args) {
          if (!isPrototypeOf(prototype, this)) throw illegal();
          const wrong = check(args, args.length);
          if (wrong === undefined) return apply(method, this, args);
          if (later) return reject(wrong);
          throw wrong;
        },
      };
    defineProperty(made[name], "length", { value: method.length, configurable: true });
    return made[name];
  }

  function guardedAccessors(prototype, { get, set }, isText = false) {
    return {
      get() {
        if (!isPrototypeOf(prototype, this)) throw illegal();
        return apply(get, this, []);
      },
      set: set && function (value) {
        if (!isPrototypeOf(prototype, this)) throw illegal();
        if (isText && typeof value === "symbol") throw symbol("string");
        apply(set, this, [value]);
      },
    };
  }

  function guard(Class, prototype) {
    for (const [name, descriptor] of entries(getOwnPropertyDescriptors(prototype))) {
      // A class that hangs there is no method.
      if (name === "constructor" || /^[A-Z]/.test(name) || !descriptor.configurable) continue;
      if (typeof descriptor.value === "function") {
        defineProperty(prototype, name, { ...descriptor, value: guardedMethod(Class, prototype, name, descriptor.value) });
      } else if (descriptor.get !== undefined) {
        defineProperty(prototype, name, { ...descriptor, ...guardedAccessors(prototype, descriptor, Class === "WebSocket") });
      }
    }
  }

  workers.boot(() => {
    delete globalThis.Blob.prototype.textStream;
    for (const name of GUARDED) guard(name, globalThis[name].prototype);
    guard("SubtleCrypto", Object.getPrototypeOf(globalThis.crypto.subtle));
    guard("Crypto", Object.getPrototypeOf(globalThis.crypto));
    const searchParams = getOwnPropertyDescriptors(URL.prototype).searchParams;
    defineProperty(URL.prototype, "searchParams", { ...searchParams, ...guardedAccessors(URL.prototype, searchParams) });
    guard("Request", Request.prototype);
    guard("Response", Response.prototype);
  });

  workers.boot(() => {
    const { URL, Blob, Error } = globalThis;
    const statics = {
      createObjectURL(object) {
        if (!isPrototypeOf(Blob.prototype, object)) throw mistyped("URL.createObjectURL", 1);
        throw new Error("URL.createObjectURL() is not implemented");
      },
      revokeObjectURL(url) {
        if (arguments.length === 0) throw mistyped("URL.revokeObjectURL", 1);
        if (typeof url === "symbol") throw symbol("string");
        throw new Error("URL.revokeObjectURL() is not implemented");
      },
    };
    // In the order in which they are listed there.
    for (const name of ["canParse", "parse"]) {
      const { value } = Object.getOwnPropertyDescriptor(URL, name);
      delete URL[name];
      statics[name] = value;
    }
    for (const name of ["createObjectURL", "revokeObjectURL"]) delete URL[name];
    const { canParse, parse, ...others } = statics;
    for (const [name, value] of entries({ canParse, parse, ...others })) defineProperty(URL, name, { value, writable: true, configurable: true, enumerable: true });
  });
};
