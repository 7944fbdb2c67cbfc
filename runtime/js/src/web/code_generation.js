// Code made from strings, and WebAssembly made from bytes: allowed until a platform refuses it.
//
// An engine that has a switch for it is switched. For one that has none, what makes code is replaced by what asks first. That holds for
// everything through which code can reach a maker of code: the globals, and the `constructor` of every function's prototype.
import { core } from "ext:core/mod.js";

const { op_allow_code_generation } = core.ops;
const { construct, getPrototypeOf, apply } = Reflect;
const { defineProperty } = Object;

const REFUSED = "Code generation from strings disallowed for this context";

let allowed = true;
let gated = false;

/** From now on. The engine's own refusals and the ones made here have the same class and text. */
export function allowCodeGeneration(allow) {
  allowed = allow;
  if (op_allow_code_generation(allow) || gated) return;
  gated = true;
  gateStrings();
  gateWasm();
}

/** Makes a module of bytes that are the app's own, whatever its code may do. */
export function compileOwn(bytes) {
  const before = allowed;
  allowed = true;
  op_allow_code_generation(true);
  try {
    return new WebAssembly.Module(bytes);
  } finally {
    allowed = before;
    op_allow_code_generation(before);
  }
}

/** Stands for `make` and lets it work only while that is allowed. `bare`: without arguments there is no string, and no refusal. */
function gate(make, bare) {
  const check = (args) => {
    if (!allowed && !(bare && args.length === 0)) throw new EvalError(REFUSED);
  };
  return new Proxy(make, {
    __proto__: null,
    apply(target, receiver, args) {
      check(args);
      return apply(target, receiver, args);
    },
    construct(target, args, newTarget) {
      check(args);
      return construct(target, args, newTarget);
    },
  });
}

function gateStrings() {
  const functions = [function () {}, async function () {}, function* () {}, async function* () {}];
  for (const [index, example] of functions.entries()) {
    const prototype = getPrototypeOf(example);
    const gated = gate(prototype.constructor, index === 0);
    const { writable } = Object.getOwnPropertyDescriptor(prototype, "constructor");
    defineProperty(prototype, "constructor", { value: gated, writable, enumerable: false, configurable: true });
    if (index === 0) defineProperty(globalThis, "Function", { value: gated, writable: true, enumerable: false, configurable: true });
  }
  defineProperty(globalThis, "eval", { value: gate(globalThis.eval), writable: true, enumerable: false, configurable: true });
}

function gateWasm() {
  const { Module, compile, instantiate, CompileError } = WebAssembly;
  const refusal = (what) => new CompileError(`WebAssembly.${what}: Wasm code generation disallowed by embedder`);
  const define = (name, value) => defineProperty(WebAssembly, name, { value, writable: true, enumerable: false, configurable: true });
  const gated = new Proxy(Module, {
    __proto__: null,
    construct(target, args, newTarget) {
      if (!allowed) throw refusal("Module()");
      return construct(target, args, newTarget === gated ? target : newTarget);
    },
  });
  defineProperty(Module.prototype, "constructor", { value: gated, writable: true, enumerable: false, configurable: true });
  define("Module", gated);
  define("compile", new Proxy(compile, {
    __proto__: null,
    apply: (target, receiver, args) => allowed ? apply(target, receiver, args) : Promise.reject(refusal("compile()")),
  }));
  define("instantiate", new Proxy(instantiate, {
    __proto__: null,
    apply(target, receiver, args) {
      const ready = allowed || args[0] instanceof Module;
      return ready ? apply(target, receiver, args) : Promise.reject(refusal("instantiate()"));
    },
  }));
}
