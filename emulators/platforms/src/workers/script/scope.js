// The global object of Workers. Its own properties are the language's and a few objects; everything else is found on its prototypes.
// `tests/specs/globals` holds the names against those of workerd.
(runtime) => {
  const { defineProperty, getOwnPropertyDescriptor, getOwnPropertyNames, setPrototypeOf } = Object;
  const { workers } = runtime.parts;
  const { ServiceWorkerGlobalScope, WorkerGlobalScope, prototype } = workers.scope;

  /** What the language has there, on either engine. */
  const LANGUAGE = new Set([
    "AggregateError", "Array", "ArrayBuffer", "AsyncDisposableStack", "Atomics", "BigInt", "BigInt64Array", "BigUint64Array", "Boolean",
    "DataView", "Date", "DisposableStack", "Error", "EvalError", "FinalizationRegistry", "Float16Array", "Float32Array", "Float64Array",
    "Function", "Infinity", "Int16Array", "Int32Array", "Int8Array", "Intl", "Iterator", "JSON", "Map", "Math", "NaN", "Number", "Object",
    "Promise", "Proxy", "RangeError", "ReferenceError", "Reflect", "RegExp", "Set", "SharedArrayBuffer", "String", "SuppressedError",
    "Symbol", "SyntaxError", "TypeError", "URIError", "Uint16Array", "Uint32Array", "Uint8Array", "Uint8ClampedArray", "WeakMap", "WeakRef",
    "WeakSet", "WebAssembly", "decodeURI", "decodeURIComponent", "encodeURI", "encodeURIComponent", "escape", "eval", "globalThis",
    "isFinite", "isNaN", "parseFloat", "parseInt", "undefined", "unescape",
  ]);

  /** Objects of Workers that are there too. */
  const OBJECTS = new Set(["console", "crypto", "performance", "self"]);

  /** What the web has and Workers have as well. What else there is belongs to the engine, and is taken away. */
  const WEB = new Set([
    "AbortController", "AbortSignal", "Blob", "ByteLengthQueuingStrategy", "CloseEvent", "CompressionStream", "CountQueuingStrategy",
    "CustomEvent", "DOMException", "DecompressionStream", "ErrorEvent", "Event", "File", "FormData", "Headers", "MessageChannel",
    "MessageEvent", "MessagePort", "PromiseRejectionEvent", "ReadableByteStreamController", "ReadableStream", "ReadableStreamBYOBReader",
    "ReadableStreamBYOBRequest", "ReadableStreamDefaultController", "ReadableStreamDefaultReader", "Request", "Response", "TextDecoder",
    "TextDecoderStream", "TextEncoder", "TextEncoderStream", "TransformStream", "TransformStreamDefaultController", "URL", "URLPattern",
    "URLSearchParams", "WritableStream", "WritableStreamDefaultController", "WritableStreamDefaultWriter", "atob", "btoa",
    "clearInterval", "clearTimeout", "fetch", "queueMicrotask", "reportError", "setInterval", "setTimeout", "structuredClone",
  ]);

  // The timers of the engine look for whom they are called on; the functions and classes are looked up on the prototype from now on.
  for (const name of getOwnPropertyNames(globalThis)) {
    const property = getOwnPropertyDescriptor(globalThis, name);
    if (LANGUAGE.has(name)) {
      if (property.enumerable) defineProperty(globalThis, name, { ...property, enumerable: false });
      continue;
    }
    if (OBJECTS.has(name)) {
      defineProperty(globalThis, name, { ...property, enumerable: name !== "console" });
    } else if (WEB.has(name)) {
      workers.define(name, property.value);
    } else if (property.configurable) {
      delete globalThis[name];
    }
  }

  defineProperty(WorkerGlobalScope.prototype, "EventTarget", {
    value: runtime.web.event.EventTarget, writable: true, configurable: true, enumerable: true,
  });
  workers.tag(WorkerGlobalScope);
  workers.tag(ServiceWorkerGlobalScope);
  workers.define("WorkerGlobalScope", WorkerGlobalScope);
  workers.own("ServiceWorkerGlobalScope", ServiceWorkerGlobalScope);
  setPrototypeOf(globalThis, prototype);
};
