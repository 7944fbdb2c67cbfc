// `structuredClone` with errors, which one of the engines does not clone at all and the other not whole: what a platform's code sees of an
// error (its class by name, message, stack, cause and own properties) is kept.
import { core } from "ext:core/mod.js";

const { structuredClone: cloneByEngine } = core.loadExtScript("ext:deno_web/13_message_port.js");
const { DOMException } = core.loadExtScript("ext:deno_web/01_dom_exception.js");
const { getPrototypeOf, keys, prototype: objectPrototype } = Object;
const { isArray } = Array;

/** By https://html.spec.whatwg.org/multipage/structured-data.html#structuredserializeinternal. */
const CLASSES = { __proto__: null, Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

export function structuredClone(value, options = undefined) {
  if (arguments.length === 0) throw new TypeError("Failed to execute 'structuredClone': 1 argument required, but only 0 present");
  if (value instanceof Error && !(value instanceof DOMException)) return copy(value, new Map());
  try {
    return cloneByEngine(value, options);
  } catch (error) {
    if (options?.transfer?.length > 0 || !holdsError(value, new Set())) throw error;
    return copy(value, new Map());
  }
}

const isPlain = (value) => isArray(value) || getPrototypeOf(value) === objectPrototype || getPrototypeOf(value) === null;

function holdsError(value, seen) {
  if (typeof value !== "object" || value === null || seen.has(value)) return false;
  seen.add(value);
  if (value instanceof Error) return true;
  if (value instanceof Map) return [...value].some((entry) => entry.some((part) => holdsError(part, seen)));
  if (value instanceof Set) return [...value].some((item) => holdsError(item, seen));
  return isPlain(value) && keys(value).some((key) => holdsError(value[key], seen));
}

function copy(value, made) {
  if (typeof value !== "object" || value === null) return cloneByEngine(value);
  if (made.has(value)) return made.get(value);
  if (value instanceof Error && !(value instanceof DOMException)) return copyError(value, made);
  if (value instanceof Map) return fill(value, new Map(), made, (into) => value.forEach((item, key) => into.set(copy(key, made), copy(item, made))));
  if (value instanceof Set) return fill(value, new Set(), made, (into) => value.forEach((item) => into.add(copy(item, made))));
  if (isPlain(value)) return fill(value, isArray(value) ? new Array(value.length) : {}, made, (into) => copyProperties(value, into, made));
  const cloned = cloneByEngine(value);
  made.set(value, cloned);
  return cloned;
}

function fill(value, into, made, step) {
  made.set(value, into);
  step(into);
  return into;
}

function copyProperties(from, into, made) {
  for (const key of keys(from)) into[key] = copy(from[key], made);
}

function copyError(error, made) {
  const Class = CLASSES[nativeNameOf(error)] ?? Error;
  const into = new Class();
  made.set(error, into);
  const define = (name, value) => Object.defineProperty(into, name, { value, writable: true, configurable: true, enumerable: false });
  if (Object.hasOwn(error, "message")) define("message", `${error.message}`);
  define("stack", `${error.stack}`);
  if (Object.hasOwn(error, "cause")) define("cause", copy(error.cause, made));
  copyProperties(error, into, made);
  return into;
}

/** The name of the built-in class that it is of. */
function nativeNameOf(error) {
  for (let at = getPrototypeOf(error); at !== null; at = getPrototypeOf(at)) {
    for (const name of keys(CLASSES)) if (CLASSES[name].prototype === at) return name;
  }
  return "Error";
}
