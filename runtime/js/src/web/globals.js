// The web's globals, from the `deno_*` crates. Which of them a platform leaves out is the platform's affair.
import { core } from "ext:core/mod.js";
import { cloneWith, hooks as cloneHooks, structuredClone } from "ext:greenroom/clone.js";
import { format } from "ext:greenroom/inspect_format.js";
import { hooks as inspectHooks, inspect } from "ext:greenroom/inspect.js";
import { withRoom } from "ext:greenroom/room.js";

const script = (name) => core.loadExtScript(name);
const webidl = script("ext:deno_webidl/00_webidl.js");
const url = script("ext:deno_web/00_url.js");
const consoleScript = script("ext:deno_web/01_console.js");
const exception = script("ext:deno_web/01_dom_exception.js");
const pattern = script("ext:deno_web/01_urlpattern.js");
const event = script("ext:deno_web/02_event.js");
const plainTimers = script("ext:deno_web/02_timers.js");
const abort = script("ext:deno_web/03_abort_signal.js");
const base64 = script("ext:deno_web/05_base64.js");
const streams = script("ext:deno_web/06_streams.js");
const encoding = script("ext:deno_web/08_text_encoding.js");
const file = script("ext:deno_web/09_file.js");
const port = script("ext:deno_web/13_message_port.js");
const compression = script("ext:deno_web/14_compression.js");
const performance = script("ext:deno_web/15_performance.js");
const headers = script("ext:deno_fetch/20_headers.js");
const formData = script("ext:deno_fetch/21_formdata.js");
const request = script("ext:deno_fetch/23_request.js");
const response = script("ext:deno_fetch/23_response.js");
const crypto = script("ext:deno_crypto/00_crypto.js");

// What natively written parts throw by these names.
for (
  const name of [
    "DataError", "IndexSizeError", "InvalidCharacterError", "InvalidStateError", "NotSupportedError", "OperationError", "QuotaExceededError",
    "SyntaxError", "TypeMismatchError",
  ]
) {
  core.registerErrorBuilder(`DOMException${name}`, (message) => new exception.DOMException(message, name));
}

const timers = { ...plainTimers, setInterval: withRoom(plainTimers.setInterval), setTimeout: withRoom(plainTimers.setTimeout) };

const interfaces = {
  AbortController: abort.AbortController,
  AbortSignal: abort.AbortSignal,
  Blob: file.Blob,
  ByteLengthQueuingStrategy: streams.ByteLengthQueuingStrategy,
  CloseEvent: event.CloseEvent,
  CompressionStream: compression.CompressionStream,
  CountQueuingStrategy: streams.CountQueuingStrategy,
  Crypto: crypto.Crypto,
  CryptoKey: crypto.CryptoKey,
  CustomEvent: event.CustomEvent,
  DOMException: exception.DOMException,
  DecompressionStream: compression.DecompressionStream,
  ErrorEvent: event.ErrorEvent,
  Event: event.Event,
  EventTarget: event.EventTarget,
  File: file.File,
  FormData: formData.FormData,
  Headers: headers.Headers,
  MessageChannel: port.MessageChannel,
  MessageEvent: event.MessageEvent,
  MessagePort: port.MessagePort,
  Performance: performance.Performance,
  PerformanceEntry: performance.PerformanceEntry,
  PerformanceMark: performance.PerformanceMark,
  PerformanceMeasure: performance.PerformanceMeasure,
  PromiseRejectionEvent: event.PromiseRejectionEvent,
  ReadableByteStreamController: streams.ReadableByteStreamController,
  ReadableStream: streams.ReadableStream,
  ReadableStreamBYOBReader: streams.ReadableStreamBYOBReader,
  ReadableStreamBYOBRequest: streams.ReadableStreamBYOBRequest,
  ReadableStreamDefaultController: streams.ReadableStreamDefaultController,
  ReadableStreamDefaultReader: streams.ReadableStreamDefaultReader,
  Request: request.Request,
  Response: response.Response,
  SubtleCrypto: crypto.SubtleCrypto,
  TextDecoder: encoding.TextDecoder,
  TextDecoderStream: encoding.TextDecoderStream,
  TextEncoder: encoding.TextEncoder,
  TextEncoderStream: encoding.TextEncoderStream,
  TransformStream: streams.TransformStream,
  TransformStreamDefaultController: streams.TransformStreamDefaultController,
  URL: url.URL,
  URLPattern: pattern.URLPattern,
  URLSearchParams: url.URLSearchParams,
  WritableStream: streams.WritableStream,
  WritableStreamDefaultController: streams.WritableStreamDefaultController,
  WritableStreamDefaultWriter: streams.WritableStreamDefaultWriter,
};

const functions = {
  atob: base64.atob,
  btoa: base64.btoa,
  clearInterval: timers.clearInterval,
  clearTimeout: timers.clearTimeout,
  reportError: withRoom(event.reportError),
  setInterval: timers.setInterval,
  setTimeout: timers.setTimeout,
  structuredClone,
};

/** Puts everything of the web on the global object, as the web does: not enumerable, replaceable. */
export function defineGlobals(print) {
  for (const set of [interfaces, functions]) {
    for (const name of Object.keys(set)) {
      Object.defineProperty(globalThis, name, { value: set[name], writable: true, configurable: true, enumerable: false });
    }
  }
  const define = (name, value) =>
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  const { dispatchEvent } = event.EventTarget.prototype;
  event.EventTarget.prototype.dispatchEvent = withRoom(dispatchEvent);
  // Lines go to files and programs as often as to a terminal; who shows them may colour them.
  consoleScript.setNoColorFns(() => true, () => true);
  define("console", makeConsole(print));
  define("self", globalThis);
  // Objects of the host's own memory cannot go into a snapshot, so these are made when first asked for.
  lazy("crypto", () => crypto.crypto);
  lazy("performance", () => performance.performance);
  // Whoever waits there waits without a turn of the event loop, and so does everybody else.
  const refused = { wait(_array, _index, _value, _timeout) { throw new TypeError("Atomics.wait cannot be called in this context"); } };
  Object.defineProperty(Atomics, "wait", { value: refused.wait, writable: true, configurable: true, enumerable: false });
  event.setEventTargetData(globalThis);
  // Marks it as what its methods may be called on, also by their bare names.
  Object.defineProperty(globalThis, webidl.brand, { value: webidl.brand });
  event.saveGlobalThisReference(globalThis);
  Object.setPrototypeOf(globalThis, event.EventTarget.prototype);
}

function makeConsole(print) {
  const console = new consoleScript.Console(print);
  for (const name of Object.keys(console)) if (typeof console[name] === "function") console[name] = withRoom(console[name]);
  return console;
}

function lazy(name, make) {
  Object.defineProperty(globalThis, name, {
    get() {
      const value = make();
      Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
      return value;
    },
    set(value) {
      Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
    },
    configurable: true,
    enumerable: false,
  });
}

/** `cloning.hooks.host` is how a platform has its own objects cloned. */
const cloning = { cloneWith, hooks: cloneHooks };

/** How values are written for people; `inspection.hooks` is what a platform adds. */
const inspection = { format, inspect, hooks: inspectHooks };

export { abort, cloning, consoleScript, crypto, encoding, event, exception, file, formData, headers, inspection, performance, port, request, response, streams, timers, webidl };
