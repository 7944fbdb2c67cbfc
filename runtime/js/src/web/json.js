// JSON of what goes to the host: as it is, whatever code has made of `toJSON`.
import { primordials } from "ext:core/mod.js";

const {
  ArrayPrototype,
  JSONStringify,
  ObjectDefineProperty,
  ObjectGetOwnPropertyDescriptor,
  ObjectHasOwn,
  ObjectPrototype,
  ReflectDeleteProperty,
} = primordials;

/** The text of `value`, in which nothing is called that code has put on the prototypes of objects and arrays. */
export function json(value) {
  if (!ObjectHasOwn(ObjectPrototype, "toJSON") && !ObjectHasOwn(ArrayPrototype, "toJSON")) return JSONStringify(value);
  return without(ObjectPrototype, () => without(ArrayPrototype, () => JSONStringify(value)));
}

function without(prototype, work) {
  const property = ObjectGetOwnPropertyDescriptor(prototype, "toJSON");
  if (property === undefined || !ReflectDeleteProperty(prototype, "toJSON")) return work();
  try {
    return work();
  } finally {
    ObjectDefineProperty(prototype, "toJSON", { __proto__: null, ...property });
  }
}
