// Text as bytes. A surrogate without its other half, which texts of JavaScript may have, goes out as the three bytes that it would have,
// though they are no UTF-8: that is what workerd makes of such a text. A `TextEncoder` makes U+FFFD of it, there too.
import { core, primordials } from "ext:core/mod.js";

const { StringPrototypeCodePointAt, StringPrototypeIsWellFormed, TypedArrayPrototypeSlice, Uint8Array } = primordials;

export function encode(text) {
  return StringPrototypeIsWellFormed(text) ? core.encode(text) : encodeAny(text);
}

function encodeAny(text) {
  const bytes = new Uint8Array(text.length * 3);
  let at = 0;
  for (let index = 0; index < text.length; index++) {
    const point = StringPrototypeCodePointAt(text, index);
    if (point < 0x80) {
      bytes[at++] = point;
      continue;
    }
    if (point < 0x800) {
      bytes[at++] = 0xc0 | (point >> 6);
    } else {
      if (point < 0x10000) {
        bytes[at++] = 0xe0 | (point >> 12);
      } else {
        index++;
        bytes[at++] = 0xf0 | (point >> 18);
        bytes[at++] = 0x80 | ((point >> 12) & 0x3f);
      }
      bytes[at++] = 0x80 | ((point >> 6) & 0x3f);
    }
    bytes[at++] = 0x80 | (point & 0x3f);
  }
  return TypedArrayPrototypeSlice(bytes, 0, at);
}
