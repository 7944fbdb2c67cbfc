// `IdentityTransformStream` and `FixedLengthStream`.
// https://developers.cloudflare.com/workers/runtime-apis/streams/transformstream/
(runtime) => {
  const { workers } = runtime.parts;
  const { Pipe, writable } = workers.internal;
  const { TransformStream } = runtime.web.streams;
  const { setPrototypeOf, defineProperty } = Object;
  const { Error, Number, String, TypeError } = globalThis;
  const { MAX_SAFE_INTEGER, isNaN } = Number;
  const { min, trunc } = Math;

  /** `{ highWaterMark }`, as a number of bytes. */
  function highWaterMarkOf(strategy) {
    const mark = strategy?.highWaterMark;
    return mark === undefined ? undefined : Number(mark);
  }

  function makeSides(pipe, length, highWaterMark) {
    return {
      readable: pipe.readable(length),
      writable: writable({
        write: (bytes) => pipe.push(bytes),
        close: () => pipe.end(),
        // Whoever reads is told of an error, whatever the reason is.
        abort: (reason) => pipe.fail(reason, false, typeof reason === "object" && reason !== null ? reason : new Error(String(reason))),
      }, highWaterMark),
    };
  }

  class IdentityTransformStream {
    #sides;

    constructor(queuingStrategy = undefined) {
      this.#sides = new.target === FixedLengthStream
        ? fixedSides(queuingStrategy)
        : makeSides(new Pipe(), undefined, highWaterMarkOf(queuingStrategy));
    }

    get readable() {
      return this.#sides.readable;
    }

    get writable() {
      return this.#sides.writable;
    }
  }

  /** Counts what is read, and says what is wrong with it. */
  function counter(length) {
    let left = length;
    return (count) => {
      if (count > left) throw new TypeError("Attempt to write too many bytes through a FixedLengthStream.");
      if (count === 0 && left !== 0) throw new TypeError("FixedLengthStream did not see all expected bytes before close().");
      left -= count;
    };
  }

  function fixedSides({ expectedLength, queuingStrategy }) {
    const mark = highWaterMarkOf(queuingStrategy);
    return makeSides(new Pipe(counter(expectedLength)), expectedLength, mark === undefined ? undefined : min(mark, expectedLength));
  }

  class FixedLengthStream extends IdentityTransformStream {
    constructor(expectedLength, queuingStrategy = undefined) {
      super({ expectedLength: lengthOf(expectedLength), queuingStrategy });
    }
  }

  function lengthOf(value) {
    const length = typeof value === "bigint" ? Number(value) : trunc(Number(value));
    if (isNaN(length)) throw new TypeError("The value cannot be converted because it is not an integer.");
    if (length < 0) throw new TypeError("The value cannot be converted because it is negative and this API expects a positive bigint.");
    if (length > MAX_SAFE_INTEGER) {
      throw new TypeError("FixedLengthStream requires an integer expected length less than 2^53.");
    }
    return length;
  }

  setPrototypeOf(IdentityTransformStream.prototype, TransformStream.prototype);
  for (const Class of [IdentityTransformStream, FixedLengthStream]) {
    defineProperty(Class.prototype, Symbol.toStringTag, { value: Class.name, configurable: true });
  }
  for (const name of ["readable", "writable"]) defineProperty(IdentityTransformStream.prototype, name, { enumerable: true });

  workers.boot(() => {
    workers.define("IdentityTransformStream", IdentityTransformStream);
    workers.define("FixedLengthStream", FixedLengthStream);
  });
};
