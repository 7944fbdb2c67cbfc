// What inspected objects are called, and how keys, texts, functions and errors of them are written.
import { core, primordials } from "ext:core/mod.js";

const { isAsyncFunction, isBooleanObject, isBigIntObject, isGeneratorFunction, isNumberObject, isStringObject } = core;
const {
  ArrayPrototypeJoin,
  ArrayPrototypeSplice,
  BigIntPrototypeValueOf,
  BooleanPrototypeValueOf,
  ErrorPrototypeToString,
  FunctionPrototypeToString,
  MathMin,
  NumberPrototypeToString,
  NumberPrototypeValueOf,
  ObjectGetOwnPropertyDescriptor,
  ObjectGetPrototypeOf,
  ObjectHasOwn,
  ObjectPrototypeIsPrototypeOf,
  RegExpPrototypeExec,
  RegExpPrototypeSymbolReplace,
  String,
  StringPrototypeCharCodeAt,
  StringPrototypeEndsWith,
  StringPrototypeIncludes,
  StringPrototypeIndexOf,
  StringPrototypePadStart,
  StringPrototypeSlice,
  StringPrototypeStartsWith,
  StringPrototypeToUpperCase,
  StringPrototypeValueOf,
  SymbolPrototypeToString,
  SymbolPrototypeValueOf,
  Uint8Array,
} = primordials;

/** The name of the class that it is an object of; null without any. */
export function getConstructorName(value) {
  for (let at = value; at !== null; at = ObjectGetPrototypeOf(at)) {
    const made = ObjectGetOwnPropertyDescriptor(at, "constructor")?.value;
    if (typeof made !== "function" || made.name === "" || !isInstance(made, value)) continue;
    return String(made.name);
  }
  return null;
}

function isInstance(made, value) {
  const { prototype } = made;
  if ((typeof prototype !== "object" && typeof prototype !== "function") || prototype === null) return false;
  return ObjectPrototypeIsPrototypeOf(prototype, value);
}

/** What stands before the braces, with a space at its end. `size`: how much is in it, in parentheses. */
export function prefix(name, tag, fallback, size = "") {
  if (name === null) return `[${fallback}${size}: null prototype] ${tag !== "" && tag !== fallback ? `[${tag}] ` : ""}`;
  return `${name}${size} ${tag !== "" && tag !== name ? `[${tag}] ` : ""}`;
}

export const classOf = (name) => name ?? "Object";

/** A key as it stands before the colon. */
export function keyText(key, enumerable) {
  if (typeof key === "symbol") {
    const text = escaped(SymbolPrototypeToString(key));
    return enumerable ? text : `[${text}]`;
  }
  if (key === "__proto__") return "['__proto__']";
  if (!enumerable) return `[${escaped(key)}]`;
  return RegExpPrototypeExec(/^[a-zA-Z_][a-zA-Z_0-9]*$/, key) === null ? quoted(key) : key;
}

const ESCAPES = { __proto__: null, "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", "\v": "\\v", "\\": "\\\\" };

/** A text between quotes: single ones, unless it holds these and no others. */
export function quoted(text) {
  let quote = "'";
  if (StringPrototypeIncludes(text, "'")) {
    if (!StringPrototypeIncludes(text, '"')) quote = '"';
    else if (!StringPrototypeIncludes(text, "`") && !StringPrototypeIncludes(text, "${")) quote = "`";
  }
  return quote + escaped(text, quote) + quote;
}

function escaped(text, quote = "") {
  if (RegExpPrototypeExec(/[\x00-\x1f\x7f-\x9f'\\]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/, text) === null) return text;
  return RegExpPrototypeSymbolReplace(
    /[\x00-\x1f\x7f-\x9f'\\]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    text,
    (found) => escapeOf(found, quote),
  );
}

function escapeOf(found, quote) {
  if (found === "'") return quote === "'" ? "\\'" : found;
  const known = ESCAPES[found];
  if (known !== undefined) return known;
  const code = NumberPrototypeToString(StringPrototypeCharCodeAt(found, 0), 16);
  return code.length > 2 ? `\\u${code}` : `\\x${StringPrototypeToUpperCase(StringPrototypePadStart(code, 2, "0"))}`;
}

/** What a function is shown as. */
export function functionBase(value, name, tag) {
  const source = FunctionPrototypeToString(value);
  if (StringPrototypeStartsWith(source, "class") && StringPrototypeEndsWith(source, "}")) return classBase(value, name, tag);
  const kind = `${isAsyncFunction(value) ? "Async" : ""}${isGeneratorFunction(value) ? "Generator" : ""}Function`;
  const named = value.name === "" ? "(anonymous)" : `: ${String(value.name)}`;
  const owner = name === null ? " (null prototype)" : "";
  const base = `[${kind}${owner}${value.name === "" ? ` ${named}` : named}]`;
  return `${base}${name !== kind && name !== null ? ` ${name}` : ""}${tag !== "" && tag !== name ? ` [${tag}]` : ""}`;
}

function classBase(value, name, tag) {
  const own = ObjectHasOwn(value, "name") && value.name !== "" ? String(value.name) : "(anonymous)";
  let base = `class ${own}`;
  if (name !== "Function" && name !== null) base += ` [${name}]`;
  if (tag !== "" && tag !== name) base += ` [${tag}]`;
  const parent = name === null ? null : ObjectGetPrototypeOf(value).name;
  if (name === null) base += " extends [null prototype]";
  else if (parent) base += ` extends ${parent}`;
  return `[${base}]`;
}

/** `[Number: 1]` and its like; the characters of a text are no properties of their own. */
export function boxed(state, value, about, primitive) {
  let kind, inner;
  if (isNumberObject(value)) [kind, inner] = ["Number", NumberPrototypeValueOf(value)];
  else if (isStringObject(value)) [kind, inner] = ["String", StringPrototypeValueOf(value)];
  else if (isBooleanObject(value)) [kind, inner] = ["Boolean", BooleanPrototypeValueOf(value)];
  else if (isBigIntObject(value)) [kind, inner] = ["BigInt", BigIntPrototypeValueOf(value)];
  else [kind, inner] = ["Symbol", SymbolPrototypeValueOf(value)];
  if (kind === "String") ArrayPrototypeSplice(about.keys, 0, inner.length);
  const { name, tag } = about;
  const of = name === kind ? "" : name === null ? " (null prototype)" : ` (${name})`;
  return `[${kind}${of}: ${primitive({ indent: 80 }, inner)}]${tag !== "" && tag !== name && tag !== kind ? ` [${tag}]` : ""}`;
}

/** The first bytes in hex, and how many more there are. */
export function hexOf(buffer, most) {
  let bytes;
  try {
    bytes = new Uint8Array(buffer);
  } catch {
    return "(detached)";
  }
  const parts = [], shown = MathMin(bytes.length, most);
  for (let at = 0; at < shown; at++) parts[at] = StringPrototypePadStart(NumberPrototypeToString(bytes[at], 16), 2, "0");
  const more = bytes.length - shown;
  return `${ArrayPrototypeJoin(parts, " ")}${more > 0 ? ` ... ${more} more byte${more > 1 ? "s" : ""}` : ""}`;
}

/** The stack of an error as it is shown (`text`), with the name of its class in front, and as the error has it (`original`). */
export function stackOf(error, constructorName) {
  const name = error.name === undefined || error.name === null ? "Error" : String(error.name);
  const { stack } = error;
  const original = stack ? String(stack) : String(ErrorPrototypeToString(error));
  // An engine may leave name and message out of it.
  const whole = stack ? withHead(original, error, name) : original;
  let text = renamed(whole, name, constructorName);
  const message = typeof error.message === "string" ? error.message : "";
  const from = message === "" ? -1 : StringPrototypeIndexOf(text, message);
  if (StringPrototypeIndexOf(text, "\n    at", from < 0 ? 0 : from + message.length) < 0) text = `[${text}]`;
  return { text, original: whole };
}

function withHead(stack, error, name) {
  if (RegExpPrototypeExec(/^\s+at /, stack) === null) return stack;
  const message = typeof error.message === "string" ? error.message : "";
  return `${message === "" ? name : `${name}: ${message}`}\n${stack}`;
}

/** A class of errors is shown by its own name, though stacks begin with that of the class it extends. */
function renamed(stack, name, constructorName) {
  const after = stack[name.length];
  if (constructorName === null || constructorName === name || name === "") return stack;
  if (!StringPrototypeEndsWith(name, "Error") || !StringPrototypeStartsWith(stack, name)) return stack;
  if (after !== undefined && after !== ":" && after !== "\n") return stack;
  const rest = StringPrototypeSlice(stack, name.length);
  return StringPrototypeIncludes(constructorName, name) ? constructorName + rest : `${constructorName} [${name}]${rest}`;
}

