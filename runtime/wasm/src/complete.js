// Completes `WebAssembly` where the engine's own is the one of crate v8x; see `bridge.rs` for what is missing there and
// by which functions this file reaches it. One expression: a function that changes `globalThis.WebAssembly` and is
// idempotent. Nothing is compiled before guest code uses WebAssembly.
() => {
  "use strict";
  const W = globalThis.WebAssembly;
  if (!W || Object.hasOwn(W, "Instance") && W.Instance.prototype.constructor === W.Instance && W.Instance.length === 1) return;

  const BRIDGE = "greenroom:webassembly";
  // Names and numbers of parameters, as in `bridge.rs`.
  const FUNCTIONS = {
    stage: 2, exported: 1, hold: 1, failure: 0, makeMemory: 2, makeTable: 3, tableKind: 1, tableSize: 1, tableGrow: 3, tableGet: 2,
    tableSet: 3,
  };
  const NONE = -1, OUT_OF_BOUNDS = -2, OTHER = -3;
  const MAX_PAGES = 65536, MAX_ELEMENTS = 10000000;

  const native = {
    Module: W.Module, Instance: W.Instance, Memory: W.Memory, Global: W.Global, RuntimeError: W.RuntimeError,
    compileStreaming: W.compileStreaming,
  };
  const handleOf = new WeakMap(); // an object of WebAssembly → its handle
  const objectOf = new Map(); // a handle → the one object that stands for it
  const nativeOf = new WeakMap(); // a memory or table → the accessors that v8x gave it

  // ---- the bridge, on first use ----

  let open;
  const bridge = () => (open ??= connect());

  const text = (string) => [string.length, ...Array.from(string, (char) => char.charCodeAt(0))];
  const section = (id, items) => { // every number in it is below 128, but for the size
    const body = [items.length, ...items.flat()];
    return [id, body.length & 127 | 128, body.length >> 7, ...body];
  };
  // A module that imports functions of the bridge and exports them under the same names.
  function gate(functions) {
    const names = Object.keys(functions);
    return new native.Module(new Uint8Array([
      0, 97, 115, 109, 1, 0, 0, 0,
      ...section(1, [0, 1, 2, 3].map((params) => [0x60, params, ...Array(params).fill(0x7f), 1, 0x7f])),
      ...section(2, names.map((name) => [...text(BRIDGE), ...text(name), 0, functions[name]])),
      ...section(7, names.map((name, index) => [...text(name), 0, index])),
    ]));
  }
  function connect() {
    const imports = { [BRIDGE]: {} };
    const { exports } = new native.Instance(gate(FUNCTIONS), imports);
    const carrier = gate({ carry: 0 });
    // The JavaScript object for a handle, made by v8x as an export of the carrier.
    const carry = (handle) => {
      exports.hold(handle);
      return new native.Instance(carrier, imports).exports.carry;
    };
    return { ...exports, carry };
  }

  // ---- objects ----

  // The object for a handle; `make` gives v8x's if there is none yet.
  function objectFor(handle, make) {
    const known = objectOf.get(handle);
    if (known !== undefined) return known;
    const object = finish(make());
    objectOf.set(handle, object);
    handleOf.set(object, handle);
    return object;
  }
  const carried = (handle) => objectFor(handle, () => bridge().carry(handle));

  // v8x puts accessors on the objects themselves; here they are on the prototypes.
  function finish(object) {
    if (object instanceof W.Memory) take(object, { buffer: "get", grow: "value" });
    else if (object instanceof W.Table) take(object, { get: "value", set: "value", grow: "value", length: "value" });
    return object;
  }
  function take(object, members) {
    const taken = {};
    for (const name in members) {
      const descriptor = Object.getOwnPropertyDescriptor(object, name);
      if (!descriptor) continue;
      taken[name] = descriptor[members[name]];
      delete object[name];
    }
    nativeOf.set(object, taken);
  }
  function nativePart(object, kind, what) {
    const part = nativeOf.get(object);
    if (part === undefined || !(object instanceof W[kind])) throw new TypeError(`WebAssembly.${kind}.${what}: Receiver is not a WebAssembly.${kind}`);
    return part;
  }

  // ---- errors ----

  // v8x makes every trap a RuntimeError; of these V8 does not.
  const OTHER_CLASS = {
    "Maximum call stack size exceeded": RangeError,
    "type incompatibility when transforming from/to JS": TypeError,
  };
  class RuntimeError extends Error {
    constructor(message, options) {
      const Other = Object.hasOwn(OTHER_CLASS, message) ? OTHER_CLASS[message] : undefined;
      if (Other !== undefined && new.target === RuntimeError) return new Other(message, options);
      super(message, options);
    }
  }
  Object.defineProperty(RuntimeError.prototype, "name", { value: "RuntimeError", configurable: true, writable: true });

  // What the last instantiation failed with, as V8 words it. Throws by itself what an import threw.
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

  const isObject = (value) => typeof value === "object" && value !== null || typeof value === "function";

  function compile(source, operation) {
    try {
      return new native.Module(source);
    } catch (error) {
      if (error instanceof W.CompileError) error.message = error.message.replace("WebAssembly.Module()", operation);
      else if (error instanceof TypeError) error.message = `${operation}: Argument 0 must be a buffer source`;
      throw error;
    }
  }

  const LINK = {
    table: (value) => value instanceof W.Table || "table import requires a WebAssembly.Table",
    memory: (value) => value instanceof W.Memory || "memory import must be a WebAssembly.Memory object",
    function: (value) => typeof value === "function" || "function import requires a callable",
  };

  // The values that a module imports, each read once, in the shape in which v8x reads them again; and the handles to stage.
  function gather(module, imports, operation) {
    const values = Object.create(null), staged = [];
    const wanted = W.Module.imports(module);
    if (wanted.length > 0 && !isObject(imports)) throw new TypeError(`${operation}: Imports argument must be present and must be an object`);
    wanted.forEach(({ module: space, name, kind }, index) => {
      if (!isObject(imports[space])) throw new TypeError(`${operation}: Import #${index} "${space}": module is not an object or function`);
      const value = imports[space][name];
      const fits = LINK[kind]?.(value) ?? true;
      if (fits !== true) throw new W.LinkError(`${operation}: Import #${index} "${space}" "${name}": ${fits}`);
      const handle = isObject(value) ? handleOf.get(value) : undefined;
      if (handle !== undefined) staged.push([index, handle]);
      (values[space] ??= Object.create(null))[name] = value;
    });
    return { values, staged };
  }

  function instantiate(module, imports, operation) {
    const { values, staged } = gather(module, imports, operation);
    for (const [index, handle] of staged) bridge().stage(index, handle);
    let instance;
    try {
      instance = new native.Instance(module, values);
    } catch (error) {
      throw failure(operation, error);
    }
    const made = instance.exports, exports = Object.create(null);
    W.Module.exports(module).forEach(({ name }, index) => {
      exports[name] = objectFor(bridge().exported(index), () => made[name]);
    });
    Object.defineProperty(instance, "exports", { value: Object.freeze(exports), enumerable: true, configurable: true, writable: false });
    return instance;
  }

  class Instance {
    constructor(module) {
      const operation = "WebAssembly.Instance()";
      if (!(module instanceof W.Module)) throw new TypeError(`${operation}: Argument 0 must be a WebAssembly.Module`);
      return instantiate(module, arguments[1], operation);
    }
  }

  // ---- memories ----

  // A property of a descriptor that counts something.
  function count(descriptor, name, { least = 0, most, required, operation }) {
    const value = descriptor[name];
    if (value === undefined) {
      if (required) throw new TypeError(`${operation}: Property '${name}' is required`);
      return undefined;
    }
    const number = Math.trunc(Number(value));
    if (!Number.isFinite(number)) throw new TypeError(`${operation}: Property '${name}': value ${value} is not a valid number`);
    if (number < least) throw new TypeError(`${operation}: Property '${name}': value ${value} is below the lower bound`);
    if (number > most) throw new TypeError(`${operation}: Property '${name}': value ${value} is above the upper bound`);
    return number;
  }

  class Memory {
    constructor(descriptor) {
      const operation = "WebAssembly.Memory()";
      if (!isObject(descriptor)) throw new TypeError(`${operation}: Argument 0 must be a memory descriptor`);
      if (descriptor.shared) return new native.Memory(descriptor);
      const initial = count(descriptor, "initial", { most: MAX_PAGES, required: true, operation });
      const maximum = count(descriptor, "maximum", { least: initial, most: MAX_PAGES, operation });
      const handle = bridge().makeMemory(initial, maximum ?? NONE);
      if (handle === NONE) throw new RangeError(`${operation}: could not allocate memory`);
      return carried(handle);
    }
    get buffer() {
      const part = nativePart(this, "Memory", "buffer");
      // v8x has no buffer of length 0.
      return part.buffer.call(this) ?? (part.empty ??= new ArrayBuffer(0));
    }
    grow(delta) {
      const part = nativePart(this, "Memory", "grow()"), operation = "WebAssembly.Memory.grow()";
      const pages = Math.trunc(Number(delta));
      if (!(pages >= 0 && pages <= 4294967295)) throw new TypeError(`${operation}: Argument 0 must be convertible to a valid number`);
      if (pages > MAX_PAGES) throw new RangeError(`${operation}: Maximum memory size exceeded`);
      try {
        return part.grow.call(this, pages);
      } catch {
        throw new RangeError(`${operation}: Maximum memory size exceeded`);
      }
    }
  }

  // ---- tables ----

  const ELEMENTS = { anyfunc: 0, funcref: 0, externref: 1 };
  const elementName = (kind) => ["funcref", "externref", "ref"][kind];

  // The handle of a value to be stored in a table of functions.
  function functionHandle(value, operation) {
    if (value === null) return NONE;
    const handle = typeof value === "function" ? handleOf.get(value) : undefined;
    if (handle === undefined) throw new TypeError(`${operation}: Argument 1 is invalid for table: function-typed object expected`);
    return handle;
  }
  function address(table, index, operation) {
    const number = Math.trunc(Number(index));
    if (!(number >= 0 && number <= 4294967295)) throw new TypeError(`${operation}: Argument 0 must be convertible to a valid number`);
    const handle = handleOf.get(table), size = bridge().tableSize(handle), kind = bridge().tableKind(handle);
    if (number >= size) throw new RangeError(`${operation}: invalid address ${number} in ${elementName(kind)} table of size ${size}`);
    return { handle, number, kind };
  }

  class Table {
    constructor(descriptor, value) {
      const operation = "WebAssembly.Table()";
      if (!isObject(descriptor)) throw new TypeError(`${operation}: Argument 0 must be a table descriptor`);
      const kind = Object.hasOwn(ELEMENTS, descriptor.element) ? ELEMENTS[descriptor.element] : undefined;
      if (kind === undefined) throw new TypeError(`${operation}: Descriptor property 'element' must be a WebAssembly reference type`);
      const initial = count(descriptor, "initial", { most: MAX_ELEMENTS, required: true, operation });
      const maximum = count(descriptor, "maximum", { least: initial, most: 4294967295, operation });
      const handle = bridge().makeTable(kind, initial, maximum ?? NONE);
      if (handle === NONE) throw new RangeError(`${operation}: could not allocate table`);
      const table = carried(handle);
      if (kind === 1 || value != null) {
        for (let index = 0; index < initial; index++) table.set(index, value);
      }
      return table;
    }
    get length() {
      nativePart(this, "Table", "length");
      return bridge().tableSize(handleOf.get(this));
    }
    get(index) {
      const part = nativePart(this, "Table", "get()");
      const { handle, number } = address(this, index, "WebAssembly.Table.get()");
      const found = bridge().tableGet(handle, number);
      if (found >= 0) return carried(found);
      return found === NONE ? null : part.get.call(this, number);
    }
    set(index, value) {
      const operation = "WebAssembly.Table.set()";
      const part = nativePart(this, "Table", "set()");
      const { handle, number, kind } = address(this, index, operation);
      if (kind !== 0) return void part.set.call(this, number, value);
      const element = value === undefined && arguments.length < 2 ? NONE : functionHandle(value, operation);
      if (bridge().tableSet(handle, number, element) === OTHER) {
        throw new TypeError(`${operation}: Argument 1 is invalid for table: assigned exported function has to be a subtype of the expected type`);
      }
    }
    grow(delta, value) {
      const operation = "WebAssembly.Table.grow()";
      nativePart(this, "Table", "grow()");
      const handle = handleOf.get(this), kind = bridge().tableKind(handle), more = Math.trunc(Number(delta));
      if (!(more >= 0 && more <= 4294967295)) throw new TypeError(`${operation}: Argument 0 must be convertible to a valid number`);
      const element = kind === 0 && value !== undefined ? functionHandle(value, operation) : NONE;
      const old = bridge().tableGrow(handle, more, element);
      if (old < 0) throw new RangeError(`${operation}: failed to grow table by ${more}`);
      if (kind === 1) for (let index = old; index < old + more; index++) this.set(index, value);
      return old;
    }
  }

  // ---- globals ----

  class Global {
    constructor(descriptor, value) {
      const operation = "WebAssembly.Global()";
      if (!isObject(descriptor)) throw new TypeError(`${operation}: Argument 0 must be a global descriptor`);
      if (!["i32", "i64", "f32", "f64"].includes(descriptor.value)) {
        throw new TypeError(`${operation}: Descriptor property 'value' must be a WebAssembly type`);
      }
      // What the conversion would throw is thrown here: v8x loses it.
      const initial = descriptor.value === "i64" ? BigInt.asIntN(64, value ?? 0n) : Number(value ?? 0);
      return new native.Global(descriptor, initial);
    }
    valueOf() {
      return this.value;
    }
  }

  // ---- the namespace ----

  const own = { Instance, Memory, Table, Global, RuntimeError };
  for (const [name, constructor] of Object.entries(own)) {
    Object.defineProperty(W, name, { value: constructor, writable: true, configurable: true, enumerable: false });
    if (constructor === RuntimeError) continue;
    Object.defineProperty(constructor.prototype, Symbol.toStringTag, { value: `WebAssembly.${name}`, configurable: true });
  }
  const functions = {
    async compile(source) {
      return compile(source, "WebAssembly.compile()");
    },
    async instantiate(source, imports) {
      const operation = "WebAssembly.instantiate()";
      if (source instanceof W.Module) return instantiate(source, imports, operation);
      const module = compile(source, operation);
      return { module, instance: instantiate(module, imports, operation) };
    },
    async instantiateStreaming(source, imports) {
      const module = await native.compileStreaming(source);
      return { module, instance: instantiate(module, imports, "WebAssembly.instantiateStreaming()") };
    },
  };
  for (const [name, value] of Object.entries(functions)) {
    Object.defineProperty(W, name, { value, writable: true, configurable: true, enumerable: true });
  }
  Object.defineProperty(W, Symbol.toStringTag, { value: "WebAssembly", configurable: true });
}
