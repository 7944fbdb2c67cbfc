// What the platform's objects show of themselves on the console, in the order in which they do in workerd.
// `tests/specs/console` holds it against what workerd writes.
(runtime) => {
  const { workers } = runtime.parts;
  const { BigInt, Map, Object, Reflect, Symbol, WeakMap } = globalThis;
  const { ownKeys } = Reflect;
  const { getOwnPropertyDescriptor, getOwnPropertyNames, getPrototypeOf } = Object;
  const { hooks } = runtime.web.inspection;
  const { streams } = runtime.web;
  const uncurry = (method) => Function.prototype.call.bind(method);
  const [mapGet, mapSet] = [uncurry(Map.prototype.get), uncurry(Map.prototype.set)];
  const [weakGet, weakSet] = [uncurry(WeakMap.prototype.get), uncurry(WeakMap.prototype.set)];

  const EVENT = "type eventPhase composed bubbles cancelable defaultPrevented returnValue currentTarget target srcElement timeStamp isTrusted cancelBubble";
  const PHASES = "NONE CAPTURING_PHASE AT_TARGET BUBBLING_PHASE";
  const MESSAGE = "headers redirect fetcher signal cf integrity keepalive cache body bodyUsed";

  /** What an object of each class shows. */
  const MEMBERS = {
    __proto__: null,
    AbortController: "signal",
    AbortSignal: "aborted reason onabort",
    Blob: "size type",
    ByteLengthQueuingStrategy: "highWaterMark",
    CacheStorage: "default",
    CloseEvent: `wasClean reason code ${EVENT} ${PHASES}`,
    CompressionStream: "readable writable",
    CountQueuingStrategy: "highWaterMark",
    CustomEvent: `detail ${EVENT} ${PHASES}`,
    DOMException: "code name message stack",
    DecompressionStream: "readable writable",
    FixedLengthStream: "readable writable",
    IdentityTransformStream: "readable writable",
    DigestStream: "digest bytesWritten locked",
    ErrorEvent: `filename message lineno colno error ${EVENT} ${PHASES}`,
    Event: EVENT,
    File: "name lastModified size type",
    MessageEvent: `ports source lastEventId origin data ${EVENT} ${PHASES}`,
    MessagePort: "onmessage",
    PromiseRejectionEvent: `promise reason ${EVENT} ${PHASES}`,
    ReadableStream: "locked",
    ReadableStreamBYOBReader: "closed",
    ReadableStreamDefaultReader: "closed",
    Request: `method url ${MESSAGE}`,
    Response: "status statusText headers ok redirected url webSocket cf type body bodyUsed",
    TextDecoder: "encoding fatal ignoreBOM",
    TextDecoderStream: "encoding fatal ignoreBOM readable writable",
    TextEncoder: "encoding",
    TextEncoderStream: "encoding readable writable",
    TransformStream: "readable writable",
    URL: "origin href protocol username password host hostname port pathname search hash searchParams",
    URLPattern: "protocol username password hostname port pathname search hash hasRegExpGroups",
    WebSocket: "readyState url protocol extensions binaryType",
    WritableStream: "locked",
    WritableStreamDefaultWriter: "closed ready desiredSize",
  };

  /** Classes of what is no property, shown in brackets. */
  const BRACKETS = {
    __proto__: null,
    Headers: (headers) => [["immutable", headers[slotOf("guard")] === "immutable"]],
    ReadableStream: readableState,
    WritableStream: (stream) => [["state", stateOf(stream)], ["expectsBytes", workers.internal.has(stream)]],
  };

  /** What has entries: a list of names and values. */
  const ENTRIES = new runtime.safe.Set(["FormData", "Headers", "URLSearchParams"]);

  const slots = {};
  const slotOf = (name) => slots[name];

  const stateOf = (stream) => {
    const state = stream[slotOf("[[state]]")];
    return state === "erroring" ? "errored" : state;
  };

  /** Bodies that nobody has asked for as a stream yet are shown as one, and stay what they are. */
  const bodies = new WeakMap();

  function bodyOf({ body }) {
    if (body === null) return null;
    const { streamOrStatic } = body;
    if (streamOrStatic instanceof streams.ReadableStream) return streamOrStatic;
    const shown = Object.create(streams.ReadableStream.prototype);
    const bytes = streamOrStatic.body;
    const length = typeof bytes === "string" ? runtime.encode(bytes).byteLength : bytes?.byteLength ?? 0;
    weakSet(bodies, shown, { used: streamOrStatic.consumed === true, length });
    return shown;
  }

  function readableState(stream) {
    const body = weakGet(bodies, stream);
    if (body !== undefined) return [["state", body.used ? "closed" : "readable"], ["supportsBYOB", true], ["length", BigInt(body.used ? 0 : body.length)]];
    const length = workers.internal.lengthOf(stream);
    const bytes = stream[slotOf("[[controller]]")] instanceof streams.ReadableByteStreamController;
    return [["state", stateOf(stream)], ["supportsBYOB", bytes], ["length", length === undefined ? undefined : BigInt(length)]];
  }

  const SPECIAL = {
    __proto__: null,
    "Request.body": (request) => bodyOf(runtime.toInnerRequest(request)),
    "Response.body": (response) => bodyOf(runtime.toInnerResponse(response)),
    "ReadableStream.locked": (stream) => weakGet(bodies, stream)?.used ?? stream.locked,
    "CacheStorage.default": () => Object.create(globalThis.Cache.prototype),
    "AbortSignal.onabort": (signal) => signal.onabort ?? null,
  };

  /** How each class is shown, by its prototype. */
  const shown = new Map();

  function describe(name) {
    const members = (MEMBERS[name] ?? "").split(" ").filter((member) => member !== "").map((member) => [member, SPECIAL[`${name}.${member}`]]);
    return (value) => {
      const list = [];
      for (let at = 0; at < members.length; at++) {
        const member = members[at][0], special = members[at][1];
        list[at] = [member, special === undefined ? value[member] : special(value)];
      }
      return { entries: ENTRIES.has(name) ? entriesOf(value) : undefined, members: list, brackets: BRACKETS[name]?.(value) };
    };
  }

  function entriesOf(value) {
    const list = [];
    value.forEach((item, key) => list[list.length] = [key, item]);
    return list;
  }

  const NOTHING = () => ({});

  const CUSTOM = ["nodejs.util.inspect.custom", "Deno.privateCustomInspect", "Deno.customInspect"].map((name) => Symbol.for(name));

  workers.boot(() => {
    for (const object of [new streams.ReadableStream(), new Headers()]) {
      for (const key of ownKeys(object)) if (typeof key === "symbol") slots[key.description] = key;
    }
    const { prototype } = workers.scope;
    for (const name of getOwnPropertyNames(prototype)) {
      const found = getOwnPropertyDescriptor(prototype, name).value;
      // What the engine's classes have for its own console.
      if (typeof found === "function" && typeof found.prototype === "object") for (const key of CUSTOM) delete found.prototype[key];
      if (typeof found === "function" && typeof found.prototype === "object") mapSet(shown, found.prototype, name in MEMBERS || ENTRIES.has(name) ? describe(name) : NOTHING);
    }
    mapSet(shown, runtime.web.event.EventTarget.prototype, NOTHING);
    mapSet(shown, workers.loopbackClass.prototype, NOTHING);
    mapSet(shown, getPrototypeOf(globalThis.crypto), (value) => ({ members: [["subtle", value.subtle]] }));
    mapSet(shown, getPrototypeOf(globalThis.performance), (value) => ({ members: [["timeOrigin", value.timeOrigin]] }));
    if (workers.DigestStream !== undefined) mapSet(shown, workers.DigestStream.prototype, describe("DigestStream"));
    for (const Class of [...Object.values(workers.rpc), ...Object.values(workers.classes)]) mapSet(shown, Class.prototype, NOTHING);

    hooks.object = (value) => {
      for (let at = getPrototypeOf(value); at !== null; at = getPrototypeOf(at)) {
        const describeIt = mapGet(shown, at);
        if (describeIt !== undefined) return describeIt(value);
      }
      return undefined;
    };
    hooks.behind = (proxy) => workers.inside(proxy) !== undefined ? proxy : workers.behind(proxy);
  });
};
