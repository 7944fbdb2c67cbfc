// The guest's side of the channel in JavaScript: events in, answers out. It knows no vendor; a platform's script says what an event
// means to the user's code.
import { core, primordials } from "ext:core/mod.js";
import { cancelTimer, cancelTimersOf, onClock, onRunDue, onTimers, privateTimer, reportTo, timers, timing } from "ext:greenroom/time.js";
import * as web from "ext:greenroom/globals.js";
import {
  bodiesOnTheWay, bodyIds, bodyLengths, breakOffBody, endWithheld, lengthOf, makeBodiesByteStreams, onCredit, onData, onEnd, onFail, onStop, reading, receive,
  receiving, send, setLength, waitingForCredit,
} from "ext:greenroom/body.js";
import { allowCodeGeneration, compileOwn } from "ext:greenroom/code_generation.js";
import { bodyLength, fetchOutside, send as sendRequest, statedLength, toResponse } from "ext:greenroom/fetch.js";
import { onRejections, watchRejections } from "ext:greenroom/rejections.js";
import { channel } from "ext:greenroom/channel.js";
import { json } from "ext:greenroom/json.js";
import { withOwnCall } from "ext:greenroom/own_call.js";
import { withRoom } from "ext:greenroom/room.js";
import { encode } from "ext:greenroom/text.js";
import { allow, forbid } from "ext:greenroom/top_level.js";
import {
  AS_TEXT, bodyError, call, CARRIED, calling, callSync, cancel, cut, cutOff, forEachCall, giveUp, markOf, onResult, onResultError, pending as pendingCalls, start,
} from "ext:greenroom/calls.js";

// Code may change or delete any built-in; what runs beside it keeps its own.
const {
  Array,
  ArrayPrototypeIncludes,
  ArrayPrototypePush,
  ArrayPrototypeShift,
  Error,
  JSONParse,
  NumberPrototypeToString,
  ObjectDefineProperty,
  ObjectHasOwn,
  ObjectSetPrototypeOf,
  Promise,
  PromisePrototypeThen,
  PromiseReject,
  PromiseResolve,
  ReflectApply,
  RegExpPrototypeExec,
  SafeMap,
  SafeSet,
  SafeWeakMap,
  SafeWeakSet,
  String,
  StringPrototypeCharCodeAt,
  StringPrototypeEndsWith,
  StringPrototypeIncludes,
  StringPrototypeIndexOf,
  StringPrototypePadStart,
  StringPrototypeReplaceAll,
  StringPrototypeSlice,
  StringPrototypeSplit,
  StringPrototypeStartsWith,
  StringPrototypeToLowerCase,
  StringPrototypeToUpperCase,
  StringPrototypeToWellFormed,
  StringPrototypeTrim,
  SymbolFor,
  TypeError,
  TypedArrayPrototypeSlice,
  TypedArrayPrototypeSubarray,
} = primordials;
const { defineGlobals, exception, request: requests, response: responses } = web;
const {
  op_body_fail,
  op_compression_finish,
  op_compression_new,
  op_compression_write,
  op_done,
  op_equal_in_constant_time,
  op_failed,
  op_hash_create,
  op_hash_finish,
  op_hash_update,
  op_log,
  op_pbkdf2,
  op_leave,
  op_overdue,
  op_data_module,
  op_digest,
  op_request_headers,
  op_respond,
  op_respond_bytes,
  op_respond_stream,
  op_signing_key,
  op_signing_sign,
  op_signing_verify,
  op_zlib_new,
  op_zlib_write,
} = core.ops;
const { InnerBody } = core.loadExtScript("ext:deno_fetch/22_body.js");
const { newInnerRequest, fromInnerRequest, abortRequest } = requests;
const { newInnerResponse, fromInnerResponse, toInnerResponse, wireHeaderList, Response } = responses;
const { serveFastStatusKey, serveFastBodyKey, serveFastHeaderKindKey, serveFastContentTypeKey } = responses;
const { SERVE_FAST_HEADER_NONE, SERVE_FAST_HEADER_DEFAULT_TEXT } = responses;

const BODY_INLINE = 1;
const BODY_STREAM = 2;

const HUNG = "The script will never generate a response.";

const platforms = new SafeMap();
const factories = new SafeMap();
const uncloneable = new SafeMap();
const invocations = new SafeMap();

let platform;
/** The name of the app. */
let app;
/** How long work may go on after an answer, in milliseconds. */
let waitUntilMost = Infinity;
/** Invocations that are over, unless code that still runs in this turn gives them more to wait for. */
const leaving = [];
/** Lines about what went wrong beside the loading of the code; shown if that succeeds. */
const early = [];

/** One event on its way through the user's code. */
class Invocation {
  constructor(id, extra, entry) {
    this.id = id;
    this.extra = extra;
    /** What in the code another app means; undefined for what comes from outside. */
    this.entry = entry;
    this.request = undefined;
    this.answered = false;
    this.waiting = 0;
    this.ended = false;
    this.endings = undefined;
    /** Of an event that is no request: what the platform notes for its host beside how it ended. */
    this.noted = undefined;
    /** The same: answers it once nothing of it runs. */
    this.conclude = undefined;
    /** The same: the first error. */
    this.failure = undefined;
    /** Whether the body of the answer is under way. */
    this.sending = false;
    /** How many events of other apps, or of its own, it has made. */
    this.calls = 0;
    /** Whether the body of the request came piece by piece. */
    this.receives = false;
    /** Whether nobody wants the answer any more. */
    this.unwanted = false;
    /** Runs once work has gone on for long enough after the answer. */
    this.deadline = undefined;
  }

  /** Runs `step` when nothing of the invocation runs any more. */
  atEnd(step) {
    ArrayPrototypePush(this.endings ??= [], step);
  }

  /** Keeps the invocation alive until `promise` settles. */
  waitUntil(promise) {
    this.waiting++;
    PromisePrototypeThen(
      PromiseResolve(promise),
      () => this.#settled(),
      (error) => {
        // The first error of an event that is no request is how it ended.
        if (this.conclude !== undefined && this.failure === undefined) this.failure = { error };
        else runtime.log(3, `Uncaught (in waitUntil) ${describe(error)}`, this.id);
        this.#settled();
      },
    );
  }

  #settled() {
    this.waiting--;
    this.finishIfOver();
  }

  finishIfOver() {
    if (this.ended) return;
    if (this.waiting > 0) {
      if (this.answered && !this.sending) this.deadline ??= privateTimer(() => op_overdue(this.id), waitUntilMost);
      return;
    }
    if (!this.answered) return this.conclude?.();
    if (platform.endsWork?.(this) && (timers() || calling() || receiving())) {
      ArrayPrototypePush(leaving, this);
      op_leave();
    } else this.end();
  }

  end() {
    this.ended = true;
    if (this.deadline !== undefined) cancelTimer(this.deadline);
    invocations.delete(this.id);
    // What is left of it would be kept for ever, here and where it comes from.
    if (this.receives) breakOffBody(this.id, new TypeError(platform.lateBody ?? "The request is over."));
    for (let i = 0; i < (this.endings?.length ?? 0); i++) {
      try {
        this.endings[i]();
      } catch (error) {
        runtime.log(3, `Uncaught ${describe(error)}`, this.id);
      }
    }
    op_done(this.id);
  }
}

// What code puts on `Object.prototype`, setters too, is not met by what is set here.
ObjectSetPrototypeOf(Invocation.prototype, null);

/** What scripts of platforms and bindings get to work with. */
const runtime = {
  /** Where the scripts of a platform leave what they share. */
  parts: {},
  /** A platform says how the user's code is loaded and how it takes events. */
  platform(name, implementation) {
    platforms.set(name, implementation);
  },
  /** A binding says how the object of its kind is made that the user's code sees. */
  register(kind, factory) {
    factories.set(kind, factory);
  },
  /** Makes the object for a binding. */
  bind({ name, kind, options }) {
    const factory = factories.get(kind);
    if (factory === undefined) throw new Error(`no script for bindings of the kind ${kind}`);
    return factory({
      name,
      kind,
      options,
      call: (method, args, body) => call(invocationId(), name, method, args, body),
      callText: (method, args, body) => call(invocationId(), name, method, args, body, AS_TEXT),
      callSync: (method, args) => callSync(invocationId(), name, method, args),
    });
  },
  /** The invocation whose code runs now; undefined outside any. */
  invocation: () => invocations.get(invocationId()),
  /** Values that follow code through promises and timers. */
  context: {
    get: (key) => core.getAsyncContext()?.[key],
    run(key, value, code) {
      const before = core.getAsyncContext();
      core.setAsyncContext({ __proto__: null, ...before, [key]: value });
      try {
        return code();
      } finally {
        core.setAsyncContext(before);
      }
    },
  },
  /** Calls to the host are refused with what `makeError` returns until the code is loaded. */
  forbidAtTopLevel: forbid,
  /** Shows an event to the listeners of the global object, or of another; the first error that one of them throws is thrown. */
  dispatch(event, target = globalThis) {
    let thrown;
    const before = intercept;
    intercept = (error) => thrown ??= { error };
    try {
      ReflectApply(web.event.EventTarget.prototype.dispatchEvent, target, [event]);
    } finally {
      intercept = before;
    }
    if (thrown !== undefined) throw thrown.error;
  },
  /** How many listeners of the global object there are for `type`. */
  listeners: (type) => web.event.listenerCount(globalThis, type),
  /** A request to the outside; `signal` is what gives it up, if anything may. */
  fetch: (request, signal) => fetchOutside(invocationId(), request, streamLength, signal),
  /** The body of a request to a binding; `toResponse` makes a response of what comes back. */
  send: (binding, args, inner, signal) => sendRequest(invocationId(), binding, marked(args), inner, signal),
  toResponse,
  /** How many bytes a request's body has, if that is known. */
  bodyLength: (inner) => bodyLength(inner, streamLength),
  /** Says how many bytes a stream will give. */
  setLength,
  /** What came along with a request of an event; undefined for those that code made. */
  extraOf: (request) => requests.toInnerRequest(request)?.extra,
  call: (target, method, args, body) => call(invocationId(), target, method, marked(args), body),
  /** The same, and how the call is given up. */
  start(target, method, args, body) {
    const { id, answer } = start(invocationId(), target, method, marked(args), body);
    return { answer, cancel: () => cancel(id) };
  },
  log(level, text, invocation = invocationId()) {
    op_log(invocation, level, text);
  },
  describe,
  /** The web's classes and what their makers know of them; see `globals.js`. */
  web,
  /** What follows code through promises and timers. An object made from another keeps its `invocation`. */
  asyncContext: { get: core.getAsyncContext, set: core.setAsyncContext },
  /** Digests piece by piece. */
  hash: { create: withRoom(op_hash_create), update: op_hash_update, finish: op_hash_finish },
  /** Signatures and digests at once: `open(algorithm, isPrivate, bytes)` gives a key, or throws where that cannot be had. */
  signing: { open: withRoom(op_signing_key), sign: op_signing_sign, verify: op_signing_verify, digest: op_digest },
  /** `pbkdf2(hash, iterations, secret, salt, length)`: so many bytes, or an error where there is no such digest. */
  pbkdf2: withRoom(op_pbkdf2),
  /** The same function, made sure that the stack is not about to end: for what makes objects in native code. */
  withRoom,
  withOwnCall,
  equalInConstantTime: op_equal_in_constant_time,
  allowCodeGeneration,
  onRejections,
  /** A platform says what an error is that no code caught. */
  onException(handler) {
    exceptionHandler = handler;
  },
  newInnerResponse,
  fromInnerResponse,
  toInnerResponse,
  toInnerRequest: requests.toInnerRequest,
  InnerBody,
  /** Methods of the language as they were, called as functions: code may change the ones that there are. */
  primordials: {
    ArrayPrototypeIncludes, ArrayPrototypePush, NumberPrototypeToString, PromisePrototypeThen, RegExpPrototypeExec,
    StringPrototypeCharCodeAt, StringPrototypeEndsWith, StringPrototypeIndexOf, StringPrototypePadStart, StringPrototypeReplaceAll,
    StringPrototypeSlice, StringPrototypeSplit, StringPrototypeToLowerCase, StringPrototypeToUpperCase, StringPrototypeToWellFormed,
    StringPrototypeTrim, TypedArrayPrototypeSlice, TypedArrayPrototypeSubarray,
  },
  /** Collections whose methods no code can change, for what a platform keeps to itself. */
  safe: { Map: SafeMap, Set: SafeSet, WeakMap: SafeWeakMap, WeakSet: SafeWeakSet },
  /** Compression: `open(format, decompress)` gives what `write(it, bytes, last)` takes. */
  zlib: { open: withRoom(op_zlib_new), write: op_zlib_write },
  brotli: {
    open: withRoom(() => op_compression_new("brotli", false)),
    write: op_compression_write,
    finish: (codec) => op_compression_finish(codec, true),
  },
  /** Whether a value is a promise of the language, whatever code has made of its methods. */
  isPromise: core.isPromise,
  /** Bytes of a text, as they are sent. */
  encode,
  /** A binding says in which words its objects, those with that prototype, refuse to be cloned. */
  refuseClones: (prototype, words) => uncloneable.set(prototype, words),
  uncloneable: (prototype) => uncloneable.get(prototype),
};

/**
 * What makes an event elsewhere goes along with a mark: the calls that wait for it, each by its app and its number in the event that made it. By that
 * calls that wait for each other are found. A replay gives the same marks, and so they may be those of several calls.
 */
function marked(args) {
  if (!ObjectHasOwn(args, "entry")) return args;
  const invocation = runtime.invocation();
  const own = `${app}#${invocation === undefined ? 0 : ++invocation.calls}`;
  const before = invocation?.entry?.after;
  return { ...args, entry: { ...args.entry, after: before === undefined ? own : `${before}/${own}` } };
}

// The context that follows code through promises and timers is an object; asynchronous local storage adds to a copy of it, so this
// property stays.
function invocationId() {
  return core.getAsyncContext()?.invocation ?? 0;
}

/** How many bytes a stream will give, if the platform knows it or whoever made the stream. */
const streamLength = (stream) => platform?.lengthOf(stream) ?? lengthOf(stream);

function describe(error) {
  try {
    return described(error);
  } catch {
    // A getter or a conversion of the error itself threw.
    return "an error that cannot be shown";
  }
}

function described(error) {
  if (!(error instanceof Error || error instanceof exception.DOMException)) return String(error);
  const name = String(error.name), message = String(error.message);
  const stack = typeof error.stack === "string" ? error.stack : "";
  if (stack === "") return `${name}: ${message}`;
  const whole = StringPrototypeStartsWith(stack, name) || StringPrototypeIncludes(stack, message);
  return whole ? stack : `${name}: ${message}\n${stack}`;
}

function failureOf(error, kind = "threw") {
  try {
    return shown(error, kind);
  } catch {
    // A getter of the error itself threw.
    return { kind, name: "", message: "an error that cannot be shown", stack: "" };
  }
}

function shown(error, kind) {
  if (error instanceof Error || error instanceof exception.DOMException) {
    return { kind, name: String(error.name), message: String(error.message), stack: describe(error) };
  }
  let text;
  try {
    text = String(error);
  } catch {
    text = "a value that cannot be shown";
  }
  return { kind, name: "", message: text, stack: "" };
}

function headersOf(id) {
  const text = op_request_headers(id);
  if (text === "") return [];
  const lines = StringPrototypeSplit(text, "\n");
  const list = new Array(lines.length >> 1);
  for (let i = 0; i < list.length; i++) list[i] = [lines[2 * i], lines[2 * i + 1]];
  return list;
}

function onInvoke(id, method, url, extra, entry, bodyKind, bytes) {
  const invocation = new Invocation(id, extra, entry === "" ? undefined : JSONParse(entry));
  invocations.set(id, invocation);
  core.setAsyncContext({ __proto__: null, invocation: id });
  if (invocation.entry?.kind === "call") {
    answerCall(invocation, bytes);
    return;
  }
  if (invocation.entry?.kind === "trigger") {
    answerTrigger(invocation);
    return;
  }
  let body = null;
  if (bodyKind === BODY_INLINE) {
    body = new InnerBody({ body: bytes, consumed: false });
    body.length = bytes.byteLength;
  } else if (bodyKind === BODY_STREAM) {
    const stream = receive(id);
    invocation.receives = true;
    setLength(stream, () => statedLength(inner.headerList));
    body = new InnerBody(stream);
  }
  const inner = newInnerRequest(method, url, () => headersOf(id), body, false);
  // What the host's platform adds to a request as JSON text; read when code asks for it.
  if (extra !== "") inner.extra = extra;
  const request = invocation.request = fromInnerRequest(inner, "immutable");
  let answer;
  try {
    answer = platform.fetch(request, invocation);
  } catch (error) {
    fail(invocation, error);
    return;
  }
  if (answer instanceof Response) {
    respond(invocation, answer);
    return;
  }
  // Anything with a `then` counts as a promise; a value without one is no answer, which the platform says in its own words.
  const promise = core.isPromise(answer) ? answer : new Promise((resolve) => resolve(answer));
  PromisePrototypeThen(promise, (value) => respond(invocation, value), (error) => fail(invocation, error));
}

/** What another app calls: bytes in, bytes out, both the platform's own. */
function answerCall(invocation, bytes) {
  PromisePrototypeThen(outcome(() => platform.call(bytes, invocation)), (answer) => {
    if (invocation.answered) return;
    op_respond_bytes(invocation.id, 200, "", answer);
    invocation.answered = true;
    invocation.finishIfOver();
  }, (error) => fail(invocation, error));
}

/** What `run` gives, as a promise: what throws at once fails as what throws later. Nothing asks for `then`, which code may have changed. */
function outcome(run) {
  try {
    const value = run();
    return core.isPromise(value) ? value : PromiseResolve(value);
  } catch (error) {
    return PromiseReject(error);
  }
}

/** An event that is no request: it is over when the handler is, and all that was given to `waitUntil`. */
function answerTrigger(invocation) {
  const { event, payload } = invocation.entry;
  invocation.conclude = () => {
    if (invocation.failure !== undefined) return fail(invocation, invocation.failure.error);
    invocation.answered = true;
    op_respond(invocation.id, 200, "", json(invocation.noted ?? null));
    invocation.finishIfOver();
  };
  invocation.waitUntil(outcome(() => platform.trigger(event, payload, invocation)));
}

function fail(invocation, error, kind) {
  if (invocation.answered) return;
  invocation.answered = true;
  op_failed(invocation.id, failureText(invocation, error, kind));
  invocation.finishIfOver();
}

/** The failure as the host takes it; a plain one where code has broken what makes it, so that there is an answer in any case. */
function failureText(invocation, error, kind) {
  try {
    platform.failed?.(invocation);
    const failure = failureOf(error, kind);
    if (invocation.conclude !== undefined) failure.carried = json(invocation.noted ?? null);
    else if (invocation.entry !== undefined) failure.carried = platform.carry(error, kind, invocation.entry);
    return json(failure);
  } catch {
    return '{"kind":"threw","name":"","message":"an error that cannot be shown","stack":""}';
  }
}

function respond(invocation, response) {
  if (invocation.answered) return;
  invocation.answered = true;
  try {
    platform.check(response);
    const socket = platform.socketOf?.(response, invocation);
    if (socket !== undefined) respondSocket(invocation, response, socket);
    else if (!respondFast(invocation.id, response)) respondWhole(invocation, response);
  } catch (error) {
    invocation.answered = false;
    fail(invocation, error);
    return;
  }
  invocation.finishIfOver();
}

/** `new Response(text or bytes)` and `Response.json(…)` with nothing unusual about them, whose headers were never looked at. */
function respondFast(id, response) {
  const status = response[serveFastStatusKey];
  if (status === 0 || toInnerResponse(response).statusMessage !== "" || responses.responseBodyUsed(response)) return false;
  // Code has taken its body as a stream meanwhile.
  if (toInnerResponse(response).body?.streamOrStatic instanceof web.streams.ReadableStream) return false;
  const kind = response[serveFastHeaderKindKey];
  const headers = kind === SERVE_FAST_HEADER_NONE
    ? ""
    : kind === SERVE_FAST_HEADER_DEFAULT_TEXT
    ? "content-type\ntext/plain;charset=UTF-8"
    : `content-type\n${response[serveFastContentTypeKey]}`;
  const body = response[serveFastBodyKey];
  if (typeof body === "string") op_respond(id, status, headers, body);
  else op_respond_bytes(id, status, headers, body);
  return true;
}

function respondWhole(invocation, response) {
  const inner = toInnerResponse(response);
  const list = wireHeaderList(inner);
  // A reason of its own comes first, under no name.
  let headers = inner.statusMessage === "" ? "" : `\n${inner.statusMessage}${list.length > 0 ? "\n" : ""}`;
  for (let i = 0; i < list.length; i++) headers += (i === 0 ? "" : "\n") + list[i][0] + "\n" + list[i][1];
  const { id } = invocation;
  if (inner.body === null) {
    op_respond(id, inner.status, headers, "");
    return;
  }
  // workerd answers with the head and breaks off; what is wrong is said in the same words.
  if (inner.body.streamOrStatic.locked && !web.streams.isReadableStreamDisturbed(inner.body.streamOrStatic)) {
    throw new TypeError("The ReadableStream has been locked to a reader.");
  }
  if (inner.body.unusable()) {
    throw new TypeError("Body has already been used. It can only be used once. Use tee() first if you need to read it twice.");
  }
  const body = platform.encode(response, inner);
  if (body instanceof web.streams.ReadableStream) {
    const length = platform.lengthOf(body);
    if (length !== undefined) headers += `${headers === "" ? "" : "\n"}content-length\n${length}`;
    op_respond_stream(id, inner.status, headers);
    invocation.waiting++;
    invocation.sending = true;
    PromisePrototypeThen(send(id, body, invocation.entry === undefined ? undefined : bodyFails), (error) => {
      invocation.sending = false;
      if (error !== undefined) runtime.log(3, `Uncaught (in response) ${describe(error)}`, id);
      invocation.waiting--;
      invocation.finishIfOver();
    });
  } else if (typeof body.body === "string") {
    op_respond(id, inner.status, headers, body.body);
  } else {
    op_respond_bytes(id, inner.status, headers, body.body);
  }
}

/** The body of an answer to another Worker fails: the error itself goes along, as one that is thrown does. */
function bodyFails(id, _text, error) {
  const invocation = invocations.get(id);
  op_body_fail(id, `${CARRIED}${platform.carry(error, undefined, invocation?.entry ?? {})}`);
}

/** The connection becomes a WebSocket: `socket(incoming)` takes what the client says and returns the stream of what is said to it. */
function respondSocket(invocation, response, socket) {
  const { id } = invocation;
  const list = wireHeaderList(toInnerResponse(response));
  let headers = "";
  for (let i = 0; i < list.length; i++) headers += (i === 0 ? "" : "\n") + list[i][0] + "\n" + list[i][1];
  op_respond_stream(id, 101, headers);
  invocation.waiting++;
  invocation.sending = true;
  PromisePrototypeThen(send(id, socket(receive(id))), () => {
    invocation.sending = false;
    invocation.waiting--;
    invocation.finishIfOver();
  });
}

function onCancel(id) {
  const invocation = invocations.get(id);
  if (invocation === undefined) return;
  invocation.answered = true;
  invocation.unwanted = true;
  // What another app calls has none.
  if (invocation.request !== undefined) abortRequest(invocation.request);
  onStop(id);
  onFail(id, new TypeError("The client has disconnected"));
  invocation.finishIfOver();
}

/** Work has gone on for too long after the answer: what it waits for never comes. */
function onCutOff(id) {
  const invocation = invocations.get(id);
  if (invocation === undefined) return;
  runtime.log(2, platform.cutOff, id);
  cutOff(id);
  cancelTimersOf(id);
  invocation.waiting = 0;
  invocation.finishIfOver();
}

/** What code has begun and not waited for ends with its invocation. */
function onLeave() {
  for (let invocation; (invocation = ArrayPrototypeShift(leaving)) !== undefined;) {
    if (invocation.ended) continue;
    if (invocation.waiting > 0) {
      invocation.finishIfOver();
      continue;
    }
    cancelTimersOf(invocation.id);
    if (giveUp(invocation.id) > 0 && !invocation.unwanted) runtime.log(2, platform.unfinished, invocation.id);
    invocation.end();
  }
}

/** Nothing is left that could run by itself: whoever still waits, waits for ever. True: the platform has made something run. */
function onIdle() {
  if (invocations.size === 0 || reading() || timing()) return false;
  let open = false;
  forEachCall(() => open = true);
  if (open) return endStuck();
  if (waitingForCredit()) return false;
  let anew = false;
  invocations.forEach((invocation) => {
    if (!invocation.answered && platform.idle !== undefined) {
      anew = platform.idle(invocation) || anew;
    } else if (!invocation.answered) {
      if (invocation.conclude !== undefined) invocation.waiting = 0;
      const words = invocation.entry === undefined ? undefined : platform.hung;
      fail(invocation, new Error(words ?? HUNG), "hung");
    } else if (invocation.waiting > 0) {
      giveUpWaiting(invocation);
    }
  });
  return anew;
}

/** What goes on after an answer will never end: its body, or what was given to `waitUntil`. */
function giveUpWaiting(invocation) {
  const { id, sending } = invocation;
  invocation.waiting = 0;
  if (sending) {
    invocation.sending = false;
    const words = platform.hung ?? HUNG;
    const { entry } = invocation;
    endWithheld(id, entry === undefined ? words : CARRIED + platform.carry(new Error(words), "hung", entry));
    runtime.log(3, `Uncaught (in response) Error: ${words}`, id);
  } else {
    runtime.log(2, "A promise given to waitUntil() will never settle; it is given up.", id);
  }
  invocation.finishIfOver();
}

/** Ends events that wait for nothing, where every call waits for one of them: those that a Worker makes to itself may. Says whether there were any. */
function endStuck() {
  const { stuck, waited } = findStuck();
  let other = waitingForCredit((body) => waited.has(markOf(body)));
  forEachCall(({ mark }) => {
    const left = waited.get(mark) ?? 0;
    if (left === 0) other = true;
    else waited.set(mark, left - 1);
  });
  if (other) return false;
  for (let at = 0; at < stuck.length; at++) fail(stuck[at], new Error(platform.hung ?? HUNG), "hung");
  return stuck.length > 0;
}

/** Events that wait for nothing, and the marks of all calls that wait for them, through events that wait for such calls alone, with how many there may be. */
function findStuck() {
  const stuck = [], waited = new SafeMap(), known = new SafeSet(), calls = new SafeMap();
  forEachCall(({ invocation, mark }) => {
    if (!calls.has(invocation)) calls.set(invocation, []);
    ArrayPrototypePush(calls.get(invocation), mark);
  });
  const look = (invocation) => {
    const { id, answered, entry } = invocation;
    if (answered || entry?.after === undefined || known.has(id)) return;
    const marks = calls.get(id) ?? [];
    for (let at = 0; at < marks.length; at++) if (!waited.has(marks[at])) return;
    known.add(id);
    if (marks.length === 0) ArrayPrototypePush(stuck, invocation);
    // The last call waits for it alone. Those before may wait for more, of which an event of its own, unlike an object's method, cannot have need.
    const { after } = entry;
    const all = marks.length === 0 && platform.standsAlone(invocation);
    for (let end = all ? StringPrototypeIndexOf(after, "/") : after.length; ; end = StringPrototypeIndexOf(after, "/", end + 1)) {
      const mark = end < 0 ? after : StringPrototypeSlice(after, 0, end);
      waited.set(mark, (waited.get(mark) ?? 0) + 1);
      if (mark === after) return;
    }
  };
  for (let before = -1; before < known.size;) {
    before = known.size;
    invocations.forEach(look);
  }
  return { stuck, waited };
}

function onPrepare(script) {
  script(runtime);
}

/** Everything of an app's environment, and the platform's idea of its code. Returns the names of its handlers. */
function onLoad(namespace, head) {
  platform = platforms.get(head.platform);
  if (platform === undefined) throw new Error(`no platform script for ${head.platform}`);
  for (let i = 0; i < early.length; i++) runtime.log(3, early[i]);
  waitUntilMost = head.wait_until_ms;
  app = head.app;
  allow();
  return platform.load(namespace, head, runtime);
}

/** Before any of the user's modules is evaluated. Returns name and source of the modules that the platform provides. */
function onBoot(head) {
  return platforms.get(head.platform)?.boot?.(head, runtime) ?? [];
}

function print(text, level) {
  runtime.log(level, StringPrototypeEndsWith(text, "\n") ? StringPrototypeSlice(text, 0, -1) : text);
}

let exceptionHandler = (error) => runtime.log(3, `Uncaught ${describe(error)}`);
/** Takes what listeners throw while an event is shown to them. */
let intercept;
const report = (error) => (intercept ?? exceptionHandler)(error);
core.setReportExceptionCallback(report);
reportTo(report);
watchRejections((reason) => {
  const line = `Uncaught (in promise) ${describe(reason)}`;
  // A module that throws while it is loaded rejects a promise too; the host says that once, in its own words.
  if (platform === undefined) ArrayPrototypePush(early, line);
  else runtime.log(3, line);
});

defineGlobals(print);
makeBodiesByteStreams(InnerBody);
/** Before anything else: what the other end of the channel says of it. */
const begin = (window, callStream) => {
  channel.window = window;
  channel.callStream = callStream;
  // A snapshot keeps collections as those of the language, whose methods code can change.
  for (const kept of [platforms, factories, uncloneable, invocations, pendingCalls, ...bodiesOnTheWay]) ObjectSetPrototypeOf(kept, SafeMap.prototype);
  for (const kept of [bodyIds, bodyLengths]) ObjectSetPrototypeOf(kept, SafeWeakMap.prototype);
  ObjectSetPrototypeOf(cut, SafeSet.prototype);
  hide();
};
// Objects named `Deno` and `__bootstrap` are how the engine's parts find each other while they are put together; guests get neither.
const hide = () => {
  delete globalThis.Deno;
  delete globalThis.__bootstrap;
};

// Modules that are no code import their bytes by this name; it gives an app its own files and nothing else.
ObjectDefineProperty(globalThis, SymbolFor("greenroom.data-module"), { value: (name) => op_data_module(name).buffer });
ObjectDefineProperty(globalThis, SymbolFor("greenroom.wasm-module"), { value: (name) => compileOwn(op_data_module(name)) });

globalThis.__greenroom = [
  onInvoke,
  onCancel,
  onData,
  onEnd,
  (id, text) => onFail(id, bodyError(text, platform?.revive)),
  onCredit,
  onStop,
  onResult,
  onResultError,
  onIdle,
  onPrepare,
  onBoot,
  onLoad,
  begin,
  onClock,
  onRunDue,
  onTimers,
  onCutOff,
  onLeave,
];
