// Values as text for people, in the form that `util.inspect` of node made common. What a platform's own objects show of themselves is the
// platform's affair.
import { core, primordials } from "ext:core/mod.js";
import { lay } from "ext:greenroom/inspect_layout.js";
import { boxed, classOf, functionBase, getConstructorName, hexOf, keyText, prefix, quoted, stackOf } from "ext:greenroom/inspect_parts.js";

const {
  getPromiseDetails,
  getProxyDetails,
  isAnyArrayBuffer,
  isArgumentsObject,
  isBoxedPrimitive,
  isDataView,
  isDate,
  isMap,
  isMapIterator,
  isModuleNamespaceObject,
  isNativeError,
  isPromise,
  isProxy,
  isRegExp,
  isSet,
  isSetIterator,
  isTypedArray,
  isWeakMap,
  isWeakSet,
} = core;
const { op_preview_entries } = core.ops;
const {
  ArrayIsArray,
  ArrayPrototypeIncludes,
  ArrayPrototypeIndexOf,
  ArrayPrototypePop,
  ArrayPrototypePush,
  ArrayPrototypeSplice,
  ArrayPrototypeUnshift,
  BigIntPrototypeToString,
  DatePrototypeGetTime,
  DatePrototypeToISOString,
  MapPrototypeForEach,
  MapPrototypeGetSize,
  MathMin,
  NumberIsNaN,
  NumberPrototypeToString,
  ObjectGetOwnPropertyDescriptor,
  ObjectHasOwn,
  ObjectIs,
  ObjectKeys,
  ObjectPrototypePropertyIsEnumerable,
  ReflectApply,
  ReflectHas,
  ReflectOwnKeys,
  RegExpPrototypeExec,
  RegExpPrototypeToString,
  SafeMap,
  SetPrototypeForEach,
  SetPrototypeGetSize,
  String,
  StringPrototypeIncludes,
  StringPrototypeRepeat,
  StringPrototypeReplaceAll,
  StringPrototypeSlice,
  SymbolFor,
  SymbolIterator,
  SymbolPrototypeToString,
  SymbolToStringTag,
  TypedArrayPrototypeGetLength,
  TypedArrayPrototypeGetSymbolToStringTag,
} = primordials;

/** How deep objects are shown, items of a list, characters of a text. */
const DEPTH = 2;
const MOST_ITEMS = 100;
/** Of more items than these, the other properties are not looked for. */
const MANY_ITEMS = 1_000_000;
const MOST_CHARACTERS = 10_000;

const CUSTOM = SymbolFor("nodejs.util.inspect.custom");

/**
 * `object(value)` gives what an object of the platform shows: `{ entries, members, brackets }`, all of them lists of name and value
 * and all optional; undefined for any other. `behind(proxy)` gives what a proxy of the platform stands for, undefined for any other.
 */
export const hooks = { __proto__: null, object: undefined, behind: undefined };

/** `value` as text. `depth`: how many levels of objects are shown; `hidden`: properties that are not enumerable too. */
export function inspect(value, { depth = DEPTH, hidden = false } = {}) {
  return show({ depth, hidden, indent: 0, deepest: 0, seen: [], circular: new SafeMap() }, value, 0);
}

function show(state, value, level) {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return primitive(state, value);
  if (isProxy(value)) {
    const own = hooks.behind?.(value);
    if (own === undefined) {
      const details = getProxyDetails(value);
      return details[0] === null ? "<Revoked Proxy>" : `Proxy(${show(state, details[0], level)})`;
    }
    value = own;
  }
  const custom = customized(state, value, level);
  if (custom !== undefined) return custom;
  if (ArrayPrototypeIncludes(state.seen, value)) {
    const known = state.circular.get(value) ?? state.circular.size + 1;
    state.circular.set(value, known);
    return `[Circular *${known}]`;
  }
  return object(state, value, level);
}

export function primitive(state, value) {
  switch (typeof value) {
    case "string":
      return texts(state, value);
    case "number":
      return ObjectIs(value, -0) ? "-0" : NumberPrototypeToString(value);
    case "bigint":
      return `${BigIntPrototypeToString(value)}n`;
    case "symbol":
      return SymbolPrototypeToString(value);
    default:
      return String(value);
  }
}

function texts(state, value) {
  const more = value.length - MOST_CHARACTERS;
  const rest = more > 0 ? `... ${more} more character${more > 1 ? "s" : ""}` : "";
  const shown = more > 0 ? StringPrototypeSlice(value, 0, MOST_CHARACTERS) : value;
  if (shown.length <= 16 || shown.length <= 80 - state.indent - 4 || !StringPrototypeIncludes(shown, "\n")) return quoted(shown) + rest;
  // A long text of several lines has a line for each of them.
  let lines = "";
  for (let from = 0; from < shown.length;) {
    const end = primordials.StringPrototypeIndexOf(shown, "\n", from);
    const next = end < 0 ? shown.length : end + 1;
    lines += `${lines === "" ? "" : ` +\n${StringPrototypeRepeat(" ", state.indent + 2)}`}${quoted(StringPrototypeSlice(shown, from, next))}`;
    from = next;
  }
  return lines + rest;
}

/** What the object's own method says of it; undefined where it has none. */
function customized(state, value, level) {
  const method = value[CUSTOM];
  if (typeof method !== "function" || method === inspect || isPrototype(value)) return undefined;
  const depth = state.depth - level;
  const options = { depth, showHidden: state.hidden, colors: false, compact: 3, breakLength: 80, stylize: (text) => `${text}` };
  const made = ReflectApply(method, value, [depth, options, inspect]);
  if (made === value) return undefined;
  if (typeof made === "object" || typeof made === "function") return show(state, made, level);
  return StringPrototypeReplaceAll(`${typeof made === "symbol" ? SymbolPrototypeToString(made) : made}`, "\n", `\n${StringPrototypeRepeat(" ", state.indent)}`);
}

const isPrototype = (value) => value.constructor?.prototype === value;

/** Everything that is shown of an object, before its properties are. */
function object(state, value, level) {
  const name = getConstructorName(value);
  let tag = value[SymbolToStringTag];
  // One that is listed as a property anyway is not shown twice.
  if (typeof tag !== "string" || (tag !== "" && ObjectPrototypePropertyIsEnumerable(value, SymbolToStringTag))) tag = "";
  const about = { name, tag, keys: undefined, base: "", braces: ["{", "}"], items: undefined, columns: undefined };
  const shown = hooks.object?.(value);
  if (shown !== undefined) return platform(state, value, about, level, shown);
  const whole = isListed(value, name) ? listed(state, value, about) : other(state, value, about);
  if (whole !== undefined) return whole;
  if (level > state.depth) return `[${StringPrototypeSlice(prefix(about.name, about.tag, ArrayIsArray(value) ? "Array" : "Object"), 0, -1)}]`;
  ArrayPrototypePush(state.seen, value);
  state.deepest = level + 1;
  const parts = about.items?.(level + 1) ?? [];
  for (let at = 0; at < about.keys.length; at++) parts[parts.length] = property(state, value, about.keys[at], level + 1, about.columns !== undefined);
  ArrayPrototypePop(state.seen);
  const known = state.circular.get(value);
  if (known !== undefined) about.base = about.base === "" ? `<ref *${known}>` : `<ref *${known}> ${about.base}`;
  return lay(state, { parts, base: about.base, braces: about.braces, columns: about.columns, level: level + 1 });
}

function keysOf(state, value, indices = true) {
  // Names of properties cannot be had without the numbers of all items; so many of those would take the memory of several of it.
  if (!indices && isTypedArray(value) && TypedArrayPrototypeGetLength(value) > MANY_ITEMS) return [];
  const all = state.hidden ? ReflectOwnKeys(value) : ObjectKeys(value);
  const keys = [];
  for (let at = 0; at < all.length; at++) {
    const key = all[at];
    if (typeof key === "symbol" || indices || RegExpPrototypeExec(/^(?:0|[1-9]\d*)$/, key) === null) ArrayPrototypePush(keys, key);
  }
  if (state.hidden) return keys;
  const own = ReflectOwnKeys(value);
  for (let at = 0; at < own.length; at++) {
    if (typeof own[at] === "symbol" && ObjectPrototypePropertyIsEnumerable(value, own[at])) ArrayPrototypePush(keys, own[at]);
  }
  return keys;
}

/** Not what only has the prototype of one. */
function isCollection(value) {
  try {
    return isMap(value) ? MapPrototypeGetSize(value) >= 0 : isSet(value) && SetPrototypeGetSize(value) >= 0;
  } catch {
    return false;
  }
}

const isListed = (value, name) =>
  (name === null || ReflectHas(value, SymbolIterator)) &&
  (ArrayIsArray(value) || isTypedArray(value) || isCollection(value) || isMapIterator(value) || isSetIterator(value));

/** Lists, maps and sets: fills `about`, or gives the text if that is all. */
function listed(state, value, about) {
  const { name, tag } = about;
  if (ArrayIsArray(value)) {
    about.keys = keysOf(state, value, false);
    const before = name !== "Array" || tag !== "" ? prefix(name, tag, "Array", `(${value.length})`) : "";
    if (value.length === 0 && about.keys.length === 0) return `${before}[]`;
    about.braces = [`${before}[`, "]"];
    about.columns = { list: value, more: value.length > MOST_ITEMS };
    about.items = (level) => array(state, value, level);
  } else if (isTypedArray(value)) {
    const length = TypedArrayPrototypeGetLength(value);
    about.keys = keysOf(state, value, false);
    const before = prefix(name, tag, TypedArrayPrototypeGetSymbolToStringTag(value), `(${length})`);
    if (length === 0 && about.keys.length === 0) return `${before}[]`;
    about.braces = [`${before}[`, "]"];
    about.columns = { list: value, more: length > MOST_ITEMS };
    about.items = () => some(length, (at) => primitive(state, value[at]));
  } else if (isCollection(value)) {
    const kind = isMap(value) ? "Map" : "Set";
    const size = kind === "Map" ? MapPrototypeGetSize(value) : SetPrototypeGetSize(value);
    about.keys = keysOf(state, value);
    const before = prefix(name, tag, kind, `(${size})`);
    if (size === 0 && about.keys.length === 0) return `${before}{}`;
    about.braces = [`${before}{`, "}"];
    about.items = (level) => kind === "Map" ? map(state, value, level) : set(state, value, level);
  } else {
    about.keys = keysOf(state, value);
    iterator(state, value, about);
  }
  return undefined;
}

/** `count` items by `text(index)`, and how many more there are. */
function some(count, text) {
  const parts = [], shown = MathMin(count, MOST_ITEMS);
  for (let at = 0; at < shown; at++) parts[at] = text(at);
  if (count > shown) parts[shown] = moreItems(count - shown);
  return parts;
}

const moreItems = (count) => `... ${count} more item${count > 1 ? "s" : ""}`;

/** The parts of an array; what is missing in it is counted. */
function array(state, value, level) {
  const parts = [];
  let at = 0;
  for (; at < value.length && parts.length < MOST_ITEMS; at++) {
    if (ObjectHasOwn(value, at)) {
      ArrayPrototypePush(parts, indented(state, () => property(state, value, at, level, true, true), 0));
      continue;
    }
    const until = afterHole(value, at);
    ArrayPrototypePush(parts, `<${until - at} empty item${until - at > 1 ? "s" : ""}>`);
    at = until - 1;
  }
  if (at < value.length) ArrayPrototypePush(parts, moreItems(value.length - at));
  return parts;
}

/** Where the hole that is at `at` ends. Holes may be as long as arrays can be, so no step is made for each place of a long one. */
function afterHole(value, at) {
  for (let until = at; until < at + 1000; until++) {
    if (until >= value.length || ObjectHasOwn(value, until)) return until;
  }
  // What an array has by number comes first, in order.
  const keys = ObjectKeys(value);
  for (let index = 0; index < keys.length; index++) {
    const place = +keys[index];
    if (place >= at && place < value.length) return place;
  }
  return value.length;
}

/** What `text()` gives, with the lines of it further in. */
function indented(state, text, by = 2) {
  state.indent += by;
  const made = text();
  state.indent -= by;
  return made;
}

function map(state, value, level) {
  const entries = [];
  MapPrototypeForEach(value, (item, key) => ArrayPrototypePush(entries, [key, item]));
  return indented(state, () => some(entries.length, (at) => `${show(state, entries[at][0], level)} => ${show(state, entries[at][1], level)}`));
}

function set(state, value, level) {
  const items = [];
  SetPrototypeForEach(value, (item) => ArrayPrototypePush(items, item));
  return indented(state, () => some(items.length, (at) => show(state, items[at], level)));
}

function iterator(state, value, about) {
  const { 0: items, 1: paired } = op_preview_entries(value, true);
  about.braces = [`[${paired ? (isMapIterator(value) ? "Map Entries" : "Set Entries") : about.tag}] {`, "}"];
  about.items = (level) =>
    indented(state, () =>
      paired
        ? some(items.length / 2, (at) => `[ ${show(state, items[at * 2], level)}, ${show(state, items[at * 2 + 1], level)} ]`)
        : some(items.length, (at) => show(state, items[at], level)));
}

/** Every other kind of object. */
function other(state, value, about) {
  const { name, tag } = about;
  about.keys = keysOf(state, value);
  const none = about.keys.length === 0;
  if (isArgumentsObject(value)) {
    about.braces[0] = "[Arguments] {";
  } else if (typeof value === "function") {
    about.base = functionBase(value, name, tag);
    return none ? about.base : undefined;
  } else if (isRegExp(value) || isDate(value)) {
    const kind = isRegExp(value) ? "RegExp" : "Date";
    const before = prefix(name, tag, kind);
    about.base = `${before === `${kind} ` ? "" : before}${kind === "Date" ? dateText(value) : RegExpPrototypeToString(value)}`;
    return none ? about.base : undefined;
  } else if (isNativeError(value)) {
    about.base = errorBase(state, value, about);
    return about.keys.length === 0 ? about.base : undefined;
  } else if (isAnyArrayBuffer(value)) {
    about.braces[0] = `${prefix(name, tag, "ArrayBuffer")}{`;
    ArrayPrototypeUnshift(about.keys, "byteLength");
    about.items = () => [`[Uint8Contents]: <${hexOf(value, MOST_ITEMS)}>`];
  } else if (isDataView(value)) {
    about.braces[0] = `${prefix(name, tag, "DataView")}{`;
    ArrayPrototypeUnshift(about.keys, "byteLength", "byteOffset", "buffer");
  } else if (isPromise(value)) {
    about.braces[0] = `${prefix(name, tag, "Promise")}{`;
    about.items = (level) => [promise(state, value, level)];
  } else if (isWeakSet(value) || isWeakMap(value)) {
    about.braces[0] = `${prefix(name, tag, isWeakSet(value) ? "WeakSet" : "WeakMap")}{`;
    about.items = () => ["<items unknown>"];
  } else if (isModuleNamespaceObject(value)) {
    about.braces[0] = `${prefix(name, tag, "Module")}{`;
  } else if (isBoxedPrimitive(value)) {
    about.base = boxed(state, value, about, primitive);
    return about.keys.length === 0 ? about.base : undefined;
  } else {
    const before = name === "Object" && tag === "" ? "" : prefix(name, tag, "Object");
    if (none) return `${before}{}`;
    about.braces[0] = `${before}{`;
  }
  return undefined;
}

const dateText = (date) => NumberIsNaN(DatePrototypeGetTime(date)) ? "Invalid Date" : DatePrototypeToISOString(date);

function promise(state, value, level) {
  const { 0: stage, 1: result } = getPromiseDetails(value);
  if (stage === 0) return "<pending>";
  const text = indented(state, () => show(state, result, level));
  return stage === 2 ? `<rejected> ${text}` : text;
}

/**
 * An object of the platform: its entries, its own properties, then what it says of itself. It is laid out by itself, as if it stood at the
 * beginning of a line and had no name, and shows properties that are not enumerable.
 */
function platform(state, value, { name }, level, { entries, members = [], brackets = [] }) {
  const shownName = classOf(name);
  const depth = state.depth - level;
  if (depth < 0) return `[${shownName}]`;
  const own = { depth, hidden: true, indent: 0, deepest: 1, seen: [], circular: new SafeMap() };
  const parts = entries === undefined
    ? []
    : indented(own, () => some(entries.length, (at) => `${show(own, entries[at][0], 1)} => ${show(own, entries[at][1], 1)}`));
  // What it is made of has symbols for keys.
  const keys = ObjectKeys(value);
  for (let at = 0; at < keys.length; at++) if (!names(members, keys[at])) ArrayPrototypePush(parts, property(own, value, keys[at], 1, false));
  for (let at = 0; at < members.length; at++) ArrayPrototypePush(parts, `${members[at][0]}: ${indented(own, () => show(own, members[at][1], 1))}`);
  for (let at = 0; at < brackets.length; at++) ArrayPrototypePush(parts, `[${brackets[at][0]}]: ${indented(own, () => show(own, brackets[at][1], 1))}`);
  const size = entries === undefined ? "" : `(${entries.length})`;
  if (parts.length === 0) return `${shownName}${size} {}`;
  const braces = [entries === undefined ? "{" : `Object${size} {`, "}"];
  const text = lay(own, { parts, base: "", braces, columns: undefined, level: 1 });
  const named = entries === undefined ? `${shownName} ${text}` : shownName + StringPrototypeSlice(text, "Object".length);
  return StringPrototypeReplaceAll(named, "\n", `\n${StringPrototypeRepeat(" ", state.indent)}`);
}

function names(members, key) {
  for (let at = 0; at < members.length; at++) if (members[at][0] === key) return true;
  return false;
}

/** The stack of an error, and in `about.keys` what it does not tell. */
function errorBase(state, error, about) {
  const { keys } = about;
  const stack = stackOf(error, about.name);
  for (const key of ["name", "message", "stack"]) {
    const at = ArrayPrototypeIndexOf(keys, key);
    if (at >= 0 && (typeof error[key] !== "string" || StringPrototypeIncludes(stack.original, error[key]))) ArrayPrototypeSplice(keys, at, 1);
  }
  if (ReflectHas(error, "cause") && !ArrayPrototypeIncludes(keys, "cause")) ArrayPrototypePush(keys, "cause");
  if (ArrayIsArray(error.errors) && !ArrayPrototypeIncludes(keys, "errors")) ArrayPrototypePush(keys, "errors");
  return state.indent === 0 ? stack.text : StringPrototypeReplaceAll(stack.text, "\n", `\n${StringPrototypeRepeat(" ", state.indent)}`);
}

function property(state, value, key, level, inList, isItem = false) {
  const found = ObjectGetOwnPropertyDescriptor(value, key) ?? { value: value[key], enumerable: true };
  let text;
  if (found.get !== undefined) text = found.set === undefined ? "[Getter]" : "[Getter/Setter]";
  else if (found.set !== undefined) text = "[Setter]";
  else text = indented(state, () => show(state, found.value, level));
  return isItem ? text : `${keyText(key, found.enumerable)}: ${text}`;
}
