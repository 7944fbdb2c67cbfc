// A line of the console from what it was given: the first, if it is a text, may say by `%s` and its like how the next are written.
import { core, primordials } from "ext:core/mod.js";
import { inspect, primitive } from "ext:greenroom/inspect.js";

const { isNativeError, isProxy } = core;
const {
  JSONStringify,
  Number,
  NumberParseFloat,
  NumberParseInt,
  ObjectGetOwnPropertyDescriptor,
  ObjectGetPrototypeOf,
  ObjectHasOwn,
  String,
  StringPrototypeIncludes,
  StringPrototypeSlice,
} = primordials;

const PLAIN = { indent: 0 };
const number = (value) => primitive(PLAIN, value);

/** How each letter writes a value. */
const WRITERS = {
  __proto__: null,
  s: text,
  d: (value) => typeof value === "bigint" ? number(value) : typeof value === "symbol" ? "NaN" : number(Number(value)),
  i: (value) => typeof value === "bigint" ? number(value) : typeof value === "symbol" ? "NaN" : number(NumberParseInt(value)),
  f: (value) => typeof value === "symbol" ? "NaN" : number(NumberParseFloat(value)),
  j: json,
  o: (value) => inspect(value, { depth: 4, hidden: true }),
  O: (value) => inspect(value),
  // Styles are for consoles that have them.
  c: () => "",
};

function text(value) {
  if (typeof value === "number" || typeof value === "bigint") return number(value);
  if (typeof value !== "object" || value === null || hasOwnText(value)) return String(value);
  return inspect(value, { depth: 0 });
}

/** Whether its class, or it itself, says what its text is. */
function hasOwnText(value) {
  if (isProxy(value)) return false;
  if (ObjectHasOwn(value, "toString")) return typeof value.toString === "function";
  for (let at = value; at !== null; at = ObjectGetPrototypeOf(at)) {
    if (!ObjectHasOwn(at, "toString") && !ObjectHasOwn(at, "constructor")) continue;
    const made = ObjectGetOwnPropertyDescriptor(at, "constructor")?.value;
    if (typeof made !== "function") return ObjectHasOwn(at, "toString");
    // What the language itself makes is shown better by looking into it.
    if (primordials[made.name] === made || (made.name in BUILT_IN && isNativeError(value))) return false;
    if (ObjectHasOwn(at, "toString")) return true;
  }
  return false;
}

const BUILT_IN = { __proto__: null, EvalError: 1, RangeError: 1, ReferenceError: 1, SyntaxError: 1, URIError: 1 };

function json(value) {
  try {
    return JSONStringify(value);
  } catch (error) {
    if (StringPrototypeIncludes(String(error?.message), "circular")) return "[Circular]";
    throw error;
  }
}

/** `args` as one line, or as many as they have. */
export function format(args) {
  if (args.length === 1 && typeof args[0] === "string") return args[0];
  let at = 0, line = "", join = "";
  if (typeof args[0] === "string" && args.length > 1) {
    const { made, used } = formatted(args);
    at = used;
    if (used > 0) {
      line = made;
      join = " ";
    }
  }
  for (; at < args.length; at++, join = " ") line += join + (typeof args[at] === "string" ? args[at] : inspect(args[at]));
  return line;
}

/** The first of `args` with the next ones in their places, and how many of them were used: none if it has no place. */
function formatted(args) {
  const first = args[0];
  let made = "", from = 0, next = 1;
  for (let at = 0; at < first.length - 1; at++) {
    if (first[at] !== "%") continue;
    const letter = first[++at];
    const write = WRITERS[letter];
    if (letter !== "%" && (write === undefined || next === args.length)) continue;
    made += StringPrototypeSlice(first, from, at - 1) + (letter === "%" ? "%" : write(args[next++]));
    from = at + 1;
  }
  return from === 0 ? { made: first, used: 0 } : { made: made + StringPrototypeSlice(first, from), used: next };
}
