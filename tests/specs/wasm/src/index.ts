// Observations of `WebAssembly`: each runs in order and is recorded as its value or its error. `expected.json` holds what workerd answers;
// the `.wasm` files are made of the `.wat` files beside them.

import kit from "./kit.wasm";
import needs from "./needs.wasm";
import { observe } from "./observe";
import starts from "./starts.wasm";

const { Module, Instance, Memory, Table, Global } = WebAssembly as any;

const made = new Instance(kit, {});
const exports = made.exports as any;
const logged: unknown[] = [];
const memory = new Memory({ initial: 1, maximum: 4 });
const table = new Table({ initial: 2, element: "anyfunc" });
const state = new Global({ value: "i64", mutable: true }, 5n);
const env: Record<string, any> = {
  log: (value: unknown) => logged.push(value),
  big: (value: bigint) => value * 2n,
  two: () => [3, 0.5],
  thing: (value: unknown) => value,
  memory,
  table,
  start: 40,
  state,
};
const given = () => new Instance(needs, { env }).exports as any;
const without = (name: string) => new Instance(needs, { env: { ...env, [name]: undefined } });
const withOther = (changes: Record<string, unknown>) => new Instance(needs, { env: { ...env, ...changes } });
const fresh = () => new Instance(kit, {}).exports as any;
const kinds = (list: any[]) => list.map((item) => `${item.module ?? ""} ${item.name} ${item.kind}`);
const attributes = (object: any, name: string) => {
  const { value, ...rest } = Object.getOwnPropertyDescriptor(object, name) as any;
  return rest;
};

const observations: Record<string, (env: unknown) => unknown> = {
  // The objects themselves.
  "module is a Module": () => kit instanceof Module,
  "tags": () => [WebAssembly, kit, made, exports.memory, exports.functions, exports.counter].map((value) => Object.prototype.toString.call(value)),
  "names": () => [Module, Instance, Memory, Table, Global].map((type) => `${type.name} ${type.length}`),
  "exports": () => kinds(Module.exports(kit)),
  "imports": () => kinds(Module.imports(needs)),
  "custom sections": () => Module.customSections(kit, "notes"),
  "no such custom sections": () => Module.customSections(kit, "none"),
  "custom sections without a name": () => Module.customSections(kit),
  "exports of no module": () => Module.exports({}),
  "exports object is frozen": () => [Object.isFrozen(exports), Object.getPrototypeOf(exports) === null],
  "export's attributes": () => attributes(exports, "double"),
  "function's name and length": () => [exports.double.name, exports.double.length, exports.pair.name, exports.pair.length],
  "functions are no constructors": () => { try { return new exports.double(1); } catch (error) { return (error as Error).name; } },
  "instance of no module": () => new Instance({}),
  "write to exports": () => { try { exports.double = 1; } catch (error) { return (error as Error).name; } },

  // Numbers.
  "call": () => exports.double(21),
  "arguments are converted": () => [exports.double("21"), exports.double(), exports.double(null), exports.double(2.9), exports.double(2 ** 32 + 1)],
  "too many arguments": () => exports.double(1, 2, 3),
  "BigInt": () => exports.add64(2n ** 62n, 2n ** 62n),
  "BigInt wraps": () => exports.add64(2n ** 64n + 1n, 1n),
  "number for BigInt": () => exports.add64(1, 2),
  "BigInt for number": () => exports.double(1n),
  "symbol for number": () => exports.double(Symbol("a")),
  "floats": () => [exports.addf(0.1, 0.2), exports.addf(NaN, 1), exports.addf(Infinity, 1)],
  "several values": () => exports.pair(1, 2n),
  "nothing": () => exports.nothing(),
  "recursion": () => exports.fib(15),

  // Memory.
  "memory's bytes": () => new TextDecoder().decode(new Uint8Array(exports.memory.buffer, 0, 5)),
  "store and load": () => { exports.store(16, -5); return [exports.load(16), new DataView(exports.memory.buffer).getInt32(16, true)]; },
  "write from outside": () => { new DataView(exports.memory.buffer).setInt32(20, 77, true); return exports.load(20); },
  "buffer is the same until it grows": () => exports.memory.buffer === exports.memory.buffer,
  "grow from inside": () => { const { memory, grow, size } = fresh(); const before = memory.buffer; const old = grow(1); return [old, before.byteLength, memory.buffer.byteLength, size()]; },
  "grow from outside": () => { const { memory, size, load } = fresh(); const before = memory.buffer; const old = memory.grow(2); return [old, before.byteLength, memory.buffer.byteLength, size(), load(0)]; },
  "grow by nothing": () => { const { memory } = fresh(); const before = memory.buffer; return [memory.grow(0), before.byteLength, memory.buffer === before]; },
  "grow too far from inside": () => fresh().grow(5),
  "grow too far from outside": () => fresh().memory.grow(5),
  "grow by what is no number": () => fresh().memory.grow("x"),
  "grow by too much": () => fresh().memory.grow(-1),
  "new memory": () => new Memory({ initial: 2 }).buffer.byteLength,
  "memory without a size": () => new Memory({}),
  "memory without a descriptor": () => new Memory(),
  "memory with its maximum below its size": () => new Memory({ initial: 2, maximum: 1 }),
  "memory of too many pages": () => new Memory({ initial: 65537 }),

  // Tables.
  "table's length and functions": () => [exports.functions.length, exports.functions.get(0) === exports.double, exports.functions.get(0)(4), exports.functions.get(3)],
  "table set": () => { const { functions, double, indirect } = fresh(); functions.set(2, double); return indirect(2, 9); },
  "table set to what is no function": () => fresh().functions.set(0, {}),
  "table set to a JavaScript function": () => fresh().functions.set(0, () => 1),
  "table beyond its end": () => exports.functions.get(99),
  "table grow": () => { const { functions, grow_table } = fresh(); return [functions.grow(2), functions.length, grow_table(1), functions.length]; },
  "table grow too far": () => fresh().functions.grow(99),
  "new table": () => { const table = new Table({ initial: 1, element: "externref" }, "first"); return [table.length, table.get(0), table.grow(1, "second"), table.get(1)]; },
  "table of no kind": () => new Table({ initial: 1, element: "nothing" }),
  "indirect call": () => exports.indirect(0, 4),

  // Globals.
  "globals": () => [exports.counter.value, exports.big.value, exports.fixed.value, exports.counter.valueOf()],
  "global changes on both sides": () => { const { counter, count } = fresh(); count(); counter.value = 20; return [count(), counter.value]; },
  "global that is fixed": () => { exports.fixed.value = 2; },
  "BigInt global takes no number": () => { exports.big.value = 1; },
  "new global": () => { const global = new Global({ value: "i32", mutable: true }, 4); global.value++; return global.value; },
  "global of no kind": () => new Global({ value: "i33" }, 1),
  "global without a value": () => [new Global({ value: "i32" }).value, new Global({ value: "i64" }).value, new Global({ value: "externref" }).value],

  // References.
  "externref": () => { const object = { a: 1 }; return [exports.same(object) === object, exports.same("text"), exports.same(undefined), exports.same(null), exports.is_null(null), exports.is_null(undefined)]; },
  "externref kept": () => { const object = () => 1; exports.keep(1, object); return [exports.kept(1) === object, exports.things.get(1) === object]; },
  "funcref": () => exports.self() === exports.double,

  // Imports.
  "calls back": () => { logged.length = 0; const { run } = given(); return [run(2), logged]; },
  "imported BigInt": () => { const { bigger } = given(); return [bigger(21n), state.value]; },
  "several values from JavaScript": () => given().both(),
  "too few values from JavaScript": () => (withOther({ two: () => [1] }).exports as any).both(),
  "values from what is no iterable": () => (withOther({ two: () => 1 }).exports as any).both(),
  "references through JavaScript": () => { const key = Symbol("k"); return given().through(key) === key; },
  "errors of imports come through": () => (withOther({ log: () => { throw new RangeError("mine"); } }).exports as any).run(1),
  "odd values thrown by imports come through": () => { try { (withOther({ log: () => { throw "text"; } }).exports as any).run(1); } catch (error) { return error; } },
  "imported memory grows": () => { logged.length = 0; given().grow_and_log(1); return [logged, memory.buffer.byteLength]; },
  "functions of one module in another's table": () => { table.set(0, exports.size); return given().call(0); },
  "no imports": () => new Instance(needs),
  "no such namespace": () => new Instance(needs, {}),
  "no such import": () => without("log"),
  "import that is no function": () => withOther({ log: 1 }),
  "import that is no memory": () => withOther({ memory: {} }),
  "memory that is too small": () => withOther({ memory: new Memory({ initial: 0 }) }),
  "import that is no table": () => withOther({ table: [] }),
  "table that is too small": () => withOther({ table: new Table({ initial: 1, element: "anyfunc" }) }),
  "global of another type": () => withOther({ start: 1n }),
  "global that does not change": () => withOther({ state: 5n }),
  "namespace that is no object": () => new Instance(needs, { env: 1 }),
  "imports that are no object": () => new Instance(needs, 1),

  // Traps.
  "unreachable": () => exports.unreachable(),
  "divide by zero": () => exports.divide(1, 0),
  "divide overflow": () => exports.divide(-(2 ** 31), -1),
  "remainder by zero": () => exports.remainder(1, 0),
  "truncate": () => exports.truncate(NaN),
  "load beyond the end": () => exports.load(0x7fffffff),
  "store beyond the end": () => exports.store(65536 * 3, 1),
  "fill beyond the end": () => exports.fill(65530, 100),
  "table access beyond the end": () => exports.table_get(100),
  "indirect call of nothing": () => exports.indirect(3, 1),
  "indirect call of another type": () => exports.indirect(1, 1),
  "indirect call beyond the end": () => exports.indirect(100, 1),
  "recursion without end": () => exports.deep(),
  "start function": () => { logged.length = 0; try { new Instance(starts, { env }); } catch (error) { return [(error as Error).name, (error as Error).message, logged]; } },
  "traps are errors": () => { try { exports.unreachable(); } catch (error) { return [error instanceof WebAssembly.RuntimeError, error instanceof Error, (error as Error).stack?.includes("wasm")]; } },

  // Promises, and what Workers do not allow.
  "instantiate a module": async () => ((await WebAssembly.instantiate(kit, {})) as any).exports.double(4),
  "instantiate without what it needs": () => WebAssembly.instantiate(needs, {}),
  "many instances": () => { let sum = 0; for (let index = 0; index < 300; index++) sum += (new Instance(kit, {}).exports as any).double(index); return sum; },
};

export default {
  fetch: (_request: Request, env: unknown) => observe(observations, env),
};
