// `structuredClone` the same on every engine: https://html.spec.whatwg.org/multipage/structured-data.html#structuredserializeinternal.
// What a platform's own objects are cloned to, and in which words others are refused, is the platform's affair.
import { core, primordials } from "ext:core/mod.js";

const webidl = core.loadExtScript("ext:deno_webidl/00_webidl.js");
const { DOMException, DOMExceptionPrototype } = core.loadExtScript("ext:deno_web/01_dom_exception.js");
const {
  getProxyDetails,
  isAnyArrayBuffer,
  isArgumentsObject,
  isArrayBuffer,
  isBoxedPrimitive,
  isDataView,
  isDate,
  isGeneratorObject,
  isMap,
  isMapIterator,
  isModuleNamespaceObject,
  isNativeError,
  isPromise,
  isProxy,
  isRegExp,
  isSet,
  isSetIterator,
  isSymbolObject,
  isTypedArray,
  isWeakMap,
  isWeakSet,
} = core;
const {
  Array,
  ArrayBuffer,
  ArrayBufferPrototypeGetByteLength,
  ArrayBufferPrototypeSlice,
  ArrayIsArray,
  DataView,
  DataViewPrototypeGetBuffer,
  DataViewPrototypeGetByteLength,
  DataViewPrototypeGetByteOffset,
  Date,
  DatePrototypeGetTime,
  Error,
  FinalizationRegistry,
  FunctionPrototypeToString,
  MapPrototypeForEach,
  MapPrototypeSet,
  Object,
  ObjectDefineProperty,
  ObjectGetOwnPropertyDescriptor,
  ObjectGetPrototypeOf,
  ObjectKeys,
  ObjectPrototype,
  ObjectPrototypeIsPrototypeOf,
  ReflectApply,
  ReflectHas,
  ReflectOwnKeys,
  RegExp,
  RegExpPrototypeSymbolReplace,
  SafeMap,
  SafeSet,
  SetPrototypeAdd,
  SetPrototypeForEach,
  String,
  StringPrototypeStartsWith,

  SymbolPrototypeToString,
  SymbolToStringTag,
  TypedArrayPrototypeGetBuffer,
  TypedArrayPrototypeGetByteOffset,
  TypedArrayPrototypeGetLength,
  TypedArrayPrototypeGetSymbolToStringTag,
  TypedArrayPrototypeSet,
  TypeError,
  Uint8Array,
  WeakRef,
} = primordials;
// Kept before any code can change them; they are not among the primordials of every engine.
const { AggregateError, EvalError, Map, RangeError, ReferenceError, Set, SyntaxError, URIError } = globalThis;
const getterOf = (Class, name) => ObjectGetOwnPropertyDescriptor(Class.prototype, name)?.get;
const { transfer } = ArrayBuffer.prototype;
const [getDetached, getResizable, getMaxByteLength] = ["detached", "resizable", "maxByteLength"].map((name) => getterOf(ArrayBuffer, name));
const isDetached = (buffer) => ReflectApply(getDetached, buffer, []);

const PREFIX = "Failed to execute 'structuredClone'";

/** By the name that an error gives itself. */
const ERRORS = { __proto__: null, AggregateError, Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

const VIEWS = { __proto__: null };
for (const name of [
  "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array", "BigInt64Array", "BigUint64Array",
  "Float16Array", "Float32Array", "Float64Array",
]) VIEWS[name] = globalThis[name];

/** What no engine clones and no test of the engine's kind tells. */
const NEVER = [WeakRef.prototype, FinalizationRegistry.prototype, ObjectGetPrototypeOf([].values()), ObjectGetPrototypeOf(""[primordials.SymbolIterator]())];

/**
 * `host(value)` gives `{ clone }` for an object of the platform, throws if that cannot be cloned, and gives undefined for any other.
 * `proxy(value)` throws for a proxy of the platform that says in words of its own that it cannot be cloned.
 */
export const hooks = { __proto__: null, host: undefined, proxy: undefined };

export function structuredClone(value, options = undefined) {
  webidl.requiredArguments(arguments.length, 1, PREFIX);
  const list = transferList(options);
  return list === undefined && (typeof value !== "object" || value === null) ? primitive(value) : cloneWith(value, list);
}

/** A clone of `value`; the buffers of `list` are detached from who had them. */
export function cloneWith(value, list = []) {
  const buffers = [];
  for (let at = 0; at < list.length; at++) buffers[at] = transferable(list[at]);
  const clone = copy(value, new SafeMap());
  for (let at = 0; at < buffers.length; at++) if (!isDetached(buffers[at])) ReflectApply(transfer, buffers[at], []);
  return clone;
}

function transferList(options) {
  if (options === undefined || options === null) return undefined;
  if (typeof options !== "object" && typeof options !== "function") {
    throw webidl.makeException(TypeError, "can not be converted to a dictionary", PREFIX, "Argument 2");
  }
  const { transfer: list } = options;
  if (list === undefined || ArrayIsArray(list)) return list;
  throw webidl.makeException(TypeError, "can not be converted to sequence.", PREFIX, "'transfer' of 'StructuredSerializeOptions' (Argument 2)");
}

function transferable(value) {
  if (isArrayBuffer(value)) return value;
  const buffer = isTypedArray(value) ? TypedArrayPrototypeGetBuffer(value) : isDataView(value) ? DataViewPrototypeGetBuffer(value) : undefined;
  if (buffer === undefined) throw new TypeError("Object is not transferable");
  if (!isArrayBuffer(buffer)) throw refusal("Object is not transferable.");
  return buffer;
}

const refusal = (message) => new DOMException(message, "DataCloneError");

function primitive(value) {
  if (typeof value === "function" || typeof value === "symbol") throw uncloneable(value);
  return value;
}

function uncloneable(value) {
  if (isProxy(value)) hooks.proxy?.(value);
  if (typeof value === "function") return refusal(`${sourceOf(value)} could not be cloned.`);
  if (typeof value === "symbol") return refusal(`${SymbolPrototypeToString(value)} could not be cloned.`);
  if (isProxy(value)) return refusal("#<Object> could not be cloned.");
  const name = isSymbolObject(value) ? "" : constructorName(value);
  return refusal(`${name === "" ? `[object ${value[SymbolToStringTag]}]` : `#<${name}>`} could not be cloned.`);
}

function sourceOf(value) {
  while (isProxy(value)) value = getProxyDetails(value)[0];
  // Engines break the line of what has no source in different places.
  return RegExpPrototypeSymbolReplace(/\{\s*\[native code\]\s*\}/, FunctionPrototypeToString(value), "{ [native code] }");
}

/** The name of the nearest constructor, without running any code. */
function constructorName(value) {
  for (let at = value; at !== null; at = ObjectGetPrototypeOf(at)) {
    const found = ObjectGetOwnPropertyDescriptor(at, "constructor");
    if (found !== undefined) return typeof found.value === "function" ? String(found.value.name) : "";
  }
  return "";
}

function copy(value, made) {
  if (typeof value !== "object" || value === null) return primitive(value);
  const known = made.get(value);
  if (known !== undefined) return known;
  if (isProxy(value)) throw uncloneable(value);
  if (ArrayIsArray(value)) return copyProperties(value, keep(value, new Array(value.length), made), made);
  const prototype = ObjectGetPrototypeOf(value);
  if ((prototype !== ObjectPrototype && prototype !== null) || isExotic(value)) return copyInstance(value, made);
  return copyProperties(value, keep(value, {}, made), made);
}

/** Whether what looks like a plain object is none. */
const isExotic = (value) => isArgumentsObject(value) || isNativeError(value) || isModuleNamespaceObject(value) || isGeneratorObject(value);

function keep(value, clone, made) {
  made.set(value, clone);
  return clone;
}

function copyProperties(from, into, made) {
  const keys = ObjectKeys(from);
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at];
    const clone = copy(from[key], made);
    // Own properties, whatever the prototype has under that name.
    if (ReflectHas(ObjectPrototype, key)) define(into, key, clone, true);
    else into[key] = clone;
  }
  return into;
}

const define = (object, key, value, enumerable) =>
  ObjectDefineProperty(object, key, { __proto__: null, value, writable: true, configurable: true, enumerable });

function copyInstance(value, made) {
  if (ObjectPrototypeIsPrototypeOf(DOMExceptionPrototype, value)) return keep(value, copyException(value), made);
  const own = hooks.host?.(value);
  if (own !== undefined) return keep(value, own.clone, made);
  if (isNativeError(value)) return copyError(value, made);
  if (isDate(value)) return keep(value, new Date(DatePrototypeGetTime(value)), made);
  if (isRegExp(value)) return keep(value, new RegExp(value.source, value.flags), made);
  if (isMap(value)) return copyMap(value, made);
  if (isSet(value)) return copySet(value, made);
  if (isAnyArrayBuffer(value)) return keep(value, copyBuffer(value), made);
  if (isTypedArray(value)) return copyView(value, made);
  if (isDataView(value)) {
    const offset = DataViewPrototypeGetByteOffset(value), length = DataViewPrototypeGetByteLength(value);
    return keep(value, new DataView(copy(DataViewPrototypeGetBuffer(value), made), offset, length), made);
  }
  if (isBoxedPrimitive(value) && !isSymbolObject(value)) return keep(value, Object(value.valueOf()), made);
  if (isNever(value)) throw uncloneable(value);
  return copyProperties(value, keep(value, {}, made), made);
}

function isNever(value) {
  if (isPromise(value) || isWeakMap(value) || isWeakSet(value) || isGeneratorObject(value) || isMapIterator(value) || isSetIterator(value)) return true;
  if (isArgumentsObject(value) || isModuleNamespaceObject(value) || isSymbolObject(value)) return true;
  for (let at = 0; at < NEVER.length; at++) if (ObjectPrototypeIsPrototypeOf(NEVER[at], value)) return true;
  const tag = value[SymbolToStringTag];
  return typeof tag === "string" && (StringPrototypeStartsWith(tag, "Intl.") || StringPrototypeStartsWith(tag, "WebAssembly."));
}

function copyMap(map, made) {
  const clone = keep(map, new Map(), made), entries = [];
  MapPrototypeForEach(map, (value, key) => entries[entries.length] = [key, value]);
  for (let at = 0; at < entries.length; at++) MapPrototypeSet(clone, copy(entries[at][0], made), copy(entries[at][1], made));
  return clone;
}

function copySet(set, made) {
  const clone = keep(set, new Set(), made), values = [];
  SetPrototypeForEach(set, (value) => values[values.length] = value);
  for (let at = 0; at < values.length; at++) SetPrototypeAdd(clone, copy(values[at], made));
  return clone;
}

function copyBuffer(buffer) {
  // Memory that is shared stays so.
  if (!isArrayBuffer(buffer)) return buffer;
  if (isDetached(buffer)) throw refusal("An ArrayBuffer is detached and could not be cloned.");
  if (!ReflectApply(getResizable, buffer, [])) return ArrayBufferPrototypeSlice(buffer, 0);
  const clone = new ArrayBuffer(ArrayBufferPrototypeGetByteLength(buffer), { maxByteLength: ReflectApply(getMaxByteLength, buffer, []) });
  TypedArrayPrototypeSet(new Uint8Array(clone), new Uint8Array(buffer));
  return clone;
}

function copyView(view, made) {
  const offset = TypedArrayPrototypeGetByteOffset(view), length = TypedArrayPrototypeGetLength(view);
  const buffer = copy(TypedArrayPrototypeGetBuffer(view), made);
  return keep(view, new VIEWS[TypedArrayPrototypeGetSymbolToStringTag(view)](buffer, offset, length), made);
}

function copyException({ message, name, stack }) {
  const clone = new DOMException(message, name);
  define(clone, "stack", stack, false);
  return clone;
}

/** By https://github.com/cloudflare/workerd/blob/main/src/workerd/jsg/ser.c++: class by name, and every own property that has a text as its key. */
function copyError(error, made) {
  const name = String(error.name), message = error.message;
  if (typeof message !== "string") throw refusal("Deserialization failed: error message is not a string");
  const Class = ERRORS[name];
  const into = keep(error, Class === AggregateError ? new AggregateError([], message) : new (Class ?? Error)(message), made);
  define(into, "message", message, false);
  if (Class === undefined) define(into, "name", name, true);
  const keys = ReflectOwnKeys(error), seen = new SafeSet();
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at];
    if (typeof key === "symbol" || key === "name" || key === "message") continue;
    seen.add(key);
    define(into, key, copy(error[key], made), true);
  }
  // Where the engine keeps it on the prototype, it is the error's own all the same.
  if (!seen.has("stack")) define(into, "stack", error.stack, true);
  return into;
}
