// What Workers say of arguments that are missing or of the wrong type, of receivers that are none, and of classes called without `new`:
// https://github.com/cloudflare/workerd/blob/main/src/workerd/jsg/util.c++. The names of the types are those of its C++ parameters.
(runtime) => {
  const { workers } = runtime.parts;
  const { Map, Object, Reflect, RegExp, TypeError } = globalThis;
  const { hooks } = runtime.web.webidl;
  const { construct } = Reflect;
  const { defineProperty, getOwnPropertyDescriptor, getPrototypeOf, setPrototypeOf } = Object;
  const uncurry = (method) => Function.prototype.call.bind(method);
  const [exec, get] = [uncurry(RegExp.prototype.exec), uncurry(Map.prototype.get)];

  /** What takes arguments, and the types of these, separated by commas. */
  const PARAMETERS = `
AbortSignal.any: Array
AbortSignal.timeout: number
Blob: Array, Options
ByteLengthQueuingStrategy: QueuingStrategyInit
CloseEvent: string, Initializer
CompressionStream: string
CountQueuingStrategy: QueuingStrategyInit
CustomEvent: string, CustomEventInit
DecompressionStream: string
ErrorEvent: string, ErrorEventInit
Event: string, Init
EventTarget.addEventListener: string, function or HandlerObject
EventTarget.dispatchEvent: Event
EventTarget.removeEventListener: string, Object
ExecutionContext.waitUntil: Promise
ExtendableEvent.waitUntil: Promise
File: Array, string, Options
FixedLengthStream: bigint
FormData.append: string, File or Blob or string
FormData.delete: string
FormData.forEach: function
FormData.get: string
FormData.getAll: string
FormData.has: string
FormData.set: string, File or Blob or string
Headers: Headers or Sequence or object
Headers.append: string, string
Headers.delete: string
Headers.forEach: function
Headers.get: string
Headers.getAll: string
Headers.has: string
Headers.set: string, string
IdentityTransformStream: QueuingStrategy
MessageEvent: string, Initializer
MessagePort.postMessage: , Array or PostMessageOptions
ReadableByteStreamController.enqueue: BufferSource
ReadableStream: UnderlyingSource, QueuingStrategy
ReadableStream.from: AsyncGenerator
ReadableStream.getReader: GetReaderOptions
ReadableStream.pipeThrough: Transform, PipeToOptions
ReadableStream.pipeTo: WritableStream, PipeToOptions
ReadableStream.values: ValuesOptions
ReadableStreamBYOBReader: ReadableStream
ReadableStreamBYOBReader.read: ArrayBufferView
ReadableStreamBYOBReader.readAtLeast: integer, ArrayBufferView
ReadableStreamBYOBRequest.respond: integer
ReadableStreamBYOBRequest.respondWithNewView: BufferSource
ReadableStreamDefaultReader: ReadableStream
Request: Request or string, RequestInitializerDict or Request
Response: , InitializerDict or Response
Response.json: JsValue, InitializerDict or Response
Response.redirect: string
SubtleCrypto.decrypt: string or EncryptAlgorithm
SubtleCrypto.deriveBits: string or DeriveKeyAlgorithm
SubtleCrypto.deriveKey: string or DeriveKeyAlgorithm
SubtleCrypto.digest: string or HashAlgorithm
SubtleCrypto.encrypt: string or EncryptAlgorithm
SubtleCrypto.exportKey: string
SubtleCrypto.generateKey: string or GenerateKeyAlgorithm, boolean
SubtleCrypto.importKey: string, JsBufferSource or JsonWebKey
SubtleCrypto.sign: string or SignAlgorithm
SubtleCrypto.unwrapKey: string
SubtleCrypto.verify: string or SignAlgorithm
SubtleCrypto.wrapKey: string
Scheduler.wait: number, WaitOptions
ServiceWorkerGlobalScope.atob: string
ServiceWorkerGlobalScope.btoa: JsString
ServiceWorkerGlobalScope.clearInterval: JsNumber
ServiceWorkerGlobalScope.clearTimeout: JsNumber
ServiceWorkerGlobalScope.fetch: Request or string
ServiceWorkerGlobalScope.queueMicrotask: function
ServiceWorkerGlobalScope.reportError: JsValue
ServiceWorkerGlobalScope.setInterval: function
ServiceWorkerGlobalScope.setTimeout: function
ServiceWorkerGlobalScope.structuredClone: JsValue, StructuredCloneOptions
TextDecoder: string, ConstructorOptions
TextDecoder.decode: Array, DecodeOptions
TextDecoderStream: string, TextDecoderStreamInit
TextEncoder.encodeInto: JsString, JsUint8Array
TransformStream: Transformer, QueuingStrategy, QueuingStrategy
URL: USVString
URL.canParse: USVString
URL.createObjectURL: File or Blob
URL.parse: USVString
URL.revokeObjectURL: USVString
URLSearchParams.append: USVString, USVString
URLSearchParams.delete: USVString
URLSearchParams.forEach: function
URLSearchParams.get: USVString
URLSearchParams.getAll: USVString
URLSearchParams.has: USVString
URLSearchParams.set: USVString, USVString
WebSocket: string
WebSocket.accept: AcceptOptions
WebSocket.send: ArrayBuffer or ArrayBufferView or string
WebSocket.serializeAttachment: JsValue
WritableStream: UnderlyingSink, QueuingStrategy
WritableStreamDefaultWriter: WritableStream
`;

  const types = new Map(PARAMETERS.trim().split("\n").map((line) => {
    const [, what, parameters] = /^([\w.]+): (.*)$/.exec(line);
    return [what, parameters.split(", ")];
  }));

  /** The names by which the standard's implementation calls what Workers call otherwise. */
  const DICTIONARIES = {
    __proto__: null,
    QueuingStrategy: "StreamQueuingStrategy",
    ReadableWritablePair: "Transform",
    StreamPipeOptions: "PipeToOptions",
    StructuredSerializeOptions: "StructuredCloneOptions",
  };
  const MEMBERS = { __proto__: null, readable: "ReadableStream", writable: "WritableStream", signal: "AbortSignal", transfer: "Array", highWaterMark: "number" };

  const FAILED = /^Failed to (?:construct '(\w+)'|(?:execute|call) '(?:(\w+)\.)?(\w+)'(?: on '(\w+)')?)$/;
  const PARAMETER = /^Argument (\d+)$/;
  const ELEMENT = /^Argument \d+, index (\d+)$/;
  const MEMBER = /^'(\w+)' of '(\w+)'/;
  const OF_TYPE = /^is not of type (\w+)$/;

  /** The error for parameter `index` of `name` (a class, or a method of one, as in the table): undefined if the table does not know it. */
  function mistyped(name, index) {
    const type = get(types, name)?.[index - 1];
    if (type === undefined || type === "") return undefined;
    // By number: code may have changed how lists are gone through.
    const parts = exec(/^(\w+)\.?(\w+)?$/, name), Class = parts[1], method = parts[2];
    return new TypeError(
      method === undefined
        ? `Failed to construct '${Class}': constructor parameter ${index} is not of type '${type}'.`
        : `Failed to execute '${method}' on '${Class}': parameter ${index} is not of type '${type}'.`,
    );
  }

  /** The same, by what the standard's implementation says of it; numbers that are out of range are no matter of type. */
  function argument(prefix, where, message) {
    if (typeof prefix !== "string") return undefined;
    if (where === "The value returned from the next() method") return new TypeError("This ReadableStream did not return bytes.");
    const found = exec(FAILED, prefix);
    if (found === null) return undefined;
    const Class = found[1], holder = found[2], method = found[3], on = found[4];
    const name = Class ?? `${on ?? holder ?? "ServiceWorkerGlobalScope"}.${method}`;
    if (typeof where === "number") return mistyped(name, where);
    const parameter = exec(PARAMETER, where);
    // Members that must be there are looked at one after another.
    const absent = parameter === null ? null : exec(/because '(\w+)' is required in '(\w+)'/, message);
    if (absent !== null && absent[1] in MEMBERS) return wrongMember(absent[1], absent[2]);
    if (parameter !== null) return /finite|accepted range/.test(message) ? undefined : mistyped(name, +parameter[1]);
    const element = exec(ELEMENT, where), type = exec(OF_TYPE, message);
    if (element !== null && type !== null) {
      return new TypeError(`Incorrect type for array element ${element[1]}: the provided value is not of type '${type[1]}'.`);
    }
    if (where === "chunk" && Class === "TextDecoderStream") {
      return new TypeError("This TransformStream is being used as a byte stream, but received a value that is not a BufferSource.");
    }
    const member = exec(MEMBER, where);
    if (member === null) return undefined;
    if (message === "is not a function") return wrongMember(member[1], member[2], "function");
    return member[1] in MEMBERS ? wrongMember(member[1], member[2]) : undefined;
  }

  function wrongMember(name, dictionary, type = MEMBERS[name]) {
    const owner = DICTIONARIES[dictionary] ?? dictionary;
    return new TypeError(`Incorrect type for the '${name}' field on '${owner}': the provided value is not of type '${type}'.`);
  }

  const ILLEGAL =
    "Illegal invocation: function called with incorrect `this` reference. See https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details.";

  const illegal = () => new TypeError(ILLEGAL);

  /**
   * The class as code sees it, which can be called, and then says what is wrong; `check(args)` throws if it may not be made of them,
   * `finish(made, args)` completes what was made. The class itself stays what the platform makes objects of.
   */
  function callable(Class, check, finish) {
    const { name } = Class;
    const Wrapped = {
      [name]: function () {
        if (new.target === undefined) {
          throw new TypeError(`Failed to construct '${name}': Please use the 'new' operator, this object constructor cannot be called as a function.`);
        }
        check?.(arguments);
        // One argument, as mostly: without the detour over a list.
        const made = arguments.length === 1 && new.target === Wrapped
          ? new Class(arguments[0])
          : construct(Class, arguments, new.target === Wrapped ? Class : new.target);
        finish?.(made, arguments);
        return made;
      },
    }[name];
    return standIn(Class, Wrapped);
  }

  /** The same for a class that only the platform makes objects of. */
  function illegalToMake(Class) {
    const { name } = Class;
    return standIn(Class, {
      [name]: function () {
        throw new TypeError("Illegal constructor");
      },
    }[name]);
  }

  function standIn(Class, Wrapped) {
    for (const key of Reflect.ownKeys(Class)) {
      if (key !== "prototype" && key !== "name" && key !== "length") defineProperty(Wrapped, key, getOwnPropertyDescriptor(Class, key));
    }
    defineProperty(Wrapped, "length", { value: Class.length, configurable: true });
    defineProperty(Wrapped, "prototype", { value: Class.prototype, writable: false });
    defineProperty(Class.prototype, "constructor", { value: Wrapped, writable: true, configurable: true, enumerable: false });
    const parent = getPrototypeOf(Class);
    setPrototypeOf(Wrapped, parent?.prototype?.constructor ?? parent);
    return Wrapped;
  }

  workers.words = { mistyped, illegal, callable, illegalToMake };
  workers.ILLEGAL_INVOCATION = ILLEGAL;

  workers.boot(() => {
    hooks.argument = argument;
    hooks.receiver = illegal;
  });
};
