// Completes `WebAssembly` where the engine's own is the one of crate v8x; `bridge/mod.rs` says what is missing there and
// by which functions this file reaches it. One expression: a function that changes `globalThis.WebAssembly`, once. Nothing
// is compiled before guest code uses WebAssembly. Messages are V8's.
() => {
  "use strict";
  const W = globalThis.WebAssembly;
  const DONE = Symbol.for("greenroom.webassembly");
  if (!W || W[DONE]) return;
  Object.defineProperty(W, DONE, { value: true });

  const BRIDGE = "greenroom:webassembly";
  // Names and parameters, as in `bridge/functions.rs`.
  const FUNCTIONS = {
    stage: "ii", exported: "i", hold: "i", failure: "", signature: "ii", importSignature: "ii", register: "ie", lastFunction: "",
    watchGrowth: "i", makeMemory: "ii", memorySize: "i", memoryMaximum: "i", makeTable: "iii", tableKind: "i", tableSize: "i",
    tableGrow: "iii", tableGet: "ii", tableSet: "iii", makeGlobal: "iil", makeReference: "iie", globalType: "i",
  };
  const NONE = -1, OTHER = -3;
  // Codes of types, as in `bridge/instances.rs`.
  const I32 = 1, I64 = 2, F32 = 3, F64 = 4, V128 = 5, EXTERNREF = 6, FUNCREF = 7, SEPARATOR = 15, MUTABLE = 16;
  const PAGE = 65536, MAX_PAGES = 65536, MAX_ELEMENTS = 10000000, MAX_U32 = 4294967295;

  const native = {
    Module: W.Module, Instance: W.Instance, Memory: W.Memory, compileStreaming: W.compileStreaming,
  };
  const { asIntN } = BigInt;
  const transfer = Function.prototype.call.bind(ArrayBuffer.prototype.transfer);
  const define = Object.defineProperty;
  const isObject = (value) => typeof value === "object" && value !== null || typeof value === "function";

  const handleOf = new WeakMap(); // an object of WebAssembly → its handle
  const objectOf = new Map(); // a handle → the one object that stands for it
  const nativeOf = new WeakMap(); // a memory, table or global → the accessors that v8x gave it

  // ---- the bridge, on first use ----

  let open;
  const bridge = () => (open ??= connect());

  const text = (string) => [string.length, ...Array.from(string, (char) => char.charCodeAt(0))];
  const section = (id, items) => { // every number in an item is below 128
    const body = [items.length, ...items.flat()];
    return [id, body.length & 127 | 128, body.length >> 7, ...body];
  };
  const PARAMETER = { i: 0x7f, l: 0x7e, e: 0x6f };
  // A module that imports functions of the bridge and exports them under the same names.
  function gate(functions) {
    const names = Object.keys(functions), types = [...new Set(Object.values(functions))];
    return new native.Module(new Uint8Array([
      0, 97, 115, 109, 1, 0, 0, 0,
      ...section(1, types.map((params) => [0x60, params.length, ...Array.from(params, (code) => PARAMETER[code]), 1, 0x7f])),
      ...section(2, names.map((name) => [...text(BRIDGE), ...text(name), 0, types.indexOf(functions[name])])),
      ...section(7, names.map((name, index) => [...text(name), 0, index])),
    ]));
  }
  function connect() {
    const imports = { [BRIDGE]: {} };
    const functions = { ...new native.Instance(gate(FUNCTIONS), imports).exports };
    const carrier = gate({ carry: "" });
    // The object for a handle as v8x makes it, as an export of the carrier.
    functions.carry = (handle) => {
      functions.hold(handle);
      return new native.Instance(carrier, imports).exports.carry;
    };
    const counter = functions.makeMemory(1, 1);
    growths = new Int32Array(transfer(functions.carry(counter).buffer));
    functions.watchGrowth(counter);
    return functions;
  }

  // ---- conversions: what they throw is thrown here, because v8x loses it ----

  function toNumber(value) {
    if (typeof value === "number") return value;
    if (typeof value === "bigint") throw new TypeError("Cannot convert a BigInt value to a number");
    if (typeof value === "symbol") throw new TypeError("Cannot convert a Symbol value to a number");
    return +value;
  }
  function toBigInt64(value) {
    if (typeof value === "number") throw new TypeError(`Cannot convert ${value} to a BigInt`);
    return asIntN(64, value);
  }
  function incompatible() {
    throw new TypeError("type incompatibility when transforming from/to JS");
  }
  function toFunction(value) {
    return value === null || typeof value === "function" && handleOf.has(value) ? value : incompatible();
  }
  const same = (value) => value;
  const TO_WASM = [same, toNumber, toBigInt64, toNumber, toNumber, incompatible, same, toFunction, incompatible];
  const isNumber = (code) => code === I32 || code === F32 || code === F64;

  // An unsigned 32-bit number, as WebIDL's [EnforceRange] has it.
  function unsigned(value, what, operation) {
    const number = Math.trunc(toNumber(value));
    if (!Number.isFinite(number)) throw new TypeError(`${operation}: ${what} must be convertible to a valid number`);
    if (number < 0) throw new TypeError(`${operation}: ${what} must be non-negative`);
    if (number > MAX_U32) throw new TypeError(`${operation}: ${what} must be in the unsigned long range`);
    return number;
  }
  // A property of a descriptor that counts something, undefined if it is not there.
  function count(descriptor, name, least, most, operation) {
    const value = descriptor[name];
    if (value === undefined) return undefined;
    const number = unsigned(value, `Property '${name}'`, operation);
    if (number < least) throw new RangeError(`${operation}: Property '${name}': value ${number} is below the lower bound ${least}`);
    if (number > most) throw new RangeError(`${operation}: Property '${name}': value ${number} is above the upper bound ${most}`);
    return number;
  }
  function limits(descriptor, most, mostMaximum, operation) {
    const initial = count(descriptor, "initial", 0, most, operation);
    if (initial === undefined) throw new TypeError(`${operation}: Property 'initial' is required`);
    return { initial, maximum: count(descriptor, "maximum", initial, mostMaximum, operation) ?? NONE };
  }

  // ---- functions ----

  // Types of parameters and results; `read` gives part after part.
  function signature(read) {
    const codes = [];
    for (let part = 0, more = true; more; part++) {
      const word = read(part);
      for (let shift = 0; more && shift < 28; shift += 4) {
        const code = word >> shift & 15;
        if (code === 0) more = false;
        else codes.push(code);
      }
    }
    const end = codes.indexOf(SEPARATOR);
    return { params: codes.slice(0, end), results: codes.slice(end + 1) };
  }

  // What guest code calls for a function `f` of WebAssembly.
  function outward(f, { params, results }) {
    if (results.some((code) => TO_WASM[code] === incompatible)) return () => incompatible();
    if (params.every(isNumber) && !results.includes(FUNCREF)) {
      switch (params.length) {
        case 0:
          return () => { try { return f(); } finally { if (growths[0] !== seen) detachGrown(); } };
        case 1:
          return (a) => {
            try { return f(typeof a === "number" ? a : toNumber(a)); } finally { if (growths[0] !== seen) detachGrown(); }
          };
        case 2:
          return (a, b) => {
            try {
              return f(typeof a === "number" ? a : toNumber(a), typeof b === "number" ? b : toNumber(b));
            } finally { if (growths[0] !== seen) detachGrown(); }
          };
        case 3:
          return (a, b, c) => {
            try {
              return f(typeof a === "number" ? a : toNumber(a), typeof b === "number" ? b : toNumber(b), typeof c === "number" ? c : toNumber(c));
            } finally { if (growths[0] !== seen) detachGrown(); }
          };
      }
    }
    const convert = params.map((code) => TO_WASM[code]), single = results[0] === FUNCREF && results.length === 1;
    const call = (...args) => {
      try {
        const result = f(...convert.map((to, index) => to(args[index])));
        return single && result === undefined ? carried(bridge().lastFunction()) : result;
      } finally { if (growths[0] !== seen) detachGrown(); }
    };
    return define(call, "length", { value: params.length, configurable: true });
  }

  // What WebAssembly calls for a function `f` of guest code.
  function inward(f, { params, results }) {
    const [result] = results;
    if (results.length === 0 || results.length === 1 && isNumber(result)) {
      const none = results.length === 0;
      switch (params.length) {
        case 0:
          return () => { if (growths[0] !== seen) detachGrown(); const r = f(); return none || typeof r === "number" ? r : toNumber(r); };
        case 1:
          return (a) => { if (growths[0] !== seen) detachGrown(); const r = f(a); return none || typeof r === "number" ? r : toNumber(r); };
        case 2:
          return (a, b) => { if (growths[0] !== seen) detachGrown(); const r = f(a, b); return none || typeof r === "number" ? r : toNumber(r); };
        case 3:
          return (a, b, c) => { if (growths[0] !== seen) detachGrown(); const r = f(a, b, c); return none || typeof r === "number" ? r : toNumber(r); };
      }
    }
    const functions = params.includes(FUNCREF);
    return (...args) => {
      if (growths[0] !== seen) detachGrown();
      if (functions) args.forEach((arg, index) => { if (arg === undefined && params[index] === FUNCREF) args[index] = carried(bridge().lastFunction()); });
      const value = f(...args);
      if (results.length === 0) return undefined;
      if (results.length === 1) return TO_WASM[result](value);
      if (typeof value?.[Symbol.iterator] !== "function") {
        throw new TypeError(`${typeof value} ${String(value)} is not iterable (cannot read property Symbol(Symbol.iterator))`);
      }
      const values = [...value];
      if (values.length !== results.length) throw new TypeError("multi-return length mismatch");
      return values.map((each, index) => TO_WASM[results[index]](each));
    };
  }

  // ---- objects ----

  // The object for a handle; `make` gives v8x's if there is none yet.
  function objectFor(handle, make) {
    const known = objectOf.get(handle);
    if (known !== undefined) return known;
    const made = make();
    const object = typeof made === "function" ? wrap(made, handle) : finish(made);
    objectOf.set(handle, object);
    handleOf.set(object, handle);
    return object;
  }
  const carried = (handle) => objectFor(handle, () => bridge().carry(handle));

  function wrap(f, handle) {
    const { signature: read, register } = bridge();
    const wrapped = outward(f, signature((part) => read(handle, part)));
    define(wrapped, "name", { value: f.name, configurable: true });
    register(handle, wrapped);
    return wrapped;
  }

  // v8x puts accessors on the objects themselves; here they are on the prototypes.
  function finish(object) {
    const members = object instanceof W.Memory ? ["buffer", "grow"]
      : object instanceof W.Table ? ["get", "set", "grow", "length"]
      : object instanceof W.Global ? ["value", "__wasm_global_ptr"] : [];
    const taken = {};
    for (const name of members) {
      taken[name] = Object.getOwnPropertyDescriptor(object, name);
      delete object[name];
    }
    nativeOf.set(object, taken);
    return object;
  }
  function nativePart(object, kind, operation) {
    const part = isObject(object) && object instanceof W[kind] ? nativeOf.get(object) : undefined;
    if (part === undefined) throw new TypeError(`${operation}: Receiver is not a WebAssembly.${kind}`);
    return part;
  }

  // ---- errors ----

  // v8x makes every trap a RuntimeError; of these V8 does not.
  const OTHER_CLASS = { "Maximum call stack size exceeded": RangeError, "type incompatibility when transforming from/to JS": TypeError };
  class RuntimeError extends Error {
    constructor(message, options) {
      const Other = typeof message === "string" && Object.hasOwn(OTHER_CLASS, message) ? OTHER_CLASS[message] : undefined;
      if (Other !== undefined && new.target === RuntimeError) return new Other(message, options);
      super(message, options);
    }
  }
  define(RuntimeError.prototype, "name", { value: "RuntimeError", configurable: true, writable: true });

  // What the last instantiation failed with; what an import threw comes out of the bridge by itself.
  function failure(operation, fallback) {
    try {
      bridge().failure();
    } catch (error) {
      if (!(error instanceof RuntimeError)) return error;
      const [, name, message] = /^(\w+): ([^]*)$/.exec(error.message) ?? [];
      if (name === "LinkError") return new W.LinkError(`${operation}: ${message}`);
      if (name === "RangeError") return new RangeError(message.startsWith("Out of memory") ? `${operation}: ${message}` : message);
      return new RuntimeError(message);
    }
    return fallback;
  }

  // ---- modules and instances ----

  function compile(source, operation) {
    const fits = source instanceof ArrayBuffer || source instanceof SharedArrayBuffer || ArrayBuffer.isView(source) && !(source instanceof DataView);
    if (!fits) throw new TypeError(`${operation}: Argument 0 must be a buffer source`);
    try {
      return new native.Module(source);
    } catch (error) {
      if (error instanceof W.CompileError) error.message = error.message.replace("WebAssembly.Module()", operation);
      throw error;
    }
  }

  function moduleArgument(module, operation) {
    if (!(module instanceof W.Module)) throw new TypeError(`${operation}: Argument 0 must be a WebAssembly.Module`);
    return module;
  }
  class Module {
    constructor(source) {
      return compile(source, "WebAssembly.Module()");
    }
    static imports(module) {
      return native.Module.imports(moduleArgument(module, "WebAssembly.Module.imports()"));
    }
    static exports(module) {
      return native.Module.exports(moduleArgument(module, "WebAssembly.Module.exports()"));
    }
    static customSections(module, name) {
      moduleArgument(module, "WebAssembly.Module.customSections()");
      if (name === undefined) throw new TypeError("WebAssembly.Module.customSections(): Argument 1 is required");
      return native.Module.customSections(module, name);
    }
  }

  // What v8x is given for an import, or the handle that is staged for it, or why neither.
  const LINK = {
    function(value, index) {
      if (typeof value !== "function") return { wrong: "function import requires a callable" };
      if (handleOf.has(value)) return { handle: handleOf.get(value) };
      return { value: inward(value, signature((part) => bridge().importSignature(index, part))) };
    },
    table: (value) => value instanceof W.Table ? { handle: handleOf.get(value) } : { wrong: "table import requires a WebAssembly.Table" },
    memory(value) {
      return value instanceof W.Memory && handleOf.has(value) ? { handle: handleOf.get(value) }
        : { wrong: "memory import must be a WebAssembly.Memory object" };
    },
    global(value, index) {
      if (value instanceof W.Global) return { handle: handleOf.get(value) };
      const type = bridge().importSignature(index, 0);
      if (type & MUTABLE) return { wrong: "imported mutable global must be a WebAssembly.Global object" };
      if (type === V128) return { wrong: "global import of type v128 must be a WebAssembly.Global" };
      if (typeof value === (type === I64 ? "bigint" : "number") && type <= F64) return { value };
      const handle = type === EXTERNREF || type === FUNCREF ? bridge().makeReference(type, 0, value) : NONE;
      return handle === NONE ? { wrong: "global import must be a number, valid Wasm reference, or WebAssembly.Global object" } : { handle };
    },
  };

  // The values that a module imports, each read once, in the shape in which v8x reads them again; and the handles to stage.
  function gather(module, imports, operation) {
    const values = Object.create(null), staged = [], wanted = native.Module.imports(module);
    if (imports !== undefined && !isObject(imports)) throw new TypeError(`${operation}: Argument 1 must be an object`);
    if (wanted.length > 0 && imports === undefined) throw new TypeError(`${operation}: Imports argument must be present and must be an object`);
    const found = wanted.map(({ module: space, name }, index) => {
      const from = imports[space];
      if (!isObject(from)) throw new TypeError(`${operation}: Import #${index} "${space}": module is not an object or function`);
      return from[name];
    });
    native.Module.imports(module); // guest code may have listed others meanwhile
    wanted.forEach(({ module: space, name, kind }, index) => {
      const { value, handle, wrong } = LINK[kind]?.(found[index], index) ?? { wrong: "tag import requires a WebAssembly.Tag" };
      if (wrong !== undefined) throw new W.LinkError(`${operation}: Import #${index} "${space}" "${name}": ${wrong}`);
      if (handle !== undefined) staged.push([index, handle]);
      (values[space] ??= Object.create(null))[name] = value;
    });
    return { values, staged };
  }

  function instantiate(module, imports, operation) {
    const { stage, exported } = bridge();
    const { values, staged } = gather(module, imports, operation);
    for (const [index, handle] of staged) stage(index, handle);
    let instance;
    try {
      instance = new native.Instance(module, values);
    } catch (error) {
      throw failure(operation, error);
    } finally {
      if (growths[0] !== seen) detachGrown();
    }
    const made = instance.exports, exports = Object.create(null), names = native.Module.exports(module);
    const handles = names.map((_, index) => exported(index)); // before anything else is instantiated
    names.forEach(({ name }, index) => {
      exports[name] = handles[index] === NONE ? made[name] : objectFor(handles[index], () => made[name]);
    });
    define(instance, "exports", { value: Object.freeze(exports), enumerable: true, configurable: true, writable: false });
    return instance;
  }

  class Instance {
    constructor(module) {
      const operation = "WebAssembly.Instance()";
      return instantiate(moduleArgument(module, operation), arguments[1], operation);
    }
  }

  // ---- memories ----
  //
  // v8x detaches the buffers of all memories when one grows. So the buffers that guest code sees are not those that v8x
  // knows: each takes over the bytes of one of v8x's, which is detached by that, and is detached here when its own memory
  // has grown. `growths[0]` counts; it is looked at whenever WebAssembly hands over to JavaScript.

  let growths, seen = 0;
  const buffers = new Map(); // the handle of a memory → its buffer

  // Nobody may take the bytes away from the memory.
  const refuse = () => { throw new TypeError("ArrayBuffer is not detachable and could not be cloned."); };
  const refusal = (name) => ({ value: define(() => refuse(), "name", { value: name }) });
  const ofMemory = Object.create(ArrayBuffer.prototype, {
    transfer: refusal("transfer"), transferToFixedLength: refusal("transferToFixedLength"), transferToImmutable: refusal("transferToImmutable"),
    __v8x_nondetach: { value: true },
  });

  function detach(handle) {
    transfer(buffers.get(handle), 0);
    buffers.delete(handle);
  }
  function detachGrown() {
    seen = growths[0];
    for (const [handle, buffer] of buffers) {
      if ((bridge().memorySize(handle) >>> 0) * PAGE !== buffer.byteLength) detach(handle);
    }
  }

  class Memory {
    constructor(descriptor) {
      const operation = "WebAssembly.Memory()";
      if (!isObject(descriptor)) throw new TypeError(`${operation}: Argument 0 must be a memory descriptor`);
      const { initial, maximum } = limits(descriptor, MAX_PAGES, MAX_PAGES, operation);
      if (descriptor.shared) return new native.Memory(descriptor);
      const handle = bridge().makeMemory(initial, maximum);
      if (handle === NONE) throw new RangeError(`${operation}: could not allocate memory`);
      return carried(handle);
    }
    get buffer() {
      const part = nativePart(this, "Memory", "WebAssembly.Memory.buffer"), handle = handleOf.get(this);
      const known = buffers.get(handle);
      if (known !== undefined) return known;
      const made = part.buffer.get.call(this); // undefined if there are no bytes
      const buffer = Object.setPrototypeOf(made === undefined ? new ArrayBuffer(0) : transfer(made), ofMemory);
      buffers.set(handle, buffer);
      return buffer;
    }
    grow(delta) {
      const operation = "WebAssembly.Memory.grow()", part = nativePart(this, "Memory", operation), handle = handleOf.get(this);
      const pages = unsigned(delta, "Argument 0", operation), maximum = bridge().memoryMaximum(handle);
      const size = bridge().memorySize(handle) >>> 0;
      if (maximum !== NONE && size + pages > maximum >>> 0) throw new RangeError(`${operation}: Maximum memory size exceeded`);
      try {
        part.grow.value.call(this, pages);
      } catch {
        throw new RangeError(`${operation}: Unable to grow instance memory`);
      }
      if (buffers.has(handle)) detach(handle);
      seen = growths[0];
      return size;
    }
  }

  // ---- tables ----

  const ELEMENTS = { anyfunc: 0, externref: 1 };
  const elementName = (kind) => ["funcref", "externref", "ref"][kind];
  const NO_FUNCTION = "function-typed object must be null (if nullable) or a Wasm function object";

  // The handle of a value to be stored in a table of functions, undefined if it is no function of WebAssembly.
  const functionHandle = (value) => value === null ? NONE : typeof value === "function" ? handleOf.get(value) : undefined;

  function address(table, index, operation) {
    const number = unsigned(index, "Argument 0", operation), handle = handleOf.get(table);
    const size = bridge().tableSize(handle) >>> 0, kind = bridge().tableKind(handle);
    if (number >= size) throw new RangeError(`${operation}: invalid address ${number} in ${elementName(kind)} table of size ${size}`);
    return { handle, number, kind };
  }

  class Table {
    constructor(descriptor) {
      const operation = "WebAssembly.Table()", value = arguments[1];
      if (!isObject(descriptor)) throw new TypeError(`${operation}: Argument 0 must be a table descriptor`);
      const element = String(descriptor.element), kind = Object.hasOwn(ELEMENTS, element) ? ELEMENTS[element] : undefined;
      if (kind === undefined) throw new TypeError(`${operation}: Descriptor property 'element' must be a WebAssembly reference type`);
      const { initial, maximum } = limits(descriptor, MAX_ELEMENTS, MAX_U32, operation);
      const fill = kind === 0 && value !== undefined ? functionHandle(value) : NONE;
      if (fill === undefined) {
        throw new TypeError(`${operation}: Argument 2 must be undefined or a value of type compatible with the type of the new table: ${NO_FUNCTION}.`);
      }
      const handle = bridge().makeTable(kind, initial, maximum);
      if (handle === NONE) throw new RangeError(`${operation}: could not allocate table`);
      const table = carried(handle);
      for (let index = 0; index < initial && (kind === 1 || fill !== NONE); index++) table.set(index, value);
      return table;
    }
    get length() {
      nativePart(this, "Table", "WebAssembly.Table.length");
      return bridge().tableSize(handleOf.get(this)) >>> 0;
    }
    grow(delta, value) {
      const operation = "WebAssembly.Table.grow()";
      nativePart(this, "Table", operation);
      const handle = handleOf.get(this), kind = bridge().tableKind(handle), more = unsigned(delta, "Argument 0", operation);
      const fill = kind === 0 && value !== undefined ? functionHandle(value) : NONE;
      if (fill === undefined) throw new TypeError(`${operation}: Argument 1 is invalid: ${NO_FUNCTION}`);
      const old = bridge().tableGrow(handle, more, fill);
      if (old < 0) throw new RangeError(`${operation}: failed to grow table by ${more}`);
      for (let index = old; kind === 1 && index < old + more; index++) this.set(index, value);
      return old;
    }
    set(index, value) {
      const operation = "WebAssembly.Table.set()", part = nativePart(this, "Table", operation);
      const { handle, number, kind } = address(this, index, operation);
      if (kind !== 0) {
        part.set.value.call(this, number, value);
        return;
      }
      const element = arguments.length < 2 ? NONE : functionHandle(value);
      if (element === undefined) throw new TypeError(`${operation}: Argument 1 is invalid for table: ${NO_FUNCTION}`);
      if (bridge().tableSet(handle, number, element) === OTHER) {
        throw new TypeError(`${operation}: Argument 1 is invalid for table: assigned exported function has to be a subtype of the expected type`);
      }
    }
    get(index) {
      const operation = "WebAssembly.Table.get()", part = nativePart(this, "Table", operation);
      const { handle, number } = address(this, index, operation);
      const found = bridge().tableGet(handle, number);
      if (found >= 0) return carried(found);
      return found === NONE ? null : part.get.value.call(this, number);
    }
  }

  // ---- globals ----

  const CODES = { i32: I32, i64: I64, f32: F32, f64: F64, externref: EXTERNREF, anyfunc: FUNCREF };
  const bits = new DataView(new ArrayBuffer(8));
  function numberBits(code, value) {
    bits.setBigInt64(0, 0n, true);
    if (code === I64) bits.setBigInt64(0, value, true);
    else if (code === I32) bits.setInt32(0, value, true);
    else if (code === F32) bits.setFloat32(0, value, true);
    else bits.setFloat64(0, value, true);
    return bits.getBigInt64(0, true);
  }

  class Global {
    constructor(descriptor) {
      const operation = "WebAssembly.Global()", value = arguments[1];
      if (!isObject(descriptor)) throw new TypeError(`${operation}: Argument 0 must be a global descriptor`);
      const mutable = descriptor.mutable ? 1 : 0, type = String(descriptor.value), code = Object.hasOwn(CODES, type) ? CODES[type] : undefined;
      if (code === undefined) throw new TypeError(`${operation}: Descriptor property 'value' must be a WebAssembly type`);
      let handle;
      if (code === EXTERNREF) handle = bridge().makeReference(code, mutable, value);
      else if (code === FUNCREF) handle = bridge().makeReference(code, mutable, value ?? null);
      else handle = bridge().makeGlobal(code, mutable, numberBits(code, value === undefined ? (code === I64 ? 0n : 0) : TO_WASM[code](value)));
      if (handle === NONE) throw new TypeError(`${operation}: The value of funcref globals must be null or an exported function`);
      return carried(handle);
    }
    valueOf() {
      return nativePart(this, "Global", "WebAssembly.Global.valueOf()") && this.value;
    }
    get value() {
      const part = nativePart(this, "Global", "get WebAssembly.Global.value)");
      const value = part.value.get.call(this);
      return value === undefined && bridge().globalType(handleOf.get(this)) % MUTABLE === FUNCREF ? carried(bridge().lastFunction()) : value;
    }
    set value(value) {
      const operation = "set WebAssembly.Global.value)", part = nativePart(this, "Global", operation), type = bridge().globalType(handleOf.get(this));
      if (!(type & MUTABLE)) throw new TypeError(`${operation}: Can't set the value of an immutable global.`);
      part.value.set.call(this, TO_WASM[type % MUTABLE](value));
    }
  }

  // ---- the namespace ----

  for (const [name, value] of Object.entries({ Module, Instance, Table, Memory, Global, RuntimeError })) {
    define(W, name, { value, writable: true, configurable: true, enumerable: false });
    if (value !== RuntimeError) define(value.prototype, Symbol.toStringTag, { value: `WebAssembly.${name}`, configurable: true });
  }
  const functions = {
    async compile(source) {
      return compile(source, "WebAssembly.compile()");
    },
    async instantiate(source) {
      const operation = "WebAssembly.instantiate()", imports = arguments[1];
      if (imports !== undefined && !isObject(imports)) throw new TypeError(`${operation}: Argument 1 must be an object`);
      if (source instanceof W.Module) return instantiate(source, imports, operation);
      const module = compile(source, operation);
      return { module, instance: instantiate(module, imports, operation) };
    },
    async instantiateStreaming(source) {
      const imports = arguments[1], module = await native.compileStreaming(source);
      return { module, instance: instantiate(module, imports, "WebAssembly.instantiateStreaming()") };
    },
  };
  for (const [name, value] of Object.entries(functions)) define(W, name, { value, writable: true, configurable: true, enumerable: true });
  define(W, Symbol.toStringTag, { value: "WebAssembly", configurable: true });
}
