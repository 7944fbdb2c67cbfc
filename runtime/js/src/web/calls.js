// Calls to services. Each has an id; the answer comes as an event of its own, so none of them keeps an op pending.
import { core, primordials } from "ext:core/mod.js";
import { exception, streams } from "ext:greenroom/globals.js";
import { abandon, onStop, receive, send, withheld } from "ext:greenroom/body.js";
import { channel } from "ext:greenroom/channel.js";
import { json as stringify } from "ext:greenroom/json.js";
import { encode } from "ext:greenroom/text.js";
import { refusal } from "ext:greenroom/top_level.js";

const { op_body_stop, op_call, op_call_body, op_call_stream, op_call_sync } = core.ops;
const {
  ArrayBufferIsView,
  Error,
  JSONParse: parse,
  ObjectHasOwn,
  Promise,
  RangeError,
  SafeMap,
  SafeSet,
  StringPrototypeEndsWith,
  StringPrototypeSlice,
  StringPrototypeStartsWith,
  SyntaxError,
  TypeError,
  Uint8Array,
} = primordials;

const BODY_INLINE = 1;
const BODY_STREAM = 2;

const errors = { __proto__: null, Error, TypeError, RangeError, SyntaxError };
/** Calls that have no answer yet. */
export const pending = new SafeMap();
/** Invocations that have been cut off: whatever of them still runs gets no further by a call. */
export const cut = new SafeSet();
let last = 0;

/** How the bytes of an answer are wanted. */
export const AS_BUFFER = 0;
export const AS_TEXT = 1;

/** Calls `method` of `binding`; resolves to `{ value, body }`. */
export function call(invocation, binding, method, args, body, as = AS_BUFFER) {
  return start(invocation, binding, method, args, body, as).answer;
}

/** The same, with the id by which the call can be given up. `failed`: what becomes of a body that fails, as `send` takes it. */
export function start(invocation, binding, method, args, body, as = AS_BUFFER, failed = undefined) {
  const refused = refusal();
  if (refused !== undefined) return { id: 0, answer: Promise.reject(refused) };
  if (cut.size > 0 && cut.has(invocation)) return { id: 0, answer: new Promise(() => {}) };
  last = (last + 1) & 0x3fffffff;
  const id = last;
  const text = stringify(args);
  if (body === undefined || body === null) {
    op_call(id, invocation, binding, method, text, as === AS_TEXT);
  } else if (typeof body === "string") {
    op_call_body(id, invocation, binding, method, text, encode(body), as === AS_TEXT);
  } else if (body instanceof streams.ReadableStream) {
    op_call_stream(id, invocation, binding, method, text);
    send((id | channel.callStream) >>> 0, body, failed);
  } else {
    op_call_body(id, invocation, binding, method, text, bytesOf(body), as === AS_TEXT);
  }
  const mark = markIn(args);
  // A service is done no sooner than with the whole of what it is sent; the outside, and other code, may answer before.
  const needs = binding === "" || mark !== undefined ? undefined : (id | channel.callStream) >>> 0;
  return { id, answer: new Promise((resolve, reject) => pending.set(id, { resolve, reject, invocation, mark, needs })) };
}

/** The mark that goes along with what makes an event elsewhere. See `marked` in `guest.js`. */
function markIn(args) {
  if (typeof args !== "object" || args === null || !ObjectHasOwn(args, "entry")) return undefined;
  return args.entry.after;
}

/** The mark of the call that a body belongs to; undefined for any other. */
export function markOf(body) {
  return body < channel.callStream ? undefined : pending.get(body - channel.callStream)?.mark;
}

/** Gives a call up: its answer is no longer wanted, and the host stops working on it. */
export function cancel(id) {
  if (!pending.delete(id)) return;
  const stream = (id | channel.callStream) >>> 0;
  onStop(stream);
  op_body_stop(stream);
}

/** Gives up every call of an invocation, and the bodies that it has called for; says how many calls there were. */
export function giveUp(invocation) {
  let calls = 0;
  pending.forEach((waiting, id) => {
    if (waiting.invocation !== invocation) return;
    calls++;
    cancel(id);
  });
  abandon(invocation);
  return calls;
}

/** The same, of calls that it makes later too. */
export function cutOff(invocation) {
  cut.add(invocation);
  giveUp(invocation);
}

/** The same, and everything stands still until the answer is there. */
export function callSync(invocation, binding, method, args) {
  const refused = refusal();
  if (refused !== undefined) throw refused;
  const { error, value, body } = op_call_sync(invocation, binding, method, stringify(args));
  if (error !== null) throw toError(error);
  return { value: value === "" ? null : parse(value), body: body === null ? null : body.buffer };
}

function bytesOf(body) {
  return ArrayBufferIsView(body) ? new Uint8Array(body.buffer, body.byteOffset, body.byteLength) : new Uint8Array(body);
}

export function onResult(id, value, bodyKind, body) {
  const waiting = pending.get(id);
  if (waiting === undefined) return;
  pending.delete(id);
  waiting.resolve({
    value: value === "" ? null : parse(value),
    body: bodyKind === BODY_STREAM ? receive((id | channel.callStream) >>> 0, waiting.invocation) : bodyKind === BODY_INLINE ? body : null,
  });
}

export function onResultError(id, text) {
  const waiting = pending.get(id);
  if (waiting === undefined) return;
  pending.delete(id);
  waiting.reject(toError(text));
}

/** What the host says of a connection that broke off: no error of types. */
const LOST = "Network connection lost.";

/** https://github.com/cloudflare/workerd/blob/main/src/workerd/jsg/util.c++: what failed for want of a connection may be tried again. */
export function lost() {
  const error = new Error(LOST);
  error.retryable = true;
  return error;
}

/** Begins what a body fails with where that is an error of another Worker, as the platform carries it. */
export const CARRIED = "\0carried:";

/** The error that comes in the middle of a body; `revive` makes one of what the platform carried. */
export function bodyError(text, revive) {
  if (StringPrototypeStartsWith(text, CARRIED)) return revive(StringPrototypeSlice(text, CARRIED.length));
  return text === LOST ? lost() : new TypeError(text);
}

function toError(text) {
  const { name, message } = parse(text);
  if (message === LOST) return lost();
  const Class = errors[name];
  if (Class !== undefined) return new Class(message);
  if (StringPrototypeEndsWith(name, "Error")) return new exception.DOMException(message, name);
  return new Error(message);
}

/** Sees each call that is not answered yet, but for those that wait for what their bodies' sources do not give. */
export function forEachCall(see) {
  pending.forEach((call) => {
    if (call.needs === undefined || !withheld(call.needs)) see(call);
  });
}

/** Whether an answer is still to come. */
export function calling() {
  return pending.size > 0;
}
