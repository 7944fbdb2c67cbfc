// The web's classes as code sees them: callable without `new`, which they refuse in the vendor's words, and with arguments that are checked
// as there before the standard's implementation looks at them.
(runtime) => {
  const { workers } = runtime.parts;
  const { Array, Error, Object, TypeError } = globalThis;
  const { callable, illegalToMake, mistyped } = workers.words;
  const { isArray } = Array;
  const { defineProperty, getOwnPropertyDescriptor, setPrototypeOf } = Object;

  const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";

  /** Parameter `index` may be left out, and is an object where it is not. */
  const dictionary = (name, index) => (args) => {
    const value = args[index - 1];
    if (value !== undefined && value !== null && !isObject(value)) throw mistyped(name, index);
    // The standard's implementation takes no null for a dictionary.
    if (value === null) args[index - 1] = undefined;
  };

  /** The same where it must be there. `native`: what the vendor's binding layer calls the type of what is null. */
  const needed = (name, index, native) => (args) => {
    const value = args[index - 1];
    if (value === null) throw new TypeError(`Cannot initialize ${native} with required members from an undefined or null value.`);
    if (!isObject(value)) throw mistyped(name, index);
  };

  const present = (name, index) => (args) => {
    if (args.length < index) throw mistyped(name, index);
  };

  const list = (name, index) => (args) => {
    const value = args[index - 1];
    if (value !== undefined && !isArray(value)) throw mistyped(name, index);
  };

  const text = (index) => (args) => {
    if (typeof args[index - 1] === "symbol") throw new TypeError("Cannot convert a Symbol value to a string");
  };

  const number = (index) => (args) => {
    if (typeof args[index - 1] === "symbol") throw new TypeError("Cannot convert a Symbol value to a number");
  };

  /** What is no object is a text. */
  const textual = (index) => (args) => {
    const value = args[index - 1];
    if (value === null) args[index - 1] = undefined;
    else if (value !== undefined && !isObject(value)) args[index - 1] = `${value}`;
  };

  /** https://github.com/cloudflare/workerd/blob/main/src/workerd/api/blob.c++ */
  const endings = (index) => (args) => {
    if (args[index - 1]?.endings !== undefined) throw new Error("The 'endings' field on 'Options' is not implemented.");
  };

  const event = (name) => [present(name, 1), text(1), dictionary(name, 2)];

  /** A mark that is missing is no number. */
  function marked(args) {
    if (args[0].highWaterMark === undefined) args[0] = { highWaterMark: NaN };
  }

  const STRATEGY = "N7workerd3api19QueuingStrategyInitE";

  /** Each class, with what is looked at before an object of it is made, in this order; parents come before their children. */
  const CHECKS = {
    Event: event("Event"),
    Blob: [list("Blob", 1), dictionary("Blob", 2), endings(2)],
    AbortController: [],
    ByteLengthQueuingStrategy: [needed("ByteLengthQueuingStrategy", 1, STRATEGY), marked],
    CloseEvent: event("CloseEvent"),
    CompressionStream: [present("CompressionStream", 1), text(1)],
    CountQueuingStrategy: [needed("CountQueuingStrategy", 1, STRATEGY), marked],
    CustomEvent: event("CustomEvent"),
    DOMException: [text(1), text(2)],
    DecompressionStream: [present("DecompressionStream", 1), text(1)],
    ErrorEvent: event("ErrorEvent"),
    File: [list("File", 1), present("File", 2), text(2), dictionary("File", 3), endings(3)],
    FixedLengthStream: [present("FixedLengthStream", 1), number(1)],
    FormData: [],
    Headers: [],
    IdentityTransformStream: [dictionary("IdentityTransformStream", 1)],
    MessageChannel: [],
    MessageEvent: [present("MessageEvent", 1), text(1), needed("MessageEvent", 2, "N7workerd3api12MessageEvent11InitializerE")],
    ReadableStream: [dictionary("ReadableStream", 1), dictionary("ReadableStream", 2)],
    ReadableStreamBYOBReader: [],
    ReadableStreamDefaultReader: [],
    Response: [text(1), dictionary("Response", 2)],
    TextDecoder: [text(1), needlessly("TextDecoder", "N7workerd3api11TextDecoder18ConstructorOptionsE")],
    TextDecoderStream: [text(1), dictionary("TextDecoderStream", 2)],
    TextEncoder: [],
    TextEncoderStream: [],
    TransformStream: [dictionary("TransformStream", 1), dictionary("TransformStream", 2), dictionary("TransformStream", 3)],
    URL: [],
    URLPattern: [text(1), text(2), textual(2)],
    URLSearchParams: [],
    WebSocket: [present("WebSocket", 1), text(1), text(2)],
    WebSocketPair: [],
    WritableStream: [dictionary("WritableStream", 1), dictionary("WritableStream", 2)],
    WritableStreamDefaultWriter: [],
  };

  /** An object that may be left out, but not be null. */
  function needlessly(name, native) {
    return (args) => {
      if (args[1] !== undefined) needed(name, 2, native)(args);
    };
  }

  /** How much a stream will give, if its source says so. */
  const measured = (streamOf) => (made, args) => {
    const length = args[0]?.expectedLength;
    if (length !== undefined) workers.internal.expect(streamOf(made), length);
  };

  const FINISH = {
    __proto__: null,
    ReadableStream: measured((stream) => stream),
    TransformStream: measured((stream) => stream.readable),
    // Made by code, they count as the platform's all the same.
    CloseEvent: workers.trust,
    CustomEvent: workers.trust,
    ErrorEvent: workers.trust,
    MessageEvent: workers.trust,
  };

  const { WorkerGlobalScope, prototype: scope } = workers.scope;

  const classOf = (name) => getOwnPropertyDescriptor(scope, name).value;

  function wrapped(Class, checks) {
    const check = checks.length === 0 ? undefined : (args) => {
      for (let at = 0; at < checks.length; at++) checks[at](args);
    };
    return callable(Class, check, FINISH[Class.name]);
  }

  // Some of the classes are only there once there is an app.
  workers.boot(() => {
    // The others' parents come first. It is the only one that the global object has by its second prototype.
    const EventTarget = wrapped(runtime.web.event.EventTarget, []);
    defineProperty(WorkerGlobalScope.prototype, "EventTarget", { value: EventTarget, writable: true, configurable: true, enumerable: true });
    setPrototypeOf(WorkerGlobalScope, EventTarget);
    for (const [name, checks] of Object.entries(CHECKS)) workers.define(name, wrapped(classOf(name), checks));
    for (const name of ["AbortSignal", "Crypto", "MessagePort", "PromiseRejectionEvent", "SubtleCrypto"]) workers.define(name, illegalToMake(classOf(name)));
  });
};
