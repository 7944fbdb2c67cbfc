// `CompressionStream` and `DecompressionStream`: what is written is compressed at once, however little of it is read.
// https://github.com/cloudflare/workerd/blob/main/src/workerd/api/streams/compression.c++
(runtime) => {
  const { workers } = runtime.parts;
  const { Pipe, writable } = workers.internal;
  const { TransformStream } = runtime.web.streams;
  const { zlib } = runtime;
  const { setPrototypeOf, defineProperty } = Object;
  const { ArrayPrototypeIncludes: includes } = runtime.primordials;
  const { String, TypeError, Uint8Array } = globalThis;

  const FORMATS = ["deflate", "gzip", "deflate-raw"];

  function makeSides(format, decompress) {
    if (!includes(FORMATS, format)) throw new TypeError("The compression format must be either 'deflate', 'deflate-raw' or 'gzip'.");
    const codec = zlib.open(format, decompress);
    const pipe = new Pipe();
    let closed;
    const put = (bytes, last) => {
      if (closed !== undefined) throw closed;
      try {
        const made = zlib.write(codec, bytes, last);
        if (made.byteLength > 0) pipe.put(made);
      } catch (error) {
        pipe.fail(error);
        throw error;
      }
    };
    return {
      readable: pipe.readable(undefined, (reason) => (closed = reason)),
      writable: writable({
        write: (bytes) => put(bytes, false),
        close() {
          put(new Uint8Array(0), true);
          pipe.end();
        },
        abort: (reason) => pipe.fail(reason),
      }),
    };
  }

  function makeClass(name, decompress) {
    const Class = {
      [name]: class {
        #sides;

        constructor(format) {
          this.#sides = makeSides(String(format), decompress);
        }

        get readable() {
          return this.#sides.readable;
        }

        get writable() {
          return this.#sides.writable;
        }
      },
    }[name];
    setPrototypeOf(Class.prototype, TransformStream.prototype);
    defineProperty(Class.prototype, Symbol.toStringTag, { value: name, configurable: true });
    for (const side of ["readable", "writable"]) defineProperty(Class.prototype, side, { enumerable: true });
    return Class;
  }

  workers.boot(() => {
    workers.define("CompressionStream", makeClass("CompressionStream", false));
    workers.define("DecompressionStream", makeClass("DecompressionStream", true));
  });
};
