// Functions of the engine's own parts that call others by `Function.prototype.call`: they find it as the language has it, whatever code has made
// of it, and code finds what it made.
import { primordials } from "ext:core/mod.js";

const {
  FunctionPrototype, ObjectDefineProperty, ObjectGetOwnPropertyDescriptor, ReflectApply, ReflectDefineProperty, ReflectDeleteProperty,
} = primordials;
const OWN = ObjectGetOwnPropertyDescriptor(FunctionPrototype, "call");

const put = (property) => ReflectDefineProperty(FunctionPrototype, "call", { __proto__: null, ...property });

/** The same function; what it does before it first waits is done with the language's own `call`. */
export function withOwnCall(original) {
  const { name, length } = original;
  const wrapper = {
    [name](...args) {
      const found = ObjectGetOwnPropertyDescriptor(FunctionPrototype, "call");
      // What cannot be changed back stays as it is.
      if (found?.value === OWN.value || !put(OWN)) return ReflectApply(original, this, args);
      try {
        return ReflectApply(original, this, args);
      } finally {
        if (found === undefined) ReflectDeleteProperty(FunctionPrototype, "call");
        else put(found);
      }
    },
  }[name];
  ObjectDefineProperty(wrapper, "length", { __proto__: null, value: length, configurable: true });
  return wrapper;
}
