// Functions that must not run out of stack half way. Called at the very end of the stack, a timer would be kept in its list and never
// started, and native code that makes an object, or tells of a failure, has no way to say that it failed: so they make sure of room first,
// and the error of a stack that is full is thrown before anything is changed.
import { primordials } from "ext:core/mod.js";

const { ObjectDefineProperty, ReflectApply } = primordials;

/** Calls within calls that the deepest of these functions makes, native ones among them, with some to spare. */
const ROOM = 80;

function descend(levels) {
  return levels === 0 ? 0 : 1 + descend(levels - 1);
}

/** The same function, made sure of room. */
export function withRoom(original) {
  const { name, length } = original;
  const wrapper = {
    [name](...args) {
      descend(ROOM);
      return ReflectApply(original, this, args);
    },
  }[name];
  ObjectDefineProperty(wrapper, "length", { __proto__: null, value: length, configurable: true });
  return wrapper;
}
