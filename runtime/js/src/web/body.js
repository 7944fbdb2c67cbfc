// Bodies that travel through the channel. A receiver gives credit for what it has taken; a sender waits when it has none left.
import { core, primordials } from "ext:core/mod.js";
import { channel } from "ext:greenroom/channel.js";
import { streams } from "ext:greenroom/globals.js";

const { op_body_credit, op_body_data, op_body_end, op_body_fail, op_body_stop } = core.ops;

const {
  ArrayBufferIsView,
  ArrayPrototypePush,
  ArrayPrototypeShift,
  Error,
  FunctionPrototypeCall,
  MathMin,
  ObjectDefineProperty,
  ObjectGetOwnPropertyDescriptor,
  ObjectSetPrototypeOf,
  Promise,
  PromisePrototypeThen,
  PromiseResolve,
  SafeMap,
  SafeWeakMap,
  String,
  TypeError,
  TypedArrayPrototypeSlice,
  TypedArrayPrototypeSubarray,
  Uint8Array,
} = primordials;
const { ArrayBuffer } = globalThis;
const { read: readerRead, cancel: readerCancel } = streams.ReadableStreamDefaultReader.prototype;

/** No single frame is larger, so that no body keeps the others waiting. */
const CHUNK = 64 * 1024;

const incoming = new SafeMap();
/** The ids of the bodies in `incoming`, by stream. */
const ids = new SafeWeakMap();
const outgoing = new SafeMap();
/** How many bytes a stream will give, where that is known: a number, or a function that finds out. */
const lengths = new SafeWeakMap();

/** What this file keeps, which a snapshot does not keep as it is; see `begin` in `guest.js`. */
export const bodiesOnTheWay = [incoming, outgoing];
export const bodyIds = ids;
export const bodyLengths = lengths;

export function setLength(stream, length) {
  lengths.set(stream, length);
}

export function lengthOf(stream) {
  const length = lengths.get(stream);
  return typeof length === "function" ? length() : length;
}

/** A body that comes from the host, as a byte stream; `invocation` has called for it, if it was called for. */
export function receive(id, invocation = 0) {
  const body = new Incoming(id, invocation);
  incoming.set(id, body);
  ids.set(body.stream, id);
  return body.stream;
}

class Incoming {
  constructor(id, invocation) {
    this.id = id;
    this.invocation = invocation;
    this.chunks = [];
    this.ended = false;
    this.failure = undefined;
    this.wake = undefined;
    this.controller = undefined;
    const body = this;
    this.stream = streams.createReadableByteStream(
      (controller) => void (body.controller = controller),
      () => body.pull(),
      () => {
        body.chunks = [];
        if (incoming.delete(body.id)) op_body_stop(body.id);
        return PromiseResolve();
      },
    );
  }

  pull() {
    if (this.deliver()) return undefined;
    return new Promise((resolve) => this.wake = resolve);
  }

  /** Hands on one chunk, or the end; says whether there was anything. */
  deliver() {
    const chunk = ArrayPrototypeShift(this.chunks);
    if (chunk !== undefined) {
      // Enqueueing takes the buffer away from `chunk`: its length is asked first.
      const length = chunk.byteLength;
      this.controller.enqueue(chunk);
      op_body_credit(this.id, length);
      return true;
    }
    if (this.failure !== undefined) {
      this.controller.error(this.failure);
      return true;
    }
    if (this.ended) {
      this.controller.close();
      // A reader with a buffer of its own waits until it is told that nothing was written into it.
      this.controller.byobRequest?.respond(0);
      return true;
    }
    return false;
  }

  changed() {
    // The end is shown at once, so that whoever waits for `closed` need not read.
    if (this.wake === undefined && this.chunks.length === 0 && (this.ended || this.failure !== undefined)) {
      this.deliver();
      return;
    }
    if (this.wake !== undefined && this.deliver()) {
      const wake = this.wake;
      this.wake = undefined;
      wake();
    }
  }
}

// What code puts on `Object.prototype`, setters too, is not met by what is set here.
ObjectSetPrototypeOf(Incoming.prototype, null);

export function onData(id, bytes) {
  const body = incoming.get(id);
  if (body === undefined) return;
  ArrayPrototypePush(body.chunks, bytes);
  body.changed();
}

export function onEnd(id) {
  const body = incoming.get(id);
  if (body === undefined) return;
  incoming.delete(id);
  body.ended = true;
  body.changed();
}

export function onFail(id, error) {
  const body = incoming.get(id);
  if (body === undefined) return;
  incoming.delete(id);
  body.failure = error;
  body.changed();
}

/** Wants no more of a body that `receive` gave; whoever reads it, also with a lock on it, sees `error`. */
export function breakOff(stream, error) {
  breakOffBody(ids.get(stream), error);
}

/** The same of a body by its number. */
export function breakOffBody(id, error) {
  if (!incoming.has(id)) return;
  onFail(id, error);
  op_body_stop(id);
}

/** Wants no more of what an invocation has called for; whoever reads it waits for ever. */
export function abandon(invocation) {
  incoming.forEach((body, id) => {
    if (body.invocation !== invocation) return;
    incoming.delete(id);
    op_body_stop(id);
  });
}

/**
 * Bodies made from text or bytes become byte streams when they are read as streams, as the fetch standard has it: a reader may bring its own
 * buffer. (https://fetch.spec.whatwg.org/#concept-bodyinit-extract)
 */
export function makeBodiesByteStreams({ prototype }) {
  const { get } = ObjectGetOwnPropertyDescriptor(prototype, "stream");
  ObjectDefineProperty(prototype, "stream", {
    get() {
      const body = this.streamOrStatic;
      if (body instanceof streams.ReadableStream || body.consumed) return FunctionPrototypeCall(get, this);
      this.streamOrStatic = byteStreamOf(typeof body.body === "string" ? core.encode(body.body) : body.body);
      return this.streamOrStatic;
    },
    configurable: true,
    enumerable: false,
  });
}

function byteStreamOf(bytes) {
  const stream = streams.createReadableByteStream(
    () => {},
    (controller) => {
      // The stream takes the buffer away: a copy, since it may be the user's own.
      if (bytes.byteLength > 0) controller.enqueue(TypedArrayPrototypeSlice(bytes));
      controller.close();
    },
    () => PromiseResolve(),
  );
  setLength(stream, bytes.byteLength);
  return stream;
}

/** Whether the host still owes bytes to anybody. */
export function receiving() {
  return incoming.size > 0;
}

/** Whether anybody waits for bytes that the host owes. */
export function reading() {
  let waiting = false;
  incoming.forEach((body) => {
    if (body.wake !== undefined) waiting = true;
  });
  return waiting;
}

/**
 * Sends a stream to the host. Settles when all of it is sent, and never rejects: a failure is told to the host, unless `failed(id, text,
 * error)` says otherwise, and given back.
 */
export async function send(id, stream, failed = op_body_fail) {
  const state = { credit: channel.window, wake: undefined, stopped: false, reader: undefined };
  outgoing.set(id, state);
  try {
    const reader = state.reader = streams.acquireReadableStreamDefaultReader(stream);
    for (;;) {
      const { done, value } = await FunctionPrototypeCall(readerRead, reader);
      if (state.stopped) return undefined;
      if (done) break;
      await sendChunk(id, state, toBytes(value));
    }
    op_body_end(id);
    return undefined;
  } catch (error) {
    if (!state.stopped) failed(id, String(error?.message ?? error), error);
    return error;
  } finally {
    outgoing.delete(id);
  }
}

async function sendChunk(id, state, bytes) {
  for (let at = 0; at < bytes.byteLength && !state.stopped;) {
    if (state.credit <= 0) {
      await new Promise((resolve) => state.wake = resolve);
      continue;
    }
    const part = TypedArrayPrototypeSubarray(bytes, at, at + MathMin(CHUNK, state.credit));
    op_body_data(id, part);
    state.credit -= part.byteLength;
    at += part.byteLength;
  }
}

function toBytes(value) {
  if (ArrayBufferIsView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (typeof value === "string") return core.encode(value);
  // https://github.com/cloudflare/workerd/blob/main/src/workerd/api/streams/queue.c++: the text that Workers shows.
  throw new TypeError("Draining read encountered a value that cannot be converted to bytes");
}

/** Whether the host waits for more of a body that its source does not give. */
export function withheld(id) {
  const state = outgoing.get(id);
  return state !== undefined && state.wake === undefined;
}

/** Gives up a body that nothing gives more of. */
export function endWithheld(id, why) {
  if (!withheld(id)) return;
  op_body_fail(id, why);
  onStop(id);
}

export function onCredit(id, bytes) {
  const state = outgoing.get(id);
  if (state === undefined) return;
  state.credit += bytes;
  wake(state);
}

export function onStop(id) {
  const state = outgoing.get(id);
  if (state === undefined) return;
  outgoing.delete(id);
  state.stopped = true;
  // Not awaited: what the source makes of it is its own affair.
  if (state.reader !== undefined) {
    const why = new Error("the other side wants no more of this body");
    PromisePrototypeThen(FunctionPrototypeCall(readerCancel, state.reader, why), undefined, () => {});
  }
  wake(state);
}

function wake(state) {
  const resolve = state.wake;
  state.wake = undefined;
  resolve?.();
}

/** Whether bytes wait for the host to take earlier ones; those of bodies that are `beside(id)` do not count. */
export function waitingForCredit(beside = undefined) {
  let waiting = false;
  outgoing.forEach((state, id) => {
    if (state.wake !== undefined && beside?.(id) !== true) waiting = true;
  });
  return waiting;
}
