// What the tests need of `node:assert`.

export class AssertionError extends Error {
  constructor({ message, actual, expected, operator }) {
    super(message);
    Object.assign(this, { name: "AssertionError", code: "ERR_ASSERTION", actual, expected, operator });
  }
}

function shown(value) {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${value.byteLength})[${new Uint8Array(value.buffer, value.byteOffset, Math.min(64, value.byteLength))}]`;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}

function refuse(message, actual, expected, operator, words) {
  if (message instanceof Error) throw message;
  throw new AssertionError({ message: message ?? `${shown(actual)} ${words} ${shown(expected)}`, actual, expected, operator });
}

export function ok(value, message) {
  if (!value) refuse(message, value, true, "ok", "is not");
}

export function fail(message = "Failed") {
  refuse(message, undefined, undefined, "fail", "");
}

export function strictEqual(actual, expected, message) {
  if (!Object.is(actual, expected)) refuse(message, actual, expected, "strictEqual", "is not");
}

export function notStrictEqual(actual, expected, message) {
  if (Object.is(actual, expected)) refuse(message, actual, expected, "notStrictEqual", "is");
}

/** As `node:assert/strict` takes `equal`: the tests that mean `==` compare values of the same kind. */
const looselySame = (left, right) => left == right || (left !== left && right !== right);

export function equal(actual, expected, message) {
  if (!looselySame(actual, expected)) refuse(message, actual, expected, "==", "!=");
}

export function notEqual(actual, expected, message) {
  if (looselySame(actual, expected)) refuse(message, actual, expected, "!=", "==");
}

export function deepStrictEqual(actual, expected, message) {
  if (!same(actual, expected, true, new Map())) refuse(message, actual, expected, "deepStrictEqual", "is not deeply");
}

export function notDeepStrictEqual(actual, expected, message) {
  if (same(actual, expected, true, new Map())) refuse(message, actual, expected, "notDeepStrictEqual", "is deeply");
}

export function deepEqual(actual, expected, message) {
  if (!same(actual, expected, false, new Map())) refuse(message, actual, expected, "deepEqual", "is not deeply");
}

export function notDeepEqual(actual, expected, message) {
  if (same(actual, expected, false, new Map())) refuse(message, actual, expected, "notDeepEqual", "is deeply");
}

export function match(text, pattern, message) {
  if (typeof text !== "string" || !pattern.test(text)) refuse(message, text, String(pattern), "match", "does not match");
}

export function doesNotMatch(text, pattern, message) {
  if (pattern.test(text)) refuse(message, text, String(pattern), "doesNotMatch", "matches");
}

export function ifError(value) {
  if (value !== null && value !== undefined) throw value;
}

const isObject = (value) => value !== null && (typeof value === "object" || typeof value === "function");

function same(left, right, strict, seen) {
  if (!isObject(left) || !isObject(right)) return strict || isObject(left) !== isObject(right) ? Object.is(left, right) : looselySame(left, right);
  if (left === right) return true;
  if (typeof left === "function" || typeof right === "function") return false;
  if (strict && Object.getPrototypeOf(left) !== Object.getPrototypeOf(right)) return false;
  if (Object.prototype.toString.call(left) !== Object.prototype.toString.call(right)) return false;
  if (seen.get(left) === right) return true;
  seen.set(left, right);
  return sameInside(left, right, strict, seen) && sameProperties(left, right, strict, seen);
}

function sameInside(left, right, strict, seen) {
  if (left instanceof Date) return left.getTime() === right.getTime();
  if (left instanceof RegExp) return String(left) === String(right);
  if (left instanceof Error) return left.message === right.message && left.name === right.name;
  if (left instanceof Map) {
    return left.size === right.size && [...left].every(([key, value]) => right.has(key) && same(value, right.get(key), strict, seen));
  }
  if (left instanceof Set) {
    return left.size === right.size && [...left].every((value) => right.has(value) || [...right].some((other) => same(value, other, strict, seen)));
  }
  if (left instanceof ArrayBuffer) return sameInside(new Uint8Array(left), new Uint8Array(right), strict, seen);
  if (ArrayBuffer.isView(left) && !(left instanceof DataView)) return left.length === right.length && left.every((value, index) => Object.is(value, right[index]));
  if (left instanceof Number || left instanceof String || left instanceof Boolean) return Object.is(left.valueOf(), right.valueOf());
  return !Array.isArray(left) || left.length === right.length;
}

function sameProperties(left, right, strict, seen) {
  if (ArrayBuffer.isView(left) || left instanceof ArrayBuffer) return true;
  const keys = ownKeys(left);
  if (keys.length !== ownKeys(right).length) return false;
  return keys.every((key) => Object.prototype.propertyIsEnumerable.call(right, key) && same(left[key], right[key], strict, seen));
}

function ownKeys(object) {
  return Reflect.ownKeys(object).filter((key) => Object.prototype.propertyIsEnumerable.call(object, key));
}

/** Whether `error` is what a test expects: a class, a pattern, a function that judges, or an object of properties. */
function check(error, expected, message) {
  if (expected === undefined || typeof expected === "string") return;
  if (expected instanceof RegExp) {
    if (!expected.test(String(error))) refuse(message, String(error), String(expected), "throws", "does not match");
  } else if (typeof expected === "function") {
    judge(error, expected, message);
  } else {
    for (const key of new Set([...Object.keys(expected), ...(expected instanceof Error ? ["name", "message"] : [])])) {
      const [got, wanted] = [error?.[key], expected[key]];
      const fits = wanted instanceof RegExp && typeof got === "string" ? wanted.test(got) : same(got, wanted, true, new Map());
      if (!fits) refuse(message, got, wanted instanceof RegExp ? String(wanted) : wanted, "throws", `(the ${key} of ${shown(error)}) is not`);
    }
  }
}

function judge(error, expected, message) {
  if (expected.prototype !== undefined && error instanceof expected) return;
  if (Error.isPrototypeOf(expected) || expected === Error) throw error;
  if (expected.call({}, error) !== true) refuse(message, error, "what the test accepts", "throws", "is not");
}

export function throws(action, expected, message) {
  let error;
  try {
    action();
  } catch (thrown) {
    error = { thrown };
  }
  if (error === undefined) fail(message ?? (typeof expected === "string" ? expected : "Missing expected exception."));
  check(error.thrown, expected, message);
}

export function doesNotThrow(action) {
  action();
}

export async function rejects(action, expected, message) {
  let error;
  try {
    await (typeof action === "function" ? action() : action);
  } catch (thrown) {
    error = { thrown };
  }
  if (error === undefined) fail(message ?? (typeof expected === "string" ? expected : "Missing expected rejection."));
  check(error.thrown, expected, message);
}

export async function doesNotReject(action) {
  await (typeof action === "function" ? action() : action);
}

export default Object.assign((value, message) => ok(value, message), {
  AssertionError, ok, fail, strictEqual, notStrictEqual, equal, notEqual, deepStrictEqual, notDeepStrictEqual, deepEqual, notDeepEqual,
  match, doesNotMatch, ifError, throws, doesNotThrow, rejects, doesNotReject,
});
export { default as strict } from "./assert.js";
